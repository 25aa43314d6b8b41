// Which file the executable runs.
#include "packer/cast/entry.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

Project project_of(const std::string& manifest) {
  Project project;
  project.folder = "/home/me/app";
  auto parsed = parse_manifest(manifest, "package.json");
  REQUIRE(parsed);
  project.manifest = std::move(*parsed);
  return project;
}

FileTree tree_of(const std::vector<std::pair<std::string, std::string>>& files) {
  FileTree tree;
  for (const auto& [path, link] : files) {
    FileNode node;
    node.path = path;
    node.link_target = link;
    if (!link.empty()) node.kind = FileNodeKind::kSymlink;
    tree.add(std::move(node));
  }
  REQUIRE(tree.seal());
  return tree;
}

const FileTree& application() {
  static const FileTree tree = tree_of({
      {"index.js", ""},
      {"cli.js", ""},
      {"lib/index.js", ""},
      {"lib/tool.js", ""},
      {"lib/data.json", ""},
      {"both", ""},
      {"both.js", ""},
      {"src", "lib"},
      {"here.js", "lib/tool.js"},
      {"gone.js", "lib/missing.js"},
      {"out.js", "../../etc/passwd"},
      {"node_modules/dep/bin/dep.mjs", ""},
      {"node_modules/.bin/dep", "../dep/bin/dep.mjs"},
      {"node_modules/.bin/folder", "../dep/bin"},
      {"node_modules/.bin/broken", "../dep/missing.js"},
  });
  return tree;
}

struct Case {
  const char* what;
  const char* manifest;
  std::optional<std::string> entry, bin;
  const char* expected;  // a path, or "!" and an error code
};

std::string run(const Case& c) {
  BuildOptions options;
  options.entry = c.entry;
  options.bin = c.bin;
  auto wanted = wanted_entry(project_of(c.manifest), options);
  if (!wanted) return "!" + wanted.error().code;
  auto found = find_entry(application(), *wanted, options);
  return found ? *found : "!" + found.error().code;
}

constexpr std::nullopt_t kNone = std::nullopt;
constexpr const char* kTwoBins = R"({"name": "app", "bin": {"x": "cli.js", "y": "lib/tool.js"}})";

}  // namespace

