#include "packer/unpack/project_files.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"

using namespace ingot;

namespace {

using Paths = std::vector<std::string>;

struct Project {
  MemoryFileSystem files;
  ProjectFileOptions options;
  Diagnostics diagnostics;

  explicit Project(const Paths& paths, const std::string& manifest = "{}") {
    files.add("/p/package.json", manifest);
    for (const std::string& path : paths) files.add("/p/" + path, "x");
  }
  Result<ProjectFiles> choose() { return choose_project_files(files, "/p", options, diagnostics); }
  // All but package.json.
  Paths chosen() {
    auto result = choose();
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
    Paths out;
    for (const ProjectFile& file : result->files)
      if (file.path != "package.json") out.push_back(file.path);
    return out;
  }
};

// The first and last line of what looks like a key, with nothing in between.
std::string private_key(const std::string& kind) {
  return "-----BEGIN " + kind + "PRIVATE " + "KEY-----\nAAAA\n-----END " + kind +
         "PRIVATE KEY-----\n";
}
std::string certificate() {
  return "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
}

std::string reason_of(const ProjectFiles& files, const std::string& path) {
  for (const ProjectFile& file : files.files)
    if (file.path == path) return file.reason;
  for (const LeftOutFile& file : files.left_out)
    if (file.path == path) return "out: " + file.reason;
  return "not seen";
}

}  // namespace

TEST_CASE("without a list everything is in but what npm never packs") {
  Project project({"index.js", "lib/a.js", "views/x.html", ".hidden", "README.md", ".git/config",
                   "node_modules/a/index.js", "lib/.git/x", "package-lock.json", "a.orig",
                   ".DS_Store", "npm-debug.log", ".npmignore", "lib/._x", "sub/package-lock.json",
                   "fixture/node_modules/f.js"});
  CHECK(project.chosen() == Paths{".hidden", "README.md", "fixture/node_modules/f.js", "index.js",
                                  "lib/a.js", "sub/package-lock.json", "views/x.html"});
}

TEST_CASE("a list of files takes in what it names, and what is always in") {
  Project project({"dist/a.js", "dist/sub/b.js", "src/a.ts", "LICENSE", "readme.markdown", "cli.js",
                   "main.js", "assets/x.png", "assets/x.psd", "other.js", "types/a.d.ts"},
                  R"({"files":["dist","./assets/*.png","types/"],"main":"main","bin":"cli.js",
                      "name":"p"})");
  CHECK(project.chosen() == Paths{"LICENSE", "assets/x.png", "cli.js", "dist/a.js", "dist/sub/b.js",
                                  "main.js", "readme.markdown", "types/a.d.ts"});
}

TEST_CASE("a list of files may take back what it named") {
  Project project({"dist/a.js", "dist/a.test.js", "dist/deep/b.test.js"},
                  R"({"files":["dist","!dist/**/*.test.js"]})");
  CHECK(project.chosen() == Paths{"dist/a.js"});
}

TEST_CASE("ignore files count below their folder, .npmignore before .gitignore") {
  Project project({"a.js", "a.log", "sub/b.js", "sub/b.log", "sub/keep.log", "sub/local/c.js"});
  project.files.add("/p/.gitignore", "# logs\n*.log\n\n");
  project.files.add("/p/sub/.gitignore", "local/\n!keep.log\n");
  CHECK(project.chosen() == Paths{"a.js", "sub/b.js", "sub/keep.log"});
  project.files.add("/p/.npmignore", "a.js\n");
  CHECK(project.chosen() == Paths{"a.log", "sub/b.js", "sub/b.log", "sub/keep.log"});
}

TEST_CASE("a build that .gitignore leaves out is in when an entry lies there") {
  Project project({"dist/main.js", "dist/chunk.js", "src/main.ts", "coverage/x"},
                  R"({"name":"p"})");
  project.files.add("/p/.gitignore", "dist\ncoverage\n");
  project.options.entries = {"dist/main.js"};
  CHECK(project.chosen() == Paths{"dist/chunk.js", "dist/main.js", "src/main.ts"});
  auto result = project.choose();
  CHECK(result->lifted == Paths{"dist (.gitignore)"});
  CHECK(reason_of(*result, "dist/main.js") == "an entry");
  CHECK(reason_of(*result, "coverage/") == "out: .gitignore: coverage");
}

TEST_CASE("an entry is in whatever the lists say, and has to be there") {
  Project project({"tool/run.js", "tool/other.js"}, R"({"files":["nothing"]})");
  project.options.entries = {"./tool/run.js"};
  project.options.exclude = {"tool"};
  CHECK(project.chosen() == Paths{"tool/run.js"});
  project.options.entries = {"tool/none.js"};
  CHECK(project.choose().error().code == "entry-not-found");
}

