// What the code-cache compiler makes of sources, and what the store remembers of it.
#include "packer/compile/code_cache.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/file_system.h"
#include "packer/compile/compiled_tree.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

using Groups = std::vector<std::vector<CompileUnit>>;

// A compiler that is the real one, with the pinned digest: it is part of what the store remembers
// by.
CompilerTemplate compiler_at(const std::string& node) {
  return {node, std::string(find_template_pin(*find_target("linux-x64"))->binary_sha256)};
}

// A program in the compiler's place, which notes that it was called.
CompilerTemplate fake_compiler(const ScratchFolder& scratch, const std::string& script) {
  const std::string path = scratch.path("fake");
  const std::string text = "#!/bin/sh\necho called >> " + scratch.path("calls") + "\n" + script;
  REQUIRE(write_file_atomically(path, std::string_view(text), 0755));
  return {path, std::string(64, 'f')};
}

CompileUnit unit(std::string_view source, CompileAs as = CompileAs::kDetect) {
  return {source, as};
}

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> caches_of(const CompiledGroups& compiled) {
  std::vector<std::string> caches;
  for (const auto& group : compiled.groups)
    for (const CompiledUnit& one : group) caches.emplace_back(one.code_cache.text());
  return caches;
}

const Groups& sample() {
  static const Groups groups = {
      {unit("module.exports = (function () { return 1; })();", CompileAs::kCommonJs),
       unit("export const a = 1; export default () => a;", CompileAs::kModule)},
      {unit("exports.b = 2; // \xC3\xBC")},
      {},
      {unit("export let c = await 3;")},
  };
  return groups;
}

}  // namespace

TEST_CASE("the format is the one asked for, or the one that the syntax shows") {
  auto node = find_template_node();
  if (!node) return;
  struct Case {
    const char* source;
    CompileAs as;
    EntryFormat expected;
  };
  const Case kCases[] = {
      {"module.exports = 1;", CompileAs::kCommonJs, EntryFormat::kCommonJs},
      {"export {};", CompileAs::kModule, EntryFormat::kModule},
      {"var a = 1;", CompileAs::kModule, EntryFormat::kModule},
      {"module.exports = 1;", CompileAs::kDetect, EntryFormat::kCommonJs},
      {"", CompileAs::kDetect, EntryFormat::kCommonJs},
      {"#!/usr/bin/env node\nexports.a = 1;", CompileAs::kDetect, EntryFormat::kCommonJs},
      {"#!/usr/bin/env node\nimport 'fs';", CompileAs::kDetect, EntryFormat::kModule},
      {"import 'fs';", CompileAs::kDetect, EntryFormat::kModule},
      {"export default 1;", CompileAs::kDetect, EntryFormat::kModule},
      {"import.meta.url;", CompileAs::kDetect, EntryFormat::kModule},
      {"await 0;", CompileAs::kDetect, EntryFormat::kModule},
      {"const module = 1; await module;", CompileAs::kDetect, EntryFormat::kModule},
      {"import('fs');", CompileAs::kDetect, EntryFormat::kCommonJs},
      {"return 1;", CompileAs::kDetect, EntryFormat::kCommonJs},
      {"'export default 1';", CompileAs::kDetect, EntryFormat::kCommonJs},
  };
  Groups groups(1);
  for (const Case& c : kCases) groups[0].push_back(unit(c.source, c.as));
  ScratchFolder scratch;
  auto compiled = compile_groups(compiler_at(*node), Store(scratch.path("store")), groups);
  REQUIRE(compiled);
  REQUIRE(compiled->groups[0].size() == std::size(kCases));
  for (size_t i = 0; i < std::size(kCases); ++i) {
    CAPTURE(kCases[i].source);
    CHECK(compiled->groups[0][i].format == kCases[i].expected);
    CHECK_FALSE(compiled->groups[0][i].code_cache.empty());
  }
}

