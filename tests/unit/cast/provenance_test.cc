#include "packer/cast/provenance.h"

#include <catch2/catch.hpp>

#include "base/json.h"
#include "packer/report/why.h"

using namespace ingot;

namespace {

// app -> a, b; a -> c; b -> c; c -> d; and e, which nothing asks for. File 0 is the project's.
Provenance sample() {
  Provenance out;
  out.entry = "main.js";
  out.packages = {{"", "app", "1.0.0", "project", "none", "", {1, 2}},
                  {"node_modules/a", "a", "1.0.0", "registry", "sha512", "", {3}},
                  {"node_modules/b", "b", "2.0.0", "registry", "sha512", "", {3}},
                  {"node_modules/c", "@s/c", "3.0.0", "registry", "sha512", "", {4}},
                  {"node_modules/d", "d", "4.0.0", "bundled", "parent", "", {1}},
                  {"node_modules/e", "e", "5.0.0", "registry", "sha512", "", {}}};
  auto add = [&](const std::string& path, uint32_t package, const std::string& reason = "") {
    SealedFile file;
    file.path = path;
    file.package = package;
    file.reason = reason;
    out.files.push_back(file);
  };
  add("main.js", 0, "package.json \"files\": main.js");
  add("node_modules/a/index.js", 1);
  add("node_modules/c/index.js", 3);
  add("node_modules/c/lib.js", 3);
  add("node_modules/d/index.js", 4);
  add("node_modules/e/index.js", 5);
  out.requests = {{0, 1, "a", false}, {1, 2, "c", true}, {2, 3, "./lib", false}};
  out.left_out = {{"coverage/", ".gitignore: coverage"}};
  out.skipped = {{"f", "6.0.0", "development only"}};
  return out;
}

Explanation only(const Provenance& provenance, const std::string& name) {
  auto found = explain(provenance, name);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  return found->front();
}

Error refusal(const std::string& name) {
  Provenance provenance = sample();
  auto found = explain(provenance, name);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "not-inside");
  CHECK_FALSE(found.error().hint.empty());
  return found.error();
}

}  // namespace

TEST_CASE("a file is explained by its package, all shortest ways to it, its rule and who asks") {
  Provenance provenance = sample();
  Explanation file = only(provenance, "node_modules/c/lib.js");
  CHECK(file.package == 3);
  REQUIRE(file.file);
  CHECK(file.ways.count == 2);
  CHECK(file.ways.shown == std::vector<std::vector<uint32_t>>{{0, 1, 3}, {0, 2, 3}});
  REQUIRE(file.requests.size() == 1);
  CHECK(file.requests[0]->specifier == "./lib");
  CHECK(rule_of(provenance, provenance.files[3]) == "published in its package's tarball");
  CHECK(rule_of(provenance, provenance.files[4]) == "bundled in another package's tarball");
  CHECK(rule_of(provenance, provenance.files[0]) == "package.json \"files\": main.js");
}

TEST_CASE("a file may be named as in a stack trace, and a package by name, version or folder") {
  Provenance provenance = sample();
  for (const char* name : {"./node_modules/c/index.js", "/dev/null/vfs/0/node_modules/c/index.js",
                           "file:///dev/null/vfs/0/node_modules/c/index.js"})
    CHECK(only(provenance, name).file == 2u);
  for (const char* name : {"@s/c", "@s/c@3.0.0", "node_modules/c", "node_modules/c/", "c"}) {
    CAPTURE(name);
    Explanation package = only(provenance, name);
    CHECK(package.package == 3);
    CHECK_FALSE(package.file);
    REQUIRE(package.requests.size() == 1);  // of other packages
    CHECK(package.requests[0]->specifier == "c");
  }
}

TEST_CASE("a package that nothing asks for has no way") {
  Provenance provenance = sample();
  CHECK(only(provenance, "e").ways.count == 0);
  CHECK(render(provenance, {only(provenance, "e")}).find("nothing that is inside") !=
        std::string::npos);
  CHECK(only(provenance, "main.js").ways.shown == std::vector<std::vector<uint32_t>>{{0}});
}

TEST_CASE("many ways of one length are counted, and some shown") {
  Provenance provenance;
  // Ten layers of two packages, each asking for both of the next: 2^10 ways.
  provenance.packages.push_back({"", "app", "1.0.0", "", "", "", {1, 2}});
  for (uint32_t layer = 0; layer < 10; ++layer)
    for (int i = 0; i < 2; ++i) {
      uint32_t next = 3 + layer * 2;
      std::vector<uint32_t> dependencies{next, next + 1};
      if (layer == 9) dependencies = {21};
      std::string name = "p" + std::to_string(layer) + (i == 0 ? "a" : "b");
      provenance.packages.push_back({"node_modules/" + name, name, "1", "", "", "", dependencies});
    }
  provenance.packages.push_back({"node_modules/last", "last", "1", "", "", "", {}});
  Explanation last = only(provenance, "last");
  CHECK(last.ways.count == 1024);
  CHECK(last.ways.shown.size() == kMaxShownWays);
  CHECK(render(provenance, {last}).find("and 1004 more ways") != std::string::npos);
}

TEST_CASE("what is left out is said to be, and what is not known leads to what is like it") {
  CHECK(refusal("coverage/x/index.html").notes.at(0) ==
        "coverage/ is left out: .gitignore: coverage");
  CHECK(refusal("f").notes.at(0) == "f@6.0.0 is left out: development only");
  CHECK(refusal("lib.js").notes.at(0) == "node_modules/c/lib.js is");
  CHECK(refusal("nothing").notes.empty());
}

TEST_CASE("an explanation as JSON has the same facts") {
  Provenance provenance = sample();
  auto json = JsonDocument::parse(
      explanations_json(provenance, {only(provenance, "node_modules/c/lib.js")}), "json");
  REQUIRE(json);
  JsonCursor found = *json->root().find("explanations")->begin();
  CHECK(found.find_text("path") == "node_modules/c/lib.js");
  CHECK(found.find("package")->find_text("name") == "@s/c");
  CHECK(found.find("ways")->size() == 2);
  CHECK((*found.find("requests")->begin()).find_text("from") == "node_modules/c/index.js");
}
