#include "resolver/file_tree.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace ingot;

namespace {

FileNode file_node(std::string path) {
  FileNode node;
  node.path = std::move(path);
  return node;
}

FileNode link_node(std::string path, std::string target) {
  FileNode node = file_node(std::move(path));
  node.kind = FileNodeKind::kSymlink;
  node.link_target = std::move(target);
  return node;
}

FileTree tree_of(std::vector<FileNode> nodes) {
  FileTree tree;
  for (FileNode& node : nodes) tree.add(std::move(node));
  REQUIRE(tree.seal());
  return tree;
}

std::string refusal(std::vector<FileNode> nodes) {
  FileTree tree;
  for (FileNode& node : nodes) tree.add(std::move(node));
  Status sealed = tree.seal();
  return sealed ? "accepted" : sealed.error().code;
}

}  // namespace

TEST_CASE("files are found by their whole path, and in any order of adding") {
  FileTree tree =
      tree_of({file_node("b/c"), file_node("a"), file_node("b-c/d"), file_node("b/a/x")});
  CHECK(std::is_sorted(tree.nodes().begin(), tree.nodes().end(),
                       [](const auto& a, const auto& b) { return a.path < b.path; }));
  for (const char* there : {"a", "b/c", "b-c/d", "b/a/x"}) CHECK(tree.find(there)->path == there);
  for (const char* absent : {"", "b", "b/", "b/a", "b/cc", "z", "b/c/"}) {
    CAPTURE(absent);
    CHECK(tree.find(absent) == nullptr);
  }
}

TEST_CASE("a directory is what something lies in") {
  // '-' and '.' sort before '/': the children of "b" do not follow "b" directly.
  FileTree tree =
      tree_of({file_node("b"), file_node("b-c/d"), file_node("b.x/y"), file_node("ba/z")});
  CHECK(tree.is_directory(""));
  CHECK(tree.is_directory("b-c"));
  CHECK(tree.is_directory("b.x"));
  CHECK_FALSE(tree.is_directory("b"));
  CHECK_FALSE(tree.is_directory("b-c/d"));
  CHECK_FALSE(tree.is_directory("b-"));
}

TEST_CASE("what no disk could hold is refused by name") {
  CHECK(refusal({file_node("a"), file_node("a")}) == "path-twice");
  CHECK(refusal({file_node("a"), file_node("a-b"), file_node("a/b")}) == "path-conflict");
  CHECK(refusal({file_node("x/a/b/c"), link_node("x/a", "y")}) == "path-conflict");
  CHECK(refusal({file_node("a"), file_node("A"), file_node("a.b/c")}) == "accepted");
}

TEST_CASE("a real path follows links at the end and on the way") {
  FileTree tree = tree_of(
      {file_node("packages/w/lib/i.js"), link_node("node_modules/w", "../packages/w"),
       link_node("node_modules/.bin/w", "../w/lib/i.js"), link_node("top", "node_modules/w/lib"),
       link_node("up", "packages/w/.."), link_node("here", ".")});
  CHECK(tree.real_path("packages/w/lib/i.js") == "packages/w/lib/i.js");
  CHECK(tree.real_path("packages/w") == "packages/w");
  CHECK(tree.real_path("") == "");
  CHECK(tree.real_path("node_modules/w") == "packages/w");
  CHECK(tree.real_path("node_modules/w/lib/i.js") == "packages/w/lib/i.js");
  CHECK(tree.real_path("node_modules/.bin/w") == "packages/w/lib/i.js");
  CHECK(tree.real_path("top/../lib/./i.js") == "packages/w/lib/i.js");
  CHECK(tree.real_path("up/w/lib") == "packages/w/lib");
  CHECK(tree.real_path("here/here/top") == "packages/w/lib");
}

TEST_CASE("a path that leads nowhere, in a circle or out of the tree has no real path") {
  FileTree tree = tree_of({file_node("a/f"), link_node("loop", "loop"), link_node("ping", "pong/x"),
                           link_node("pong", "ping/x"), link_node("out", "../secret"),
                           link_node("absolute", "/etc/passwd"), link_node("dead", "a/none")});
  for (const char* path : {"none", "a/none", "a/f/", "a/f/x", "a/f/..", "loop", "loop/x", "ping",
                           "out", "absolute", "dead", "..", "a/../..", "/a/f"}) {
    CAPTURE(path);
    CHECK_FALSE(tree.real_path(path));
  }
}

TEST_CASE("fifty thousand files are sorted and looked up") {
  FileTree tree;
  for (int i = 0; i < 50'000; ++i)
    tree.add(file_node("node_modules/p" + std::to_string(i % 500) + "/lib/f" + std::to_string(i)));
  REQUIRE(tree.seal());
  size_t found = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string path = "node_modules/p" + std::to_string(i % 500) + "/lib/f" + std::to_string(i);
    if (tree.find(path) && tree.real_path(path) == path) ++found;
  }
  CHECK(found == 50'000);
  CHECK(tree.is_directory("node_modules/p499/lib"));
}

TEST_CASE("the tree keeps alive what its nodes view") {
  FileTree tree;
  auto text = std::make_shared<const std::string>("content");
  std::weak_ptr<const std::string> watch = text;
  FileNode node = file_node("a");
  node.content = ByteView(std::string_view(*text));
  tree.add(std::move(node));
  tree.keep(std::move(text));
  REQUIRE(tree.seal());
  CHECK_FALSE(watch.expired());
  CHECK(tree.find("a")->content.text() == "content");
}
