#include "packer/cast/output_names.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

struct Scene {
  MemoryFileSystem files;
  Project project;
  BuildOptions options;

  Scene() {
    project.folder = "/p";
    project.manifest.name = "@scope/app";
    project.manifest.version = "1.2.3";
    options.output_folder = "/here";
    options.targets = {*find_target("linux-arm64"), *find_target("win-x64")};
  }

  std::string names() {
    auto paths = output_paths(files, options, project);
    if (!paths) return paths.error().code;
    CHECK(paths->size() == options.targets.size());
    std::string all;
    for (const std::string& path : *paths) all += (all.empty() ? "" : " ") + path;
    return all;
  }
};

}  // namespace

TEST_CASE("outputs are called by name and target in the project's dist, unless -o says otherwise") {
  Scene scene;
  CHECK(scene.names() == "/p/dist/app-linux-arm64 /p/dist/app-win-x64.exe");
  scene.project.manifest.name.clear();
  CHECK(scene.names() == "/p/dist/p-linux-arm64 /p/dist/p-win-x64.exe");
}

TEST_CASE(
    "each placeholder stands for what it says, and a relative name is relative to where one is") {
  Scene scene;
  scene.options.output = "out/{os}/{arch}/{name}_{version}{ext}";
  CHECK(scene.names() == "/here/out/linux/arm64/app_1.2.3 /here/out/win/x64/app_1.2.3.exe");
  scene.options.output = "/abs/{target}-{target}";
  CHECK(scene.names() == "/abs/linux-arm64-linux-arm64 /abs/win-x64-win-x64");
  scene.options.targets.resize(1);
  scene.options.output = "../x/./app";
  CHECK(scene.names() == "/x/app");
}

TEST_CASE("braces in the folder one is in are not placeholders") {
  Scene scene;
  scene.options.output_folder = "/a{b}c";
  scene.options.output = "{target}";
  CHECK(scene.names() == "/a{b}c/linux-arm64 /a{b}c/win-x64");
}

TEST_CASE("several targets never share a file") {
  Scene scene;
  for (const char* output : {"app", "{name}-{version}", "{target}/../x"}) {
    scene.options.output = output;
    CHECK(scene.names() == "output-shared");
  }
  scene.options.targets = {*find_target("linux-x64"), *find_target("darwin-x64")};
  scene.options.output = "{arch}{ext}";
  CHECK(scene.names() == "output-shared");
}

TEST_CASE("a placeholder that is not known is refused, and so is a brace that stays open") {
  Scene scene;
  for (const char* output : {"{target}-{nmae}", "{target}{", "{}", "{Target}", "{target"}) {
    scene.options.output = output;
    CHECK(scene.names() == "output-placeholder-unknown");
  }
}

TEST_CASE("what package.json says leads no output to another place") {
  Scene scene;
  scene.options.output = "{target}-{version}";
  scene.project.manifest.version.clear();
  CHECK(scene.names() == "output-placeholder-empty");
  for (const char* version : {"../../1", "a\\b", "..", "1\n2"}) {
    scene.project.manifest.version = version;
    CHECK(scene.names() == "output-placeholder-unfit");
  }
  scene.project.manifest.version = "1.0.0 beta";
  CHECK(scene.names() == "/here/linux-arm64-1.0.0 beta /here/win-x64-1.0.0 beta");
}

TEST_CASE("a folder in the place of an output is refused") {
  Scene scene;
  scene.files.add("/here/win-x64/file", "");
  scene.options.output = "{target}";
  CHECK(scene.names() == "output-is-folder");
}
