#include <catch2/catch.hpp>

#include "tests/unit/modules/tree_fixture.h"

using namespace ingot::testing;

TEST_CASE("a relative request tries the file, then extensions, then the folder") {
  TestTree tree({{"app.js", ""},
                 {"both", ""},
                 {"both.js", ""},
                 {"data.json", ""},
                 {"data.node", ""},
                 {"lib/index.json", ""},
                 {"x.js", ""},
                 {"x/index.js", ""}});
  CHECK(tree.require("./both") == "both");
  CHECK(tree.require("./both.js") == "both.js");
  CHECK(tree.require("./data") == "data.json");
  CHECK(tree.require("./lib") == "lib/index.json");
  CHECK(tree.require("./x") == "x.js");
  CHECK(tree.require("./x/") == "x/index.js");
  CHECK(tree.require("./lib/../x") == "x.js");
  CHECK(tree.require("..", "lib/y.js") == "");
  CHECK(tree.require("./missing") == "");
}

TEST_CASE("what lies outside of the tree has no answer") {
  TestTree tree({{"app.js", ""}, {"index.js", ""}, {".js", ""}});
  CHECK(tree.require("/app.js") == "");
  CHECK(tree.require("../app.js") == "");
  CHECK(tree.require("file:///app.js") == "");
  CHECK(tree.require(".") == "index.js");
}

TEST_CASE("main names a file with or without extension, or a folder") {
  auto main_of = [](const std::string& main) {
    TestTree tree({{"node_modules/a/package.json", "{\"main\":" + main + "}"},
                   {"node_modules/a/index.js", ""},
                   {"node_modules/a/lib/index.js", ""},
                   {"node_modules/a/lib/main.js", ""},
                   {"node_modules/a/data.json", ""}});
    return tree.require("a");
  };
  CHECK(main_of("\"lib/main.js\"") == "node_modules/a/lib/main.js");
  CHECK(main_of("\"./lib/main\"") == "node_modules/a/lib/main.js");
  CHECK(main_of("\"lib\"") == "node_modules/a/lib/index.js");
  CHECK(main_of("\"lib/\"") == "node_modules/a/lib/index.js");
  CHECK(main_of("\"data.json\"") == "node_modules/a/data.json");
  CHECK(main_of("\"\"") == "node_modules/a/index.js");
  CHECK(main_of("7") == "node_modules/a/index.js");
}

TEST_CASE("a main that is not there is left to Node, which warns") {
  TestTree tree({{"node_modules/a/package.json", R"({"main":"missing"})"},
                 {"node_modules/a/index.js", ""},
                 {"node_modules/b/package.json", R"({"main":"/index.js"})"},
                 {"node_modules/b/index.js", ""}});
  CHECK(tree.require("a") == "");
  CHECK(tree.require("b") == "");
}

TEST_CASE("the walk through node_modules takes the nearest package up to the root") {
  TestTree tree({{"node_modules/a/index.js", ""},
                 {"node_modules/b/index.js", ""},
                 {"node_modules/b/node_modules/a/index.js", ""},
                 {"node_modules/b/lib/deep.js", ""},
                 {"node_modules/@s/c/x/y.js", ""},
                 {"node_modules/file.js", ""}});
  CHECK(tree.require("a") == "node_modules/a/index.js");
  CHECK(tree.require("a", "node_modules/b/lib/deep.js") ==
        "node_modules/b/node_modules/a/index.js");
  CHECK(tree.require("b", "node_modules/b/node_modules/a/index.js") == "node_modules/b/index.js");
  CHECK(tree.require("@s/c/x/y") == "node_modules/@s/c/x/y.js");
  CHECK(tree.require("file") == "node_modules/file.js");
  CHECK(tree.require("c") == "");
}

TEST_CASE("a package without what is asked for does not hide one further up") {
  TestTree tree({{"node_modules/a/x.js", ""},
                 {"lib/node_modules/a/y.js", ""},
                 {"node_modules/e/x.js", ""},
                 {"lib/node_modules/e/package.json", R"({"exports":{}})"}});
  CHECK(tree.require("a/x", "lib/app.js") == "node_modules/a/x.js");
  // With "exports" the nearest package is the only one.
  CHECK(tree.require("e/x", "lib/app.js") == "");
}

TEST_CASE("names of Node's own modules have no answer, their look-alikes do") {
  TestTree tree({{"node_modules/fs/index.js", ""},
                 {"node_modules/punycode/index.js", ""},
                 {"node_modules/sqlite/index.js", ""}});
  CHECK(tree.require("fs") == "");
  CHECK(tree.require("fs/promises") == "");
  CHECK(tree.require("node:anything") == "");
  CHECK(tree.import("fs") == "");
  CHECK(tree.require("punycode/") == "node_modules/punycode/index.js");
  CHECK(tree.require("sqlite") == "node_modules/sqlite/index.js");
}

TEST_CASE("a linked package answers with its real path and resolves from there") {
  TestTree tree({{"node_modules/w", "-> ../packages/w"},
                 {"packages/w/index.js", ""},
                 {"packages/w/node_modules/d/index.js", ""},
                 {"node_modules/.bin/w", "-> ../w/index.js"},
                 {"store/v", "-> ../packages"},
                 {"short", "-> store"},
                 {"here", "-> ."},
                 {"lost/x", "-> ../short/none"},
                 {"loop.js", "-> loop.js"},
                 {"out.js", "-> ../../etc/passwd"}});
  CHECK(tree.require("w") == "packages/w/index.js");
  CHECK(tree.import("w/index.js") == "packages/w/index.js");
  CHECK(tree.require("./node_modules/.bin/w") == "packages/w/index.js");
  CHECK(tree.require("d", "packages/w/index.js") == "packages/w/node_modules/d/index.js");
  CHECK(tree.require("./short/v/w/node_modules/d") == "packages/w/node_modules/d/index.js");
  CHECK(tree.require("./here/app") == "");
  CHECK(tree.require("./here/here/short/v/w") == "packages/w/index.js");
  CHECK(tree.require("./lost/x") == "");
  CHECK(tree.require("./node_modules/.bin/w/index.js") == "");
  CHECK(tree.require("./loop") == "");
  CHECK(tree.require("./out") == "");
}

TEST_CASE("a package.json that Node refuses leaves everything about it to Node") {
  for (std::string text : {"{", "[]", R"({"name":7})", R"({"type":1})",
                           R"({"main":"x","main":"y"})", R"({"m\u0061in":"x"})"}) {
    CAPTURE(text);
    TestTree tree({{"package.json", text},
                   {"app.js", ""},
                   {"x.js", ""},
                   {"node_modules/a/package.json", text},
                   {"node_modules/a/index.js", ""}});
    CHECK(tree.require("./x") == "");
    CHECK(tree.require("a", "node_modules/b/index.js") == "");
    CHECK(tree.import("a", "node_modules/b/index.js") == "");
  }
}

TEST_CASE("a byte-order mark in a package.json changes nothing") {
  TestTree tree({{"node_modules/a/package.json", "\xEF\xBB\xBF{\"main\":\"x\"}"},
                 {"node_modules/a/x.js", ""}});
  CHECK(tree.require("a") == "node_modules/a/x.js");
}
