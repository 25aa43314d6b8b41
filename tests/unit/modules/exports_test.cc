#include <catch2/catch.hpp>

#include "tests/unit/modules/tree_fixture.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// A package "a" with these "exports" and a handful of files.
TestTree with_exports(const std::string& exports) {
  const std::string folder = "node_modules/a/";
  return TestTree(
      {{folder + "package.json", R"({"name":"a","main":"./main.js","exports":)" + exports + "}"},
       {folder + "main.js", ""},
       {folder + "x.js", ""},
       {folder + "y.js", ""},
       {folder + "x.mjs", ""},
       {folder + "sp ace.js", ""},
       {folder + "lib/one.js", ""},
       {folder + "lib/deep/two.js", ""},
       {folder + "lib/internal/no.js", ""},
       {folder + "node_modules/b/index.js", ""}});
}

}  // namespace

TEST_CASE("conditions are tried in the order in which they are written") {
  TestTree tree = with_exports(R"({"require":"./x.js","import":"./x.mjs","default":"./y.js"})");
  CHECK(tree.require("a") == "node_modules/a/x.js");
  CHECK(tree.import("a") == "node_modules/a/x.mjs");
  TestTree first = with_exports(R"({"default":"./y.js","require":"./x.js"})");
  CHECK(first.require("a") == "node_modules/a/y.js");
  TestTree node = with_exports(R"({"browser":"./y.js","types":"./y.js","node":"./x.js"})");
  CHECK(node.import("a") == "node_modules/a/x.js");
  TestTree sync = with_exports(R"({"module-sync":"./x.mjs","default":"./y.js"})");
  CHECK(sync.require("a") == "node_modules/a/x.mjs");
  TestTree addons = with_exports(R"({"node-addons":"./x.js","default":"./y.js"})");
  CHECK(addons.import("a") == "node_modules/a/x.js");
}

TEST_CASE("nested conditions without a match go on with the next one outside") {
  TestTree tree =
      with_exports(R"({".":{"node":{"import":{"development":"./y.js"}},"default":"./x.js"}})");
  CHECK(tree.import("a") == "node_modules/a/x.js");
  // A null that was chosen is final.
  CHECK(with_exports(R"({".":{"node":null,"default":"./x.js"}})").import("a") == "");
}

TEST_CASE("an array takes its first valid target, whether or not the file is there") {
  CHECK(with_exports(R"(["nonsense","./x.js"])").require("a") == "node_modules/a/x.js");
  CHECK(with_exports(R"([7,null,{"browser":"./y.js"},"./x.js"])").require("a") ==
        "node_modules/a/x.js");
  CHECK(with_exports(R"(["./missing.js","./x.js"])").require("a") == "");
  CHECK(with_exports(R"([])").require("a") == "");
}

TEST_CASE("the most specific pattern wins and null closes what it matches") {
  TestTree tree = with_exports(
      R"({"./*":"./*.js","./lib/*":"./lib/*.js","./lib/internal/*":null,"./l*.js":"./y.js"})");
  CHECK(tree.require("a/x") == "node_modules/a/x.js");
  CHECK(tree.require("a/lib/one") == "node_modules/a/lib/one.js");
  CHECK(tree.require("a/lib/deep/two") == "node_modules/a/lib/deep/two.js");
  CHECK(tree.require("a/lib/internal/no") == "");
  CHECK(tree.require("a/lib/") == "");
  CHECK(tree.require("a") == "");
}

TEST_CASE("pattern keys are ordered by the length in front of the star, then by their own") {
  CHECK(pattern_key_compare("./a/*", "./*") < 0);
  CHECK(pattern_key_compare("./*", "./a/*") > 0);
  CHECK(pattern_key_compare("./*.js", "./*") < 0);
  CHECK(pattern_key_compare("./a", "./*") > 0);
  CHECK(pattern_key_compare("./*", "./*") == 0);
}

TEST_CASE("an exact key wins over patterns") {
  TestTree tree = with_exports(R"({"./*":"./*.js","./x":"./y.js","./*/deep":"./main.js"})");
  CHECK(tree.import("a/x") == "node_modules/a/y.js");
  CHECK(tree.import("a/main") == "node_modules/a/main.js");
}

TEST_CASE("exports hide everything else, main included") {
  TestTree tree = with_exports(R"({"./x.js":"./x.js"})");
  CHECK(tree.require("a/x.js") == "node_modules/a/x.js");
  CHECK(tree.require("a/y.js") == "");
  CHECK(tree.require("a/package.json") == "");
  CHECK(tree.require("a") == "");
  CHECK(tree.require("./node_modules/a/y.js") == "node_modules/a/y.js");
}

