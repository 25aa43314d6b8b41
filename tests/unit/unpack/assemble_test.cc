#include "packer/unpack/assemble.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <list>

#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// A project with packages, each from a tarball made on the spot.
class Scene {
 public:
  MemoryFileSystem files;
  Diagnostics diagnostics;
  MissingAddons addons = MissingAddons::kRefused;

  Scene() {
    files.add("/p/package.json", R"({"name":"p"})");
    files.add("/p/index.js", "");
    LockedPackage& project = lock("", "p", SourceKind::kProject);
    project.version = "";
  }

  LockedPackage& lock(std::string place, std::string name,
                      SourceKind kind = SourceKind::kRegistry) {
    LockedPackage package;
    package.install_path = std::move(place);
    package.name = std::move(name);
    package.version = "1.0.0";
    package.source.kind = kind;
    return locked_.emplace_back(std::move(package));
  }

  // A package with a tarball: package.json with `more` in it, and `rest`.
  LockedPackage& package(const std::string& place, const std::string& name, TarBuilder rest = {},
                         const std::string& more = "") {
    std::string json = R"({"name":")" + name + R"(","version":"1.0.0")" + more + "}";
    tarballs_[place] = rest.file("package/package.json", json).tgz();
    return lock(place, name);
  }

  void tarball(const std::string& place, std::string bytes) { tarballs_[place] = std::move(bytes); }
  void make_optional(std::string place) { optional_ = std::move(place); }

  Result<Assembly> assemble() {
    locked_.sort([](const auto& a, const auto& b) { return a.install_path < b.install_path; });
    graph_ = {*find_target("linux-x64"), {}, {}};
    std::vector<VerifiedTarball> tarballs;
    for (const LockedPackage& package : locked_) {
      graph_.packages.push_back({&package, 0, package.install_path == optional_});
      auto bytes = tarballs_.find(package.install_path);
      if (bytes == tarballs_.end()) continue;
      auto owner = std::make_shared<const std::string>(bytes->second);
      VerifiedTarball tarball;
      tarball.package = graph_.packages.size() - 1;
      tarball.bytes = ByteView(std::string_view(*owner));
      tarball.owner = std::move(owner);
      tarballs.push_back(std::move(tarball));
    }
    ProjectSource project{files, "/p", {}, {}, {}, {}};
    PackageSupply supply(graph_, std::move(tarballs), {&graph_, 1});
    return assemble_tree(graph_, supply, project, diagnostics, addons);
  }

  Assembly made() {
    auto result = assemble();
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
    return std::move(*result);
  }

  std::string refusal() {
    auto result = assemble();
    return result ? "accepted" : result.error().code;
  }

 private:
  std::list<LockedPackage> locked_;
  std::map<std::string, std::string> tarballs_;
  std::string optional_ = "none";
  PackageGraph graph_;
};

std::string link_at(const Assembly& assembly, const std::string& path) {
  const FileNode* node = assembly.tree.find(path);
  if (!node) return "nothing";
  return node->kind == FileNodeKind::kSymlink ? node->link_target : "a file";
}

}  // namespace

TEST_CASE("every package's files lie under its install path") {
  Scene scene;
  scene.package("node_modules/a", "a", TarBuilder().file("package/lib/x.js", "ax"));
  scene.package("node_modules/@s/b", "@s/b");
  scene.package("node_modules/a/node_modules/c", "c", TarBuilder().file("package/c.js", "c"));
  Assembly made = scene.made();
  CHECK(made.tree.find("node_modules/a/lib/x.js")->content.text() == "ax");
  CHECK(made.tree.find("node_modules/@s/b/package.json") != nullptr);
  CHECK(made.tree.find("index.js")->package == 0);
  CHECK(made.tree.find("node_modules/a/node_modules/c/c.js")->package == 3);
  CHECK(made.tree.nodes().size() == 7);
}

TEST_CASE("a package that is not the locked one ends the build") {
  Scene scene;
  scene.package("node_modules/a", "b");
  scene.package("node_modules/x", "x");
  scene.tarball("node_modules/x", "rubbish");
  scene.package("node_modules/y", "y");
  scene.tarball("node_modules/y", TarBuilder().file("../evil", "").tgz());
  Scene aliased;
  aliased.package("node_modules/alias", "real");
  CHECK(aliased.refusal() == "accepted");
  scene.lock("node_modules/z", "z");
  CHECK(scene.refusal() == "tarball-damaged");  // the first of the most serious
  CHECK(scene.diagnostics.errors().size() == 1);
  Scene missing;
  missing.lock("node_modules/z", "z");
  CHECK(missing.refusal() == "tarball-not-fetched");
}