TEST_CASE("a source that does not compile has no cache, is no error, and spoils no other") {
  auto node = find_template_node();
  if (!node) return;
  const Groups groups = {
      {unit("exports.before = 1;"), unit("function ("), unit("let a; let a;", CompileAs::kCommonJs),
       unit("export {}", CompileAs::kCommonJs), unit("with (a) {}", CompileAs::kModule),
       unit("\xFF\xFE\x00"), unit("exports.after = 1;")}};
  ScratchFolder scratch;
  auto compiled = compile_groups(compiler_at(*node), Store(scratch.path("store")), groups);
  REQUIRE(compiled);
  for (size_t i : {1, 2, 3, 4}) {
    CAPTURE(i);
    CHECK(compiled->groups[0][i].code_cache.empty());
  }
  for (size_t i : {0, 6}) CHECK_FALSE(compiled->groups[0][i].code_cache.empty());
  // What cannot be compiled is remembered as well.
  auto again = compile_groups(compiler_at(*node), Store(scratch.path("store")), groups);
  REQUIRE(again);
  CHECK(again->compiled == 0);
  CHECK(caches_of(*again) == caches_of(*compiled));
}

TEST_CASE("compiling runs nothing of the application") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  const std::string mark = scratch.path("mark");
  const std::string body = "process.getBuiltinModule('fs').writeFileSync('" + mark + "', '');";
  const std::string nested = "(function () { " + body + " })();";
  const std::string module = "await 0; " + body;
  const std::string block = "class A { static { " + body + " } }";
  const Groups groups = {{unit(body, CompileAs::kCommonJs), unit(nested), unit(module),
                          unit(body, CompileAs::kModule), unit(block)}};
  REQUIRE(compile_groups(compiler_at(*node), Store(scratch.path("store")), groups));
  CHECK_FALSE(real_file_system().is_file(mark));
}

TEST_CASE("a second run takes everything from the store") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  auto first = compile_groups(compiler_at(*node), store, sample());
  REQUIRE(first);
  CHECK(first->compiled == 4);
  CHECK(first->dropped == 0);
  REQUIRE(first->groups.size() == sample().size());
  CHECK(first->groups[2].empty());
  // A program that cannot be started shows that none was.
  CompilerTemplate gone = compiler_at(*node);
  gone.path = scratch.path("missing");
  auto second = compile_groups(gone, store, sample());
  REQUIRE(second);
  CHECK(second->compiled == 0);
  CHECK(caches_of(*second) == caches_of(*first));
  for (size_t i = 0; i < sample().size(); ++i)
    for (size_t k = 0; k < sample()[i].size(); ++k)
      CHECK(second->groups[i][k].format == first->groups[i][k].format);
}

TEST_CASE("only the groups that changed are compiled again") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  REQUIRE(compile_groups(compiler_at(*node), store, sample()));
  Groups changed = sample();
  changed[1][0] = unit("exports.b = 3;");
  CHECK(compile_groups(compiler_at(*node), store, changed)->compiled == 1);
  // The same source as another kind of module is another input.
  changed = sample();
  changed[0][1].as = CompileAs::kDetect;
  CHECK(compile_groups(compiler_at(*node), store, changed)->compiled == 2);
  // So is another template.
  CompilerTemplate other = compiler_at(*node);
  other.sha256[0] = other.sha256[0] == '0' ? '1' : '0';
  CHECK(compile_groups(other, store, sample())->compiled == 4);
}

TEST_CASE("a damaged entry of the store is compiled again, and mended") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  auto first = compile_groups(compiler_at(*node), store, sample());
  REQUIRE(first);
  const std::vector<std::string> entries = files_below(store.folder());
  REQUIRE(entries.size() == 3);
  for (const std::string& entry : entries) {
    CAPTURE(entry);
    std::string bytes = *real_file_system().read(entry, 1 << 24);
    bytes[bytes.size() / 2] ^= 1;
    REQUIRE(write_file_atomically(entry, std::string_view(bytes)));
    auto again = compile_groups(compiler_at(*node), store, sample());
    REQUIRE(again);
    CHECK(again->compiled > 0);
    CHECK(caches_of(*again) == caches_of(*first));
    REQUIRE(write_file_atomically(entry, std::string_view(bytes).substr(0, 10)));
    again = compile_groups(compiler_at(*node), store, sample());
    REQUIRE(again);
    CHECK(again->compiled > 0);
    CHECK(compile_groups(compiler_at(*node), store, sample())->compiled == 0);
  }
  CHECK(files_below(store.folder()) == entries);
}