TEST_CASE("the file to run is found as the user means it") {
  const Case kCases[] = {
      {"nothing said: the index", "{}", kNone, kNone, "index.js"},
      {"main", R"({"main": "cli.js"})", kNone, kNone, "cli.js"},
      {"main with a dot", R"({"main": "./cli.js"})", kNone, kNone, "cli.js"},
      {"main without extension", R"({"main": "cli"})", kNone, kNone, "cli.js"},
      {"main that is a folder", R"({"main": "lib"})", kNone, kNone, "lib/index.js"},
      {"main that is a folder, with a slash", R"({"main": "./lib/"})", kNone, kNone,
       "lib/index.js"},
      {"main that is JSON", R"({"main": "lib/data"})", kNone, kNone, "lib/data.json"},
      {"the file itself before one with an extension", R"({"main": "both"})", kNone, kNone, "both"},
      {"main that is the folder itself", R"({"main": "."})", kNone, kNone, "index.js"},
      {"main that is the folder itself, with a slash", R"({"main": "./"})", kNone, kNone,
       "index.js"},
      {"an empty main", R"({"main": ""})", kNone, kNone, "index.js"},
      {"one bin before main", R"({"name": "app", "main": "index.js", "bin": "cli.js"})", kNone,
       kNone, "cli.js"},
      {"one bin of another name", R"({"name": "app", "bin": {"tool": "./lib/tool.js"}})", kNone,
       kNone, "lib/tool.js"},
      {"a bin by name", kTwoBins, kNone, "y", "lib/tool.js"},
      {"a dependency's bin", kTwoBins, kNone, "dep", "node_modules/dep/bin/dep.mjs"},
      {"a dependency's bin, one's own by another name", R"({"bin": {"x": "cli.js"}})", kNone, "dep",
       "node_modules/dep/bin/dep.mjs"},
      {"--entry before --bin", kTwoBins, "index.js", "y", "index.js"},
      {"--entry before all", kTwoBins, "lib/tool.js", kNone, "lib/tool.js"},
      {"--entry without extension", "{}", "lib/tool", kNone, "lib/tool.js"},
      {"--entry in node_modules", "{}", "node_modules/dep/bin/dep.mjs", kNone,
       "node_modules/dep/bin/dep.mjs"},
      {"--entry by an absolute path", "{}", "/home/me/app/lib/tool.js", kNone, "lib/tool.js"},
      {"--entry with detours", "{}", "./lib/../lib//tool.js", kNone, "lib/tool.js"},
      {"--entry through a link to a folder", "{}", "src/tool.js", kNone, "lib/tool.js"},
      {"--entry that is a link", "{}", "here.js", kNone, "lib/tool.js"},

      {"several bins, none chosen", kTwoBins, kNone, kNone, "!bin-ambiguous"},
      {"a bin nobody has", kTwoBins, kNone, "z", "!bin-missing"},
      {"a bin without a name", kTwoBins, kNone, "", "!bin-missing"},
      {"a bin that is a folder", "{}", kNone, "folder", "!bin-missing"},
      {"a bin that leads nowhere", "{}", kNone, "broken", "!bin-missing"},
      {"a bin that climbs", "{}", kNone, "..", "!bin-missing"},
      {"a bin whose file is not there", R"({"bin": {"x": "gone/x.js"}})", kNone, "x",
       "!entry-missing"},
      {"main that is not there", R"({"main": "dist/main.js"})", kNone, kNone, "!entry-missing"},
      {"main that climbs out", R"({"main": "../other/index.js"})", kNone, kNone, "!entry-missing"},
      {"main that climbs out and back", R"({"main": "../app/index.js"})", kNone, kNone,
       "!entry-missing"},
      {"an absolute main", R"({"main": "/etc/passwd"})", kNone, kNone, "!entry-missing"},
      {"--entry that is not there", "{}", "nope.js", kNone, "!entry-missing"},
      {"--entry that climbs out", "{}", "../other.js", kNone, "!entry-missing"},
      {"--entry elsewhere on the disk", "{}", "/etc/passwd", kNone, "!entry-missing"},
      {"--entry in a folder with a longer name", "{}", "/home/me/app2/index.js", kNone,
       "!entry-missing"},
      {"--entry that is the project", "{}", ".", kNone, "!entry-missing"},
      {"--entry that is empty", "{}", "", kNone, "!entry-missing"},
      {"--entry below a file", "{}", "index.js/x", kNone, "!entry-missing"},
      {"--entry that is a link to nowhere", "{}", "gone.js", kNone, "!entry-missing"},
      {"--entry that is a link out", "{}", "out.js", kNone, "!entry-missing"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.what);
    CHECK(run(c) == c.expected);
  }
}

TEST_CASE("a folder without an index is not run") {
  FileTree tree = tree_of({{"lib/tool.js", ""}});
  CHECK(find_entry(tree, "lib", {}).error().code == "entry-missing");
  CHECK(find_entry(tree, "index.js", {}).error().code == "entry-missing");
}

TEST_CASE("several commands are listed when none was chosen") {
  auto wanted = wanted_entry(project_of(kTwoBins), {});
  REQUIRE_FALSE(wanted);
  CHECK(wanted.error().message.find("x, y") != std::string::npos);
  CHECK(wanted.error().hint.find("--bin") != std::string::npos);
}

TEST_CASE("a missing entry's hint tells where the name came from") {
  BuildOptions by_option;
  by_option.entry = "nope.js";
  CHECK(find_entry(application(), "nope.js", by_option).error().hint.find("node_modules") !=
        std::string::npos);
  CHECK(find_entry(application(), "nope.js", {}).error().hint.find("\"main\"") !=
        std::string::npos);
}
