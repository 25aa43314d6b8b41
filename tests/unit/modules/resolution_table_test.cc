#include "resolver/modules/resolution_table.h"

#include <catch2/catch.hpp>

#include "tests/unit/modules/tree_fixture.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

uint32_t node_of(const FileTree& tree, const std::string& path) {
  const FileNode* node = tree.find(path);
  REQUIRE(node);
  return static_cast<uint32_t>(node - tree.nodes().data());
}

ModuleFormat format_of(const Files& files, const std::string& path) {
  TestTree tree(files);
  return module_format(*tree.world, path);
}

}  // namespace

TEST_CASE("the table has a row for each certain answer, sorted and once") {
  TestTree tree({{"app.js",
                  "require('b'); require('./x'); import('a'); require('a'); require('a');"
                  "require('fs'); require('missing'); require(v); require.resolve('b')"},
                 {"x.js", ""},
                 {"node_modules/a/index.js", ""},
                 {"node_modules/b/index.js", ""},
                 {"node_modules/b/data.json", "{}"},
                 {"link.js", "-> app.js"}});
  auto table = resolve_modules(tree.tree);
  REQUIRE(table);
  CHECK(table->files.size() == 4);
  const FileResolution* app = table->find(node_of(tree.tree, "app.js"));
  REQUIRE(app);
  std::string rows;
  for (const ResolutionRow& row : app->rows)
    rows += std::string(row.kind == RequestKind::kRequire ? "require " : "import ") +
            std::string(row.specifier) + " " + tree.tree.nodes()[row.target].path + "\n";
  CHECK(rows ==
        "require ./x x.js\n"
        "require a node_modules/a/index.js\n"
        "require b node_modules/b/index.js\n"
        "import a node_modules/a/index.js\n");
  REQUIRE(app->unresolved.size() == 1);
  CHECK(app->unresolved[0].text == "missing");
  CHECK(app->computed.size() == 1);
  CHECK(table->find(node_of(tree.tree, "link.js")) == nullptr);
  CHECK(table->find(node_of(tree.tree, "node_modules/b/data.json")) == nullptr);
  CHECK(table->formats[node_of(tree.tree, "node_modules/b/data.json")] == ModuleFormat::kJson);
}

TEST_CASE("texts with escapes outlive the scan") {
  TestTree tree({{"app.js", R"(require('.\x2fx'); require('\x6dissing'))"}, {"x.js", ""}});
  auto table = resolve_modules(tree.tree);
  REQUIRE(table);
  const FileResolution* app = table->find(node_of(tree.tree, "app.js"));
  REQUIRE(app->rows.size() == 1);
  CHECK(app->rows[0].specifier == "./x");
  REQUIRE(app->unresolved.size() == 1);
  CHECK(app->unresolved[0].text == "missing");
}

TEST_CASE("commands without extension are scanned, declarations and foreign TypeScript are not") {
  TestTree tree({{"bin/run", "#!/usr/bin/env node\nrequire('../x')"},
                 {"bin/shell", "#!/bin/sh\nrequire('../x')"},
                 {"x.js", ""},
                 {"x.ts", "import './x.js'"},
                 {"x.d.ts", "import './x.js'"},
                 {"node_modules/a/x.ts", "import './x.js'"},
                 {"readme.md", "require('./x')"}});
  auto table = resolve_modules(tree.tree);
  REQUIRE(table);
  std::string scanned;
  for (const FileResolution& file : table->files)
    scanned += tree.tree.nodes()[file.node].path + " ";
  CHECK(scanned == "bin/run x.js x.ts ");
  CHECK(table->files[0].rows.size() == 1);
}

TEST_CASE("an empty tree has an empty table") {
  TestTree tree(Files{});
  auto table = resolve_modules(tree.tree);
  REQUIRE(table);
  CHECK(table->files.empty());
}

TEST_CASE("the extension decides the format before the package does") {
  Files files{{"package.json", R"({"type":"module"})"}};
  CHECK(format_of(files, "a.cjs") == ModuleFormat::kCommonjs);
  CHECK(format_of(files, "a.mjs") == ModuleFormat::kModule);
  CHECK(format_of(files, "a.js") == ModuleFormat::kModule);
  CHECK(format_of(files, "a") == ModuleFormat::kModule);
  CHECK(format_of(files, ".js") == ModuleFormat::kModule);
  CHECK(format_of(files, "a.json") == ModuleFormat::kJson);
  CHECK(format_of(files, "a.node") == ModuleFormat::kAddon);
  CHECK(format_of(files, "a.wasm") == ModuleFormat::kWasm);
  CHECK(format_of(files, "a.ts") == ModuleFormat::kModuleTypescript);
  CHECK(format_of(files, "a.cts") == ModuleFormat::kCommonjsTypescript);
  CHECK(format_of(files, "a.css") == ModuleFormat::kOther);
}

TEST_CASE("the nearest package.json decides, and without a type the file is ambiguous") {
  Files files{{"package.json", R"({"type":"module"})"},
              {"lib/package.json", "{}"},
              {"old/package.json", R"({"type":"commonjs"})"},
              {"odd/package.json", R"({"type":"other"})"},
              {"bad/package.json", "{"},
              {"node_modules/a/x.js", ""},
              {"lib/w", std::string("\0asm", 4)}};
  CHECK(format_of(files, "lib/x.js") == ModuleFormat::kAmbiguous);
  CHECK(format_of(files, "lib/x.ts") == ModuleFormat::kTypescript);
  CHECK(format_of(files, "lib/w") == ModuleFormat::kWasm);
  CHECK(format_of(files, "old/deep/x.js") == ModuleFormat::kCommonjs);
  CHECK(format_of(files, "odd/x.js") == ModuleFormat::kAmbiguous);
  CHECK(format_of(files, "bad/x.js") == ModuleFormat::kOther);
  CHECK(format_of(files, "bad/x.mjs") == ModuleFormat::kModule);
  // The application's type says nothing of its dependencies.
  CHECK(format_of(files, "node_modules/a/x.js") == ModuleFormat::kAmbiguous);
}

TEST_CASE("syntax decides an ambiguous file only when the scan is certain") {
  auto detected = [](const std::string& source) {
    return detected_format(ModuleFormat::kAmbiguous, scan_module(source));
  };
  CHECK(detected("import a from 'a'") == ModuleFormat::kModule);
  CHECK(detected("module.exports = 1") == ModuleFormat::kCommonjs);
  CHECK(detected("await 1") == ModuleFormat::kAmbiguous);
  CHECK(detected("export default '") == ModuleFormat::kAmbiguous);
  CHECK(detected_format(ModuleFormat::kCommonjs, scan_module("export {}")) ==
        ModuleFormat::kCommonjs);
}
