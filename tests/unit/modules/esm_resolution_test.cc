#include <catch2/catch.hpp>

#include "tests/unit/modules/tree_fixture.h"

using namespace ingot::testing;

TEST_CASE("import wants the whole name of a file") {
  TestTree tree({{"x.js", ""}, {"lib/index.js", ""}, {"noext", ""}});
  CHECK(tree.import("./x.js") == "x.js");
  CHECK(tree.import("./noext") == "noext");
  CHECK(tree.import("./x") == "");
  CHECK(tree.import("./lib") == "");
  CHECK(tree.import("./lib/") == "");
  CHECK(tree.import("..", "lib/index.js") == "");
  CHECK(tree.import("../x.js", "lib/index.js") == "x.js");
  CHECK(tree.import("../x.js") == "");
}

TEST_CASE("import reads specifiers as URLs") {
  TestTree tree({{"x.js", ""},
                 {"sp ace.js", ""},
                 {"per%cent.js", ""},
                 {"q?.js", ""},
                 {"\xC3\xBC.js", ""},
                 {"lib/y.js", ""}});
  CHECK(tree.import("./%78.js") == "x.js");
  CHECK(tree.import("./sp ace.js") == "sp ace.js");
  CHECK(tree.import("./sp%20ace.js") == "sp ace.js");
  CHECK(tree.import("./per%25cent.js") == "per%cent.js");
  CHECK(tree.import("./q%3F.js") == "q?.js");
  CHECK(tree.import("./\xC3\xBC.js") == "\xC3\xBC.js");
  CHECK(tree.import("./%C3%BC.js") == "\xC3\xBC.js");
  CHECK(tree.import("./%2e%2e/%2E/x.js", "lib/y.js") == "x.js");
  CHECK(tree.import(".%2e/x.js", "lib/y.js") == "");
  CHECK(tree.import("./%2E./x.js", "lib/y.js") == "x.js");
  for (std::string odd :
       {"./per%cent.js", "./lib%2Fy.js", "./lib%5cy.js", "./%FF.js", "./%00.js", "./x.js?q",
        "./x.js#f", "./x.js ", "./lib//y.js", "./lib\\y.js", "./\tx.js", "file:///x.js",
        "data:text/javascript,", "https://x/x.js", "/x.js", "", "%78.js"}) {
    CAPTURE(odd);
    CHECK(tree.import(odd) == "");
  }
}

TEST_CASE("import of a package without exports uses main as CommonJS does") {
  auto main_of = [](const std::string& json) {
    TestTree tree({{"node_modules/a/package.json", json},
                   {"node_modules/a/index.js", ""},
                   {"node_modules/a/x.js", ""},
                   {"node_modules/a/lib/index.js", ""},
                   {"node_modules/a/d.json", ""}});
    return tree.import("a");
  };
  CHECK(main_of("{}") == "node_modules/a/index.js");
  CHECK(main_of(R"({"main":"x.js"})") == "node_modules/a/x.js");
  CHECK(main_of(R"({"main":"x"})") == "node_modules/a/x.js");
  CHECK(main_of(R"({"main":"./lib"})") == "node_modules/a/lib/index.js");
  CHECK(main_of(R"({"main":"lib/"})") == "node_modules/a/lib/index.js");
  CHECK(main_of(R"({"main":"d"})") == "node_modules/a/d.json");
  CHECK(main_of(R"({"main":"missing"})") == "node_modules/a/index.js");
  // What Node warns of is left to Node.
  CHECK(main_of(R"({"type":"module"})") == "");
  CHECK(main_of(R"({"type":"module","main":"x"})") == "");
  CHECK(main_of(R"({"type":"module","main":"./x.js"})") == "node_modules/a/x.js");
}

TEST_CASE("a main with a slash is left to Node when a file of that name lies beside the folder") {
  TestTree tree({{"node_modules/a/package.json", R"({"main":"lib/"})"},
                 {"node_modules/a/lib/index.js", ""},
                 {"node_modules/a/lib.js", ""}});
  CHECK(tree.import("a") == "");
  CHECK(tree.require("a") == "node_modules/a/lib.js");
}

TEST_CASE("import looks into the nearest folder of the package's name only") {
  TestTree tree({{"node_modules/a/x.js", ""},
                 {"lib/node_modules/a/y.js", ""},
                 {"lib/node_modules/b", ""},
                 {"node_modules/b/index.js", ""}});
  CHECK(tree.import("a/x.js", "lib/app.js") == "");
  CHECK(tree.import("a/y.js", "lib/app.js") == "lib/node_modules/a/y.js");
  CHECK(tree.import("b", "lib/app.js") == "node_modules/b/index.js");
  CHECK(tree.import("a/../b/index.js") == "node_modules/b/index.js");
}

TEST_CASE("names that are no package names have no answer") {
  TestTree tree({{"node_modules/@s/index.js", ""},
                 {"node_modules/.a/index.js", ""},
                 {"node_modules/a b/index.js", ""},
                 {"node_modules/a%/index.js", ""}});
  for (std::string odd : {"@s", "@s/", "@/a", ".a", "..a", "a b", "a%", "@s/..", "a\\b", " a"}) {
    CAPTURE(odd);
    CHECK(tree.import(odd) == "");
  }
}

TEST_CASE("a dual package gives each kind of request its own file") {
  TestTree tree({{"node_modules/d/package.json",
                  R"({"type":"module","exports":{"import":"./i.js","require":"./r.cjs"}})"},
                 {"node_modules/d/i.js", ""},
                 {"node_modules/d/r.cjs", ""}});
  CHECK(tree.import("d") == "node_modules/d/i.js");
  CHECK(tree.require("d") == "node_modules/d/r.cjs");
}