TEST_CASE("exports of null are no exports") {
  CHECK(with_exports("null").require("a") == "node_modules/a/main.js");
  CHECK(with_exports("false").import("a/y.js") == "node_modules/a/y.js");
}

TEST_CASE("targets that leave the package or hide a separator are refused") {
  for (std::string target :
       {"./../a/x.js", "../x.js", "/x.js", "x.js", "b", "./node_modules/b/index.js",
        "./NODE%5fmodules/b/index.js", "./lib/%2e%2e/x.js", "./lib%2fone.js", "./lib//one.js",
        "./lib\\\\one.js", "./x.js?q", "./x.js#f", "./", ""}) {
    CAPTURE(target);
    CHECK(with_exports('"' + target + '"').require("a") == "");
    CHECK(with_exports('"' + target + '"').import("a") == "");
  }
  CHECK(with_exports(R"("./sp%20ace.js")").require("a") == "node_modules/a/sp ace.js");
}

TEST_CASE("what stands for a star must not leave the package either") {
  TestTree tree = with_exports(R"({"./*":"./lib/*"})");
  CHECK(tree.require("a/one.js") == "node_modules/a/lib/one.js");
  CHECK(tree.require("a/../x.js") == "");
  CHECK(tree.require("a/deep/../one.js") == "");
  CHECK(tree.require("a/deep//two.js") == "");
  CHECK(tree.require("a/deep%2ftwo.js") == "");
  CHECK(tree.require("a/%6eode_modules/x.js") == "");
}

TEST_CASE("exports that mix subpaths and conditions, or have numbers as conditions, are refused") {
  CHECK(with_exports(R"({".":"./x.js","import":"./y.js"})").import("a") == "");
  CHECK(with_exports(R"({".":{"1":"./y.js","default":"./x.js"}})").import("a") == "");
}

TEST_CASE("a package reaches itself by its name when it has exports") {
  TestTree tree = with_exports(R"({".":{"import":"./x.mjs","default":"./x.js"},"./y":"./y.js"})");
  CHECK(tree.require("a", "node_modules/a/lib/one.js") == "node_modules/a/x.js");
  CHECK(tree.import("a", "node_modules/a/lib/one.js") == "node_modules/a/x.mjs");
  CHECK(tree.import("a/y", "node_modules/a/lib/one.js") == "node_modules/a/y.js");
  CHECK(tree.import("a/z", "node_modules/a/lib/one.js") == "");
  TestTree plain({{"package.json", R"({"name":"me"})"}, {"index.js", ""}});
  CHECK(plain.require("me", "index.js") == "");
}

TEST_CASE("the scope of a file ends at node_modules") {
  TestTree tree(
      {{"package.json", R"({"name":"root","exports":"./x.js","imports":{"#x":"./x.js"}})"},
       {"x.js", ""},
       {"node_modules/a/index.js", ""}});
  CHECK(tree.require("root", "lib/y.js") == "x.js");
  CHECK(tree.require("#x", "lib/y.js") == "x.js");
  CHECK(tree.require("root", "node_modules/a/index.js") == "");
  CHECK(tree.import("#x", "node_modules/a/index.js") == "");
}

TEST_CASE("imports lead to files, patterns and other packages") {
  TestTree tree({{"package.json",
                  R"({"imports":{"#x":{"import":"./x.mjs","require":"./x.js"},"#l/*":"./lib/*.js",
                      "#dep":"a/sub","#fs":"fs","#node":["node:fs","./x.js"],"#none":null,
                      "#p/*":"a/*"}})"},
                 {"x.js", ""},
                 {"x.mjs", ""},
                 {"lib/one.js", ""},
                 {"node_modules/a/package.json", R"({"exports":{"./sub":"./s.js"}})"},
                 {"node_modules/a/s.js", ""}});
  CHECK(tree.import("#x") == "x.mjs");
  CHECK(tree.require("#x") == "x.js");
  CHECK(tree.require("#l/one") == "lib/one.js");
  CHECK(tree.import("#dep") == "node_modules/a/s.js");
  CHECK(tree.require("#p/sub") == "node_modules/a/s.js");
  for (std::string none : {"#fs", "#node", "#none", "#", "#l/", "#missing"}) {
    CAPTURE(none);
    CHECK(tree.import(none) == "");
    CHECK(tree.require(none) == "");
  }
}