TEST_CASE("a name that is another package's is an integrity error") {
  Scene scene;
  LockedPackage& package = scene.package("node_modules/is-odd", "ms");
  package.name = "is-odd";
  auto result = scene.assemble();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == "package-name-mismatch");
  CHECK(result.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("bundled packages come out of the tarball above them, and have to be in it") {
  Scene scene;
  TarBuilder with_bundle;
  with_bundle.file("package/node_modules/b/package.json", R"({"name":"b","version":"1.0.0"})")
      .file("package/node_modules/b/i.js", "bundled")
      .file("package/node_modules/@s/other/i.js", "of no concern to the target");
  scene.package("node_modules/a", "a", with_bundle);
  scene.lock("node_modules/a/node_modules/b", "b", SourceKind::kBundled);
  Assembly made = scene.made();
  CHECK(made.tree.find("node_modules/a/node_modules/b/i.js")->package == 2);
  CHECK(made.tree.find("node_modules/a/node_modules/@s/other/i.js")->package == 1);

  scene.lock("node_modules/a/node_modules/c", "c", SourceKind::kBundled);
  CHECK(scene.refusal() == "bundled-missing");
}

TEST_CASE("a package with its own tarball replaces what lies in its place") {
  Scene scene;
  scene.package("node_modules/a", "a",
                TarBuilder().file("package/node_modules/b/old.js", "").file("package/x", ""));
  scene.package("node_modules/a/node_modules/b", "b", TarBuilder().file("package/new.js", ""));
  Assembly made = scene.made();
  CHECK(made.tree.find("node_modules/a/node_modules/b/new.js") != nullptr);
  CHECK(made.tree.find("node_modules/a/node_modules/b/old.js") == nullptr);
}

TEST_CASE("a workspace lies in its folder, with a link to it and its commands") {
  Scene scene;
  scene.files.add("/p/packages/w/package.json", R"({"name":"@s/w","bin":{"wcli":"./run.js"}})");
  scene.files.add("/p/packages/w/run.js", "");
  scene.files.add("/p/packages/w/node_modules/x/index.js", "never read");
  scene.lock("packages/w", "@s/w", SourceKind::kDirectory).source.location = "packages/w";
  LockedPackage& link = scene.lock("node_modules/@s/w", "@s/w", SourceKind::kDirectory);
  link.link_target = "packages/w";
  scene.package("packages/w/node_modules/x", "x");
  Assembly made = scene.made();
  CHECK(link_at(made, "node_modules/@s/w") == "../../packages/w");
  CHECK(made.tree.real_path("node_modules/@s/w/run.js") == "packages/w/run.js");
  CHECK(made.tree.find("packages/w/run.js")->executable);
  CHECK(link_at(made, "node_modules/.bin/wcli") == "../@s/w/run.js");
  CHECK(made.tree.find("packages/w/node_modules/x/index.js") == nullptr);
  CHECK(made.tree.find("packages/w/node_modules/x/package.json") != nullptr);
}

TEST_CASE("commands are linked where npm links them, and made executable") {
  Scene scene;
  auto cli = [] { return TarBuilder().file("package/cli.js", ""); };
  scene.package("node_modules/a", "a", cli(), R"(,"bin":{"tool":"cli.js","gone":"none.js"})");
  scene.package("node_modules/@s/b", "@s/b", cli(), R"(,"bin":"cli.js")");
  scene.package("node_modules/a/node_modules/c", "c", cli(), R"(,"bin":{"c":"./cli.js"})");
  scene.package("node_modules/a-b", "a-b", cli(), R"(,"bin":{"tool":"cli.js"})");
  scene.package("node_modules/x_y", "x_y", cli(), R"(,"bin":{"both":"cli.js"})");
  scene.package("node_modules/x-y", "x-y", cli(), R"(,"bin":{"both":"cli.js"})");
  Assembly made = scene.made();
  CHECK(link_at(made, "node_modules/.bin/b") == "../@s/b/cli.js");
  CHECK(link_at(made, "node_modules/a/node_modules/.bin/c") == "../c/cli.js");
  CHECK(link_at(made, "node_modules/.bin/gone") == "nothing");
  CHECK(made.tree.find("node_modules/a/cli.js")->executable);
  // Of two, the first in the order of localeCompare: "a" before "a-b", "_" before "-".
  CHECK(link_at(made, "node_modules/.bin/tool") == "../a/cli.js");
  CHECK(link_at(made, "node_modules/.bin/both") == "../x_y/cli.js");
}

TEST_CASE("a package that would be compiled and brings no addon is named") {
  auto gyp = [] { return TarBuilder().file("package/binding.gyp", "{}"); };
  Scene scene;
  scene.package("node_modules/native", "native", gyp());
  auto result = scene.assemble();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == "addon-not-built");
  CHECK(result.error().message.find("native@1.0.0") != std::string::npos);
  CHECK(result.error().message.find("node-gyp rebuild") != std::string::npos);

  scene.addons = MissingAddons::kAllowed;
  CHECK(scene.made().unbuilt.size() == 1);
  scene.addons = MissingAddons::kRefused;
  scene.make_optional("node_modules/native");
  Assembly made = scene.made();
  REQUIRE(made.unbuilt.size() == 1);
  CHECK_FALSE(made.unbuilt[0].required);
  CHECK(scene.diagnostics.warnings().back().code == "addon-not-built");
}

