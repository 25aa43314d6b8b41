// What becomes of TypeScript before it is run.
#include "packer/compile/strip_types.h"

#include "base/file_system.h"
#include "packer/compile/compiled_tree.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// A tree and what was made of it.
class TypedTree {
 public:
  TypedTree(const std::string& node, std::vector<std::pair<std::string, std::string>> files)
      : compiler_{node, std::string(find_template_pin(*find_target("linux-x64"))->binary_sha256)},
        files_(std::move(files)) {
    for (const auto& [path, text] : files_) {
      FileNode file;
      file.path = path;
      file.content = std::string_view(text);
      tree.add(std::move(file));
    }
    REQUIRE(tree.seal());
    auto made = strip();
    REQUIRE(made);
    stripped = std::move(*made);
  }

  Result<StrippedTypes> strip() { return strip_types(tree, compiler_, store()); }
  Store store() const { return Store(scratch_.path("store")); }
  const CompilerTemplate& compiler() const { return compiler_; }
  uint32_t index(std::string_view path) const {
    return static_cast<uint32_t>(tree.find(path) - tree.nodes().data());
  }
  // "-" for a file that was left as it is.
  std::string text(std::string_view path) const {
    auto found = stripped.texts.at(index(path));
    return found ? std::string(found->text()) : "-";
  }

  FileTree tree;
  StrippedTypes stripped;

 private:
  CompilerTemplate compiler_;
  std::vector<std::pair<std::string, std::string>> files_;
  ScratchFolder scratch_;
};

}  // namespace

TEST_CASE("files that Node strips are known by their names") {
  for (const char* path : {"a.ts", "src/b.mts", "c.cts", "packages/w/d.ts", ".ts"}) {
    CAPTURE(path);
    CHECK(is_strippable(path));
  }
  for (const char* path : {"a.js", "a.tsx", "a.d.ts", "a.d.mts", "a.d.cts", "ts",
                           "node_modules/a/b.ts", "packages/w/node_modules/a/b.ts"}) {
    CAPTURE(path);
    CHECK_FALSE(is_strippable(path));
  }
}

TEST_CASE("types become blanks, and what Node refuses stays with its line") {
  auto node = find_template_node();
  if (!node) return;
  TypedTree typed(*node, {{"package.json", "{}"},
                          {"a.ts", "export const a: number = 1;\n"},
                          {"empty.ts", ""},
                          {"broken.mts", "let a =\n= 1;\n"},
                          {"enum.cts", "let a;\nenum B { C }\n"},
                          {"film.ts", "G\xFF\xFE"},
                          {"types.d.ts", "declare const a: 1;"}});
  CHECK(typed.text("a.ts") == "export const a         = 1;\n");
  CHECK(typed.text("empty.ts").empty());
  for (const char* path : {"broken.mts", "enum.cts", "film.ts", "types.d.ts", "package.json"})
    CHECK(typed.text(path) == "-");
  REQUIRE(typed.stripped.refused.size() == 2);
  CHECK(typed.stripped.refused[0].node == typed.index("broken.mts"));
  CHECK(typed.stripped.refused[0].line == 2);
  CHECK(typed.stripped.refused[1].node == typed.index("enum.cts"));
  CHECK(typed.stripped.refused[1].line == 2);
  CHECK(typed.stripped.refused[1].reason.find("ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") == 0);

  auto again = typed.strip();
  REQUIRE(again);
  CHECK(again->texts.at(typed.index("a.ts"))->text() == typed.text("a.ts"));
  CHECK(again->refused.size() == 2);
}

TEST_CASE("a tree without TypeScript starts nothing") {
  FileTree tree;
  REQUIRE(tree.seal());
  auto stripped = strip_types(tree, {"/no/such/program", ""}, Store("/no/such/store"));
  REQUIRE(stripped);
  CHECK(stripped->texts.empty());
}

TEST_CASE("TypeScript has code caches where Node would not warn, and imports without types") {
  auto node = find_template_node();
  if (!node) return;
  TypedTree typed(*node, {{"package.json", "{}"},
                          {"a.mts",
                           "import type { T } from './t.mts';\nimport { b } from './b.cts';\n"
                           "export const a: T = b;\n"},
                          {"b.cts", "exports.b = 1 as number;\n"},
                          {"c.ts", "module.exports = 1 as number;\n"},
                          {"d.ts", "export const d: number = 1;\n"},
                          {"m/package.json", R"({"type": "module"})"},
                          {"m/e.ts", "export const e: number = 1;\n"},
                          {"t.mts", "export type T = number;\n"},
                          {"\xC3\xBC.cts", "exports.u = 1 as number;\n"}});
  auto modules = resolve_modules(typed.tree, typed.stripped.texts);
  REQUIRE(modules);
  CHECK(modules->find(typed.index("a.mts"))->rows.size() == 1);
  auto compiled =
      compile_tree(typed.tree, *modules, typed.stripped, typed.compiler(), typed.store());
  REQUIRE(compiled);
  auto outcome = [&](std::string_view path) {
    const CompiledFile& file = compiled->files[typed.index(path)];
    CHECK(file.stripped.has_value());
    return std::pair(file.format, !file.code_cache.empty());
  };
  CHECK(outcome("a.mts") == std::pair(EntryFormat::kModuleTypescript, true));
  CHECK(outcome("b.cts") == std::pair(EntryFormat::kCommonJsTypescript, true));
  CHECK(outcome("c.ts") == std::pair(EntryFormat::kCommonJsTypescript, true));
  CHECK(outcome("d.ts") == std::pair(EntryFormat::kUnknown, false));
  CHECK(outcome("m/e.ts") == std::pair(EntryFormat::kModuleTypescript, true));
  CHECK(outcome("\xC3\xBC.cts") == std::pair(EntryFormat::kUnknown, false));
}