TEST_CASE("include adds and exclude takes away") {
  Project project({"src/a.js", "data/big.bin", "data/tmp/x", "docs/x.md", "build/out.js"},
                  R"({"files":["src","docs"]})");
  project.options.include = {"data", "!data/tmp", "./build/*.js"};
  project.options.exclude = {"*.md"};
  CHECK(project.chosen() == Paths{"build/out.js", "data/big.bin", "src/a.js"});
  auto result = project.choose();
  CHECK(reason_of(*result, "data/big.bin") == "include: data");
  CHECK(reason_of(*result, "docs/x.md") == "out: exclude: *.md");
  CHECK(reason_of(*result, "src/a.js") == "package.json \"files\": src/**");
  CHECK(reason_of(*result, "package.json") == "always included");
}

TEST_CASE("secrets stay out, with a warning each, unless they are named") {
  Project project(
      {".env", "certs/server.key", "certs/server.crt", "config/.env.production", "a.js", ".npmrc"});
  project.options.include = {"**", "config/.env.production"};
  CHECK(project.chosen() == Paths{"a.js", "certs/server.crt", "config/.env.production"});
  Paths warned;
  for (const Error& warning : project.diagnostics.warnings()) {
    CHECK(warning.code == "secret-left-out");
    warned.push_back(warning.message.substr(0, warning.message.find(' ')));
  }
  std::sort(warned.begin(), warned.end());
  CHECK(warned == Paths{".env", ".npmrc", "certs/server.key"});

  Project listed({".env", "a.js"}, R"({"files":["a.js",".env"]})");
  CHECK(listed.chosen() == Paths{".env", "a.js"});
}

TEST_CASE("a private key stays out whatever it is called, and a certificate does not") {
  const std::string key = private_key("RSA ");
  Project project({"a.js", "deploy"});
  project.files.add("/p/keys/deploy", key);
  project.files.add("/p/keys/both.pem", certificate() + key);
  project.files.add("/p/keys/ca.pem", certificate());
  project.files.add("/p/keys/id_ed25519.pub", "ssh-ed25519 AAAA");
  project.files.add("/p/test/fixture.js", "const key = `\n" + key + "`;");
  project.files.add("/p/docs/about-keys", "A key begins like this:\n" + key);
  project.options.include = {"keys/**"};
  CHECK(project.chosen() == Paths{"a.js", "deploy", "docs/about-keys", "keys/ca.pem",
                                  "keys/id_ed25519.pub", "test/fixture.js"});
  CHECK(project.diagnostics.warnings().size() == 2);
  CHECK(project.diagnostics.warnings()[0].message.find("private key") != std::string::npos);

  project.options.include = {"keys/*.pem", "./keys/deploy"};
  CHECK(project.chosen() == Paths{"a.js", "deploy", "docs/about-keys", "keys/both.pem",
                                  "keys/ca.pem", "keys/deploy", "keys/id_ed25519.pub",
                                  "test/fixture.js"});
}

TEST_CASE("folders that are packages of their own are not looked at") {
  Project project({"index.js", "packages/w/index.js", "out/app", "packages/note.txt"});
  project.options.apart = {"packages/w", "out/app"};
  CHECK(project.chosen() == Paths{"index.js", "packages/note.txt"});
}

TEST_CASE("links that stay in the project are kept, others refused") {
  std::string folder =
      std::filesystem::temp_directory_path() / ("ingot-unit-project-" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  REQUIRE(make_directories(folder + "/packages/w/lib"));
  REQUIRE(write_file_atomically(folder + "/packages/w/package.json", std::string_view("{}")));
  REQUIRE(write_file_atomically(folder + "/packages/w/run", std::string_view("#!"), 0755));
  std::filesystem::create_symlink("../lib", folder + "/packages/w/lib/self");
  std::filesystem::create_symlink("../shared", folder + "/packages/w/shared");

  Diagnostics diagnostics;
  ProjectFileOptions options;
  options.place = "packages/w";
  auto choose = [&] {
    return choose_project_files(real_file_system(), folder + "/packages/w", options, diagnostics);
  };
  auto result = choose();
  REQUIRE(result);
  REQUIRE(result->files.size() == 4);
  CHECK(result->files[0].path == "lib/self");
  CHECK(result->files[0].kind == FileNodeKind::kSymlink);
  CHECK(result->files[0].link_target == "../lib");
  CHECK(result->files[2].executable);
  CHECK(result->files[3].path == "shared");

  for (const char* target : {"../../../outside", "/etc/passwd"}) {
    std::filesystem::create_symlink(target, folder + "/packages/w/out");
    CHECK(choose().error().code == "link-escapes");
    options.exclude = {"packages/w/out"};
    CHECK(choose());
    options.exclude.clear();
    std::filesystem::remove(folder + "/packages/w/out");
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("a folder without package.json is refused by name") {
  MemoryFileSystem files;
  files.add("/q/a.js", "");
  Diagnostics diagnostics;
  CHECK(choose_project_files(files, "/q", {}, diagnostics).error().code == "package-json-missing");
  Project broken({}, "[1]");
  CHECK(broken.choose().error().code == "package-json-invalid");
}
