#include "resolver/trace/places.h"

#include <catch2/catch.hpp>

#include "resolver/trace/source_text.h"

using namespace ingot;

namespace {

// What the first word about the file's place comes to: "=path", "harmless" or "computed".
std::string meaning(const std::string& source) {
  ModuleScan scan = scan_module(source);
  for (const SelfReference& reference : scan.references) {
    if (reference.kind > SelfReferenceKind::kImportMeta) continue;
    PlaceUse use = use_of_place(source, reference, "node_modules/a/lib/b.js");
    if (use.kind == PlaceUse::kPath) return "=" + use.path;
    return use.kind == PlaceUse::kHarmless ? "harmless" : "computed";
  }
  return "none";
}

}  // namespace

TEST_CASE("paths beside a file are recognised where they are spelled out") {
  const std::string data = "=node_modules/a/lib/data.txt";
  for (const char* source :
       {"read(path.join(__dirname, 'data.txt'))", "join(__dirname,\n  \"data.txt\",\n)",
        "require('path').resolve(__dirname, 'data.txt')", "__dirname + '/data.txt'",
        "fs.readFileSync(`${__dirname}/data.txt`)", "new URL('./data.txt', import.meta.url)",
        "new URL(\"data.txt\", import.meta.url).href", "join(import.meta.dirname, 'data.txt')",
        "path.join(path.dirname(__filename), './data.txt')",
        "join(dirname(fileURLToPath(import.meta.url)), 'data.txt')",
        "path.join(__dirname, '..', 'lib', 'data.txt')",
        "join(join(__dirname, '..'), 'lib/data.txt')",
        "fileURLToPath(new URL('data.txt', import.meta.url))",
        "join(dirname(__dirname), 'lib/data.txt')"}) {
    CAPTURE(source);
    CHECK(meaning(source) == data);
  }
  CHECK(meaning("path.join(__dirname, '../package.json')") == "=node_modules/a/package.json");
  CHECK(meaning("new URL('.', import.meta.url)") == "=node_modules/a/lib");
  CHECK(meaning("new URL('../', import.meta.url)") == "=node_modules/a");
  CHECK(meaning("join(__dirname, '../../../x')") == "=x");
}

TEST_CASE("what reads nothing is harmless") {
  for (const char* source : {"const __dirname = path.dirname(fileURLToPath(import.meta.url))",
                             "var __filename = fileURLToPath(import.meta.url);", "typeof __dirname",
                             "if (process.argv[1] === fileURLToPath(import.meta.url)) main()",
                             "if (import.meta.url == pathToFileURL(process.argv[1]).href) main()",
                             "import.meta.main && main()", "path.basename(__filename, '.js')",
                             "createRequire(import.meta.url)", "module.createRequire(__filename)",
                             "import.meta.env.MODE"}) {
    CAPTURE(source);
    CHECK(meaning(source) == "harmless");
  }
}

TEST_CASE("everything else is computed") {
  for (const char* source :
       {"path.join(__dirname, name)", "path.join(__dirname, 'a', name)", "__dirname + name",
        "__dirname + '/a' + name", "`${__dirname}/${name}`", "const here = __dirname",
        "use(__dirname)", "const root = dirname(fileURLToPath(import.meta.url))", "f(import.meta)",
        "new URL(name, import.meta.url)", "new URL('./a' + name, import.meta.url)",
        "__dirname + 'suffix'", "join(__dirname, '../../../../outside')",
        "join(__dirname, 'a\\x41')", "[__dirname, 'a'].join('/')", "join(__dirname, 'a') + name",
        "join(/* here */ __dirname, 'a')"}) {
    CAPTURE(source);
    CHECK(meaning(source) == "computed");
  }
}

TEST_CASE("the scanner finds words about the place and the loader, and no others") {
  auto kinds = [](const std::string& source) {
    std::vector<SelfReferenceKind> found;
    ModuleScan scan = scan_module(source);
    for (const SelfReference& reference : scan.references) found.push_back(reference.kind);
    return found;
  };
  using Kind = SelfReferenceKind;
  CHECK(kinds("__dirname; // __dirname\n'__filename'; x.__dirname") == std::vector{Kind::kDirname});
  CHECK(kinds("require('a'); require.resolve('b'); require.main; require(c)").empty());
  CHECK(kinds("f(require); x = require; require.call(null, 'a')") ==
        std::vector{Kind::kRequire, Kind::kRequire, Kind::kRequire});
  CHECK(kinds("import { createRequire } from 'module'; m.createRequire(x)") ==
        std::vector{Kind::kCreateRequire});
  CHECK(kinds("createRequire(x)(y)") == std::vector{Kind::kCreateRequire});
  CHECK(kinds("Module._load('a'); eval('b'); evaluate('c'); x = eval") ==
        std::vector{Kind::kLoad, Kind::kEval});
  CHECK(kinds("import.meta.url") == std::vector{Kind::kImportMeta});
}

TEST_CASE("places in a text have lines and columns from 1") {
  auto at = [](std::string_view text, size_t place) {
    auto [line, column] = line_and_column(text, place);
    return std::pair(line, column);
  };
  CHECK(at("abc", 0) == std::pair(1u, 1u));
  CHECK(at("a\nbc", 3) == std::pair(2u, 2u));
}