TEST_CASE("an addon in the package or in its platform package is enough") {
  auto gyp = [] { return TarBuilder().file("package/binding.gyp", "{}"); };
  Scene inside;
  inside.package("node_modules/a", "a",
                 gyp().file("package/prebuilds/linux-x64/node.napi.node", ""));
  inside.package("node_modules/b", "b", gyp().file("package/build/Release/b.node", ""));
  inside.package("node_modules/c", "c", gyp(), R"(,"gypfile":false)");
  CHECK(inside.made().unbuilt.empty());

  Scene foreign;
  foreign.package("node_modules/a", "a",
                  gyp()
                      .file("package/prebuilds/darwin-x64+arm64/a.node", "")
                      .file("package/prebuilds/linux-x64/a.musl.node", ""));
  CHECK(foreign.refusal() == "addon-not-built");

  Scene beside;
  LockedPackage& main = beside.package("node_modules/m", "m", gyp());
  main.dependencies.push_back({"m-linux-x64", "1.0.0", DependencyKind::kOptional, {}});
  beside.package("node_modules/m-linux-x64", "m-linux-x64",
                 TarBuilder().file("package/m.node", ""));
  CHECK(beside.made().unbuilt.empty());
}

TEST_CASE("a tree serves any target unless an addon had to be looked for") {
  Scene plain;
  plain.package("node_modules/a", "a", {}, R"(,"scripts":{"postinstall":"node hello.js"})");
  CHECK(plain.made().is_for_any_target);

  Scene native;
  native.package("node_modules/a", "a",
                 TarBuilder()
                     .file("package/binding.gyp", "{}")
                     .file("package/prebuilds/linux-x64/node.napi.node", ""));
  CHECK_FALSE(native.made().is_for_any_target);
}

TEST_CASE("other install scripts are listed, not run and no error") {
  Scene scene;
  scene.package("node_modules/a", "a", {}, R"(,"scripts":{"postinstall":"node hello.js"})");
  scene.package("node_modules/b", "b", {}, R"(,"scripts":{"install":"prebuild-install || x"})");
  scene.addons = MissingAddons::kAllowed;
  Assembly made = scene.made();
  CHECK(made.scripts_not_run == std::vector<size_t>{1});
  CHECK(made.unbuilt.size() == 1);
}

TEST_CASE("the user's own files carry their reasons") {
  Scene scene;
  scene.files.add("/p/.env", "SECRET=1");
  Assembly made = scene.made();
  REQUIRE(made.reasons.size() == 2);
  CHECK(made.reasons[0].path == "index.js");
  CHECK(made.reasons[0].reason == "nothing leaves it out");
  REQUIRE(made.left_out.size() == 1);
  CHECK(made.left_out[0].path == ".env");
}