TEST_CASE("an entry of the store that is whole but holds something else is compiled again") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  const Groups groups = {sample()[0]};
  auto first = compile_groups(compiler_at(*node), store, groups);
  REQUIRE(first);
  const std::string path = files_below(store.folder()).at(0);
  const size_t kind = path.find("/code-cache/") + 12;
  const std::string key = path.substr(kind, 2) + path.substr(kind + 3);
  REQUIRE(store.derived_path("code-cache", key) == path);
  for (const std::string& content :
       {std::string(), std::string("x"), std::string(8, '\0'), std::string(17, '\0'),
        std::string("\1\0\0\0\xFF\xFF\xFF\xFF", 8) + std::string(20, 'x')}) {
    CAPTURE(content.size());
    REQUIRE(store.put_derived("code-cache", key, std::string_view(content)));
    auto again = compile_groups(compiler_at(*node), store, groups);
    REQUIRE(again);
    CHECK(again->compiled == 2);
    CHECK(caches_of(*again) == caches_of(*first));
  }
}

TEST_CASE("NODE_OPTIONS and its like in the environment have no effect") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  auto plain = compile_groups(compiler_at(*node), Store(scratch.path("plain")), sample());
  REQUIRE(plain);
  const std::string evil = scratch.path("evil.js"), mark = scratch.path("mark");
  const std::string script = "require('fs').writeFileSync('" + mark + "', '')";
  REQUIRE(write_file_atomically(evil, std::string_view(script)));
  REQUIRE(setenv("NODE_OPTIONS", ("--no-lazy --stack-size=500 --require=" + evil).c_str(), 1) == 0);
  REQUIRE(setenv("NODE_V8_COVERAGE", scratch.path("coverage").c_str(), 1) == 0);
  auto compiled = compile_groups(compiler_at(*node), Store(scratch.path("store")), sample());
  unsetenv("NODE_OPTIONS");
  unsetenv("NODE_V8_COVERAGE");
  REQUIRE(compiled);
  CHECK(compiled->compiled == 4);
  CHECK(caches_of(*compiled) == caches_of(*plain));
  CHECK_FALSE(real_file_system().is_file(mark));
  CHECK_FALSE(real_file_system().is_directory(scratch.path("coverage")));
}

TEST_CASE("the caches do not depend on how groups are split or on their neighbours") {
  auto node = find_template_node();
  if (!node) return;
  ScratchFolder scratch;
  Groups apart;
  for (const auto& group : sample())
    for (const CompileUnit& one : group) apart.push_back({one});
  auto together = compile_groups(compiler_at(*node), Store(scratch.path("a")), sample());
  auto single = compile_groups(compiler_at(*node), Store(scratch.path("b")), apart);
  REQUIRE(together);
  REQUIRE(single);
  CHECK(caches_of(*together) == caches_of(*single));
}

TEST_CASE("nothing to compile starts no compiler") {
  ScratchFolder scratch;
  CompilerTemplate none{scratch.path("missing"), std::string(64, '0')};
  auto compiled = compile_groups(none, Store(scratch.path("store")), {{}, {}});
  REQUIRE(compiled);
  CHECK(compiled->groups.size() == 2);
  CHECK(compiled->compiled == 0);
  CHECK(compile_groups(none, Store(scratch.path("store")), {})->groups.empty());
}

TEST_CASE("a compiler that fails is an error with its words, and nothing is remembered") {
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  auto failing = fake_compiler(scratch, "echo 'no libatomic here' >&2; exit 9\n");
  auto compiled = compile_groups(failing, store, {{unit("1")}});
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().code == "compiler-failed");
  CHECK(compiled.error().message.find("code 9") != std::string::npos);
  REQUIRE(compiled.error().notes.size() == 1);
  CHECK(compiled.error().notes[0] == "no libatomic here\n");
  CHECK(compiled.error().hint.find("libatomic") != std::string::npos);

  auto killed = fake_compiler(scratch, "kill -9 $$\n");
  compiled = compile_groups(killed, store, {{unit("1")}});
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().code == "compiler-failed");
  CHECK(compiled.error().message.find("signal 9") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(store.folder()));
}

TEST_CASE("a compiler that writes nonsense is an error, and nothing is remembered") {
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  // The compiler's arguments: flags, compiler.js, input, output.
  for (const char* script : {": > \"$6\"\n", "printf short > \"$6\"\n", "exit 0\n",
                             "printf '\\1\\0\\0\\0\\377\\377\\377\\377' > \"$6\"\n",
                             "printf '\\1\\0\\0\\0\\0\\0\\0\\0more' > \"$6\"\n"}) {
    CAPTURE(script);
    auto compiled = compile_groups(fake_compiler(scratch, script), store, {{unit("1")}});
    REQUIRE_FALSE(compiled);
    CHECK_FALSE(compiled.error().code.empty());
  }
  CHECK(real_file_system().is_file(scratch.path("calls")));
  CHECK_FALSE(std::filesystem::exists(store.folder()));
}

TEST_CASE("a cache that is not in the form expected is dropped, the file stays") {
  ScratchFolder scratch;
  auto odd = fake_compiler(scratch, "printf '\\1\\0\\0\\0\\4\\0\\0\\0oddd' > \"$6\"\n");
  auto compiled = compile_groups(odd, Store(scratch.path("store")), {{unit("1")}});
  REQUIRE(compiled);
  CHECK(compiled->dropped == 1);
  CHECK(compiled->groups[0][0].format == EntryFormat::kCommonJs);
  CHECK(compiled->groups[0][0].code_cache.empty());
}

TEST_CASE("no temporary folder is left behind, neither after success nor after failure") {
  ScratchFolder scratch;
  REQUIRE(make_directories(scratch.path("tmp")));
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  REQUIRE(setenv("TMPDIR", scratch.path("tmp").c_str(), 1) == 0);
  auto good = fake_compiler(scratch, "printf '\\1\\0\\0\\0\\0\\0\\0\\0' > \"$6\"\n");
  bool compiled = compile_groups(good, Store(scratch.path("store")), {{unit("1")}}).has_value();
  auto bad = fake_compiler(scratch, "exit 1\n");
  bool failed = !compile_groups(bad, Store(scratch.path("store2")), {{unit("1")}});
  before ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
  CHECK(compiled);
  CHECK(failed);
  CHECK(std::filesystem::is_empty(scratch.path("tmp")));
}

TEST_CASE("a tree's JavaScript gets caches, but not what Node would warn about") {
  auto node = find_template_node();
  if (!node) return;
  const std::pair<const char*, const char*> kFiles[] = {
      {"package.json", "{}"},
      {"app.js", "exports.a = 1;"},
      {"surprise.js", "export default 1;"},
      {"good.mjs", "export default 1;"},
      {"broken.cjs", "function ("},
      {"data.json", "{\"a\": 1}"},
      {"notes.md", "text"},
      {"node_modules/m/package.json", "{}"},
      {"node_modules/m/index.js", "export default 1;"},
      {"node_modules/m/node_modules/n/index.cjs", "exports.n = 1;"},
  };
  FileTree tree;
  for (const auto& [path, text] : kFiles) {
    FileNode file;
    file.path = path;
    file.content = std::string_view(text);
    if (file.path.starts_with("node_modules/")) file.package = 1;
    tree.add(std::move(file));
  }
  REQUIRE(tree.seal());
  auto modules = resolve_modules(tree);
  REQUIRE(modules);
  ScratchFolder scratch;
  const Store store(scratch.path("store"));
  auto compiled = compile_tree(tree, *modules, {}, compiler_at(*node), store);
  REQUIRE(compiled);
  REQUIRE(compiled->files.size() == tree.nodes().size());
  auto format = [&](std::string_view path) {
    const CompiledFile& file =
        compiled->files[static_cast<size_t>(tree.find(path) - tree.nodes().data())];
    return std::pair(file.format, !file.code_cache.empty());
  };
  CHECK(format("app.js") == std::pair(EntryFormat::kCommonJs, true));
  CHECK(format("surprise.js") == std::pair(EntryFormat::kUnknown, false));
  CHECK(format("good.mjs") == std::pair(EntryFormat::kModule, true));
  CHECK(format("broken.cjs") == std::pair(EntryFormat::kUnknown, false));
  CHECK(format("data.json") == std::pair(EntryFormat::kJson, false));
  CHECK(format("notes.md") == std::pair(EntryFormat::kUnknown, false));
  CHECK(format("node_modules/m/index.js") == std::pair(EntryFormat::kModule, true));
  CHECK(format("node_modules/m/node_modules/n/index.cjs") ==
        std::pair(EntryFormat::kCommonJs, true));
  CHECK(compiled->with_cache == 4);
  for (const RuntimePart& part : compiled->runtime) CHECK_FALSE(part.cache.empty());
  auto again = compile_tree(tree, *modules, {}, compiler_at(*node), store);
  REQUIRE(again);
  CHECK(again->compiled_now == 0);
  for (size_t i = 0; i < kRuntimeParts; ++i)
    CHECK(again->runtime[i].cache.text() == compiled->runtime[i].cache.text());
}
