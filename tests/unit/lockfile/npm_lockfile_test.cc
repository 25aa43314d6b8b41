#include "lockfile/npm_lockfile.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

const std::string kIntegrity =
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/"
    "BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

Lockfile parsed(const std::string& text, const Manifest* project = nullptr) {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile(text, "package-lock.json", project, diagnostics);
  if (!lockfile) FAIL(lockfile.error().code << ": " << lockfile.error().message);
  return std::move(*lockfile);
}

Error refusal(const std::string& text) {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile(text, "package-lock.json", nullptr, diagnostics);
  REQUIRE_FALSE(lockfile);
  return lockfile.error();
}

// A version 3 lockfile with one entry, on line 2.
std::string with_entry(const std::string& path, const std::string& members) {
  return "{\"lockfileVersion\": 3, \"packages\": {\"\": {},\n\"" + path + "\": {" + members + "}}}";
}
std::string entry_code(const std::string& path, const std::string& members) {
  Error error = refusal(with_entry(path, members));
  CHECK(error.position);
  CHECK(error.position->line == 2);
  return error.code;
}

}  // namespace

TEST_CASE("a version 3 lockfile gives packages with sources, edges and flags") {
  Lockfile lockfile = parsed(R"({
    "name": "app", "lockfileVersion": 3,
    "packages": {
      "": {"name": "app", "version": "1.0.0", "workspaces": ["packages/*"],
           "dependencies": {"a": "^1.0.0"}, "devDependencies": {"d": "1"}},
      "packages/w": {"version": "2.0.0", "devDependencies": {"d": "1"}},
      "node_modules/w": {"resolved": "packages/w", "link": true},
      "node_modules/a": {"version": "1.0.0", "integrity": ")" +
                             kIntegrity + R"(",
        "resolved": "https://registry.example.org/a/-/a-1.0.0.tgz",
        "dependencies": {"b": "1"}, "optionalDependencies": {"o": "1"},
        "devDependencies": {"never": "1"}, "bin": "cli.js",
        "bundleDependencies": ["b"], "hasInstallScript": true, "engines": {"node": ">=4"}},
      "node_modules/a/node_modules/b": {"version": "1.1.0", "inBundle": true},
      "node_modules/alias": {"name": "real", "version": "3.0.0", "os": ["!win32"],
        "cpu": ["x64"], "libc": ["glibc"], "dev": true},
      "node_modules/remote": {"version": "1.0.0", "resolved": "https://example.org/x.tgz"},
      "node_modules/local": {"version": "1.0.0", "resolved": "file:tgz/local.tgz"},
      "node_modules/git": {"version": "1.0.0", "integrity": ")" +
                             kIntegrity + R"(",
        "resolved": "git+ssh://git@example.org/u/r.git#0123456789012345678901234567890123456789"}
    }})");
  CHECK(lockfile.version == "3");
  CHECK(lockfile.project().name == "app");
  // Its dependency, its development dependency and its workspace.
  CHECK(lockfile.project().dependencies.size() == 3);
  CHECK(lockfile.project().dependencies.back().kind == DependencyKind::kWorkspace);

  const LockedPackage& a = *lockfile.find("node_modules/a");
  CHECK(a.source.kind == SourceKind::kRegistry);
  CHECK(a.integrity.text() == kIntegrity);
  CHECK(a.dependencies.size() == 2);
  CHECK(a.bin.at("a") == "cli.js");
  CHECK(a.has_install_script);
  CHECK(a.engines_node == ">=4");
  CHECK(a.position.position().line == 8);
  CHECK(lockfile.find("node_modules/a/node_modules/b")->source.kind == SourceKind::kBundled);
  const LockedPackage& alias = *lockfile.find("node_modules/alias");
  CHECK(alias.name == "real");
  CHECK(alias.platform.os == std::vector<std::string>{"!win32"});
  CHECK(alias.dev);
  CHECK(lockfile.find("node_modules/remote")->source.kind == SourceKind::kRemoteTarball);
  CHECK(lockfile.find("node_modules/local")->source.location == "tgz/local.tgz");
  CHECK(lockfile.find("node_modules/git")->source.kind == SourceKind::kGit);
  // npm's digest of what it packed from git cannot be checked by anyone.
  CHECK(lockfile.find("node_modules/git")->integrity.empty());

  const LockedPackage& link = *lockfile.find("node_modules/w");
  CHECK(link.link_target == "packages/w");
  CHECK(lockfile.follow(link).is_local());
  CHECK(lockfile.local_packages().size() == 2);
}

TEST_CASE("look-up goes from the nearest node_modules folder upwards") {
  Lockfile lockfile = parsed(R"({"lockfileVersion": 3, "packages": {"": {},
    "node_modules/b": {"version": "2.0.0"}, "node_modules/a": {"version": "1.0.0"},
    "node_modules/a/node_modules/b": {"version": "1.0.0"}}})");
  CHECK(lockfile.look_up("node_modules/a", "b")->version == "1.0.0");
  CHECK(lockfile.look_up("node_modules/a/node_modules/b", "b")->version == "1.0.0");
  CHECK(lockfile.look_up("packages/w", "b")->version == "2.0.0");
  CHECK(lockfile.look_up("", "c") == nullptr);
}

TEST_CASE("what the project itself bundles is fetched like anything else") {
  Lockfile lockfile = parsed(with_entry(
      "node_modules/a",
      "\"version\": \"1.0.0\", \"inBundle\": true, \"integrity\": \"" + kIntegrity + "\""));
  CHECK(lockfile.find("node_modules/a")->source.kind == SourceKind::kRegistry);
  CHECK_FALSE(lockfile.find("node_modules/a")->integrity.empty());
}

TEST_CASE("a version 1 lockfile gives the same packages from its tree") {
  auto project = parse_manifest(R"({"name": "app", "dependencies": {"a": "1", "l": "file:l"},
                                    "devDependencies": {"d": "1"}})",
                                "package.json");
  REQUIRE(project);
  Lockfile lockfile = parsed(R"({"lockfileVersion": 1, "requires": true, "dependencies": {
    "a": {"version": "1.0.0", "integrity": ")" +
                                 kIntegrity + R"(",
      "resolved": "https://registry.example.org/a/-/a-1.0.0.tgz",
      "requires": {"b": "^1.0.0", "o": "1"},
      "dependencies": {"b": {"version": "1.0.0", "bundled": true}}},
    "o": {"version": "1.0.0", "optional": true},
    "alias": {"version": "npm:@s/real@3.0.0"},
    "l": {"version": "file:l", "requires": {"a": "1"},
      "dependencies": {"c": {"version": "1.0.0"}}},
    "t": {"version": "file:tgz/t-1.2.3.tgz"},
    "u": {"version": "https://example.org/u-4.5.6.tgz"},
    "g": {"version": "github:u/r#0123456789012345678901234567890123456789", "from": "u/r"},
    "d": {"version": "1.0.0", "dev": true}}})",
                             &*project);
  CHECK(lockfile.project().dependencies.size() == 3);
  const LockedPackage& a = *lockfile.find("node_modules/a");
  CHECK(a.integrity.text() == kIntegrity);
  REQUIRE(a.dependencies.size() == 2);
  CHECK(a.dependencies[0].kind == DependencyKind::kProduction);
  CHECK(a.dependencies[1].kind == DependencyKind::kOptional);
  CHECK(lockfile.find("node_modules/a/node_modules/b")->source.kind == SourceKind::kBundled);
  CHECK(lockfile.find("node_modules/alias")->name == "@s/real");
  CHECK(lockfile.find("node_modules/alias")->version == "3.0.0");
  CHECK(lockfile.find("node_modules/l")->link_target == "l");
  CHECK(lockfile.find("l")->dependencies.size() == 1);
  CHECK(lockfile.find("l/node_modules/c") != nullptr);
  CHECK(lockfile.find("node_modules/t")->version == "1.2.3");
  CHECK(lockfile.find("node_modules/u")->source.kind == SourceKind::kRemoteTarball);
  CHECK(lockfile.find("node_modules/u")->version == "4.5.6");
  CHECK(lockfile.find("node_modules/g")->source.kind == SourceKind::kGit);
}

TEST_CASE("version 2 lockfiles are read by their packages, not their dependencies") {
  Lockfile lockfile = parsed(R"({"lockfileVersion": 2, "packages": {"": {},
    "node_modules/a": {"version": "2.0.0"}}, "dependencies": {"a": {"version": "1.0.0"}}})");
  CHECK(lockfile.find("node_modules/a")->version == "2.0.0");
}

TEST_CASE("a lockfileVersion that is not known is refused") {
  for (const char* version : {"0", "4", "99", "\"3\"", "3.0", "null", "[]"}) {
    CAPTURE(version);
    CHECK(refusal("{\"lockfileVersion\": " + std::string(version) + ", \"packages\": {}}").code ==
          "lockfile-version");
  }
  CHECK(refusal("{\"packages\": {}}").code == "lockfile-version");
}

TEST_CASE("keys that escape from the project are refused, not ignored") {
  for (const char* path : {"../../evil/node_modules/x", "../x", "node_modules/../../x", "/etc/x",
                           "node_modules\\\\..\\\\x", "C:/x", ".."}) {
    CAPTURE(path);
    CHECK(entry_code(path, "") == "lockfile-path-escapes");
  }
  CHECK(entry_code("node_modules/l", "\"link\": true, \"resolved\": \"../l\"") ==
        "lockfile-path-escapes");
  CHECK(entry_code("node_modules/t", "\"resolved\": \"file:../../t.tgz\"") ==
        "lockfile-path-escapes");
  CHECK(entry_code("node_modules/t", "\"resolved\": \"file:/etc/t.tgz\"") ==
        "lockfile-path-escapes");
}

TEST_CASE("names and places that no package can have are refused") {
  CHECK(entry_code("node_modules/.bin", "") == "lockfile-bad-name");
  CHECK(entry_code("node_modules/a/b", "") == "lockfile-bad-name");
  CHECK(entry_code("node_modules/a\\u0007", "") == "lockfile-bad-path");
  CHECK(entry_code("node_modules//a", "") == "lockfile-bad-path");
  CHECK(entry_code("packages/", "") == "lockfile-bad-path");
  CHECK(entry_code("node_modules/" + std::string(300, 'a'), "") == "lockfile-bad-name");
  CHECK(entry_code("node_modules/a", "\"name\": \"../a\"") == "lockfile-bad-name");
  CHECK(entry_code("node_modules/a", "\"dependencies\": {\"../../b\": \"1\"}") ==
        "lockfile-bad-name");
}

TEST_CASE("an integrity that npm would not check is refused") {
  CHECK(entry_code("node_modules/a", "\"integrity\": \"sha3-AAAA\"") == "integrity-algorithm");
  CHECK(entry_code("node_modules/a", "\"integrity\": \"sha512-AAAA\"") == "integrity-syntax");
  CHECK(entry_code("node_modules/a", "\"integrity\": \"\"") == "integrity-syntax");
  CHECK(entry_code("node_modules/a", "\"integrity\": 5") == "lockfile-bad-field");
  CHECK(refusal(with_entry("node_modules/a", "\"integrity\": \"sha3-AAAA\"")).kind ==
        ErrorKind::kIntegrity);
}

TEST_CASE("a link whose target has no entry is refused") {
  CHECK(entry_code("node_modules/l", "\"link\": true, \"resolved\": \"packages/l\"") ==
        "lockfile-link-target");
  CHECK(entry_code("node_modules/l", "\"link\": true, \"resolved\": \"node_modules/l\"") ==
        "lockfile-link-target");
}

TEST_CASE("a key that is there twice is refused at its second place") {
  Error error = refusal(
      "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {},\n"
      "\"node_modules/a\": {}}}");
  CHECK(error.code == "json-duplicate-key");
  CHECK(error.position->line == 2);
}

TEST_CASE("merge conflict markers are named as such") {
  Error error = refusal("{\n  \"lockfileVersion\": 3,\n<<<<<<< HEAD\n=======\n>>>>>>> x\n}");
  CHECK(error.code == "lockfile-conflict");
  CHECK(error.position->line == 3);
  CHECK_FALSE(error.hint.empty());
}

TEST_CASE("sources that cannot be fetched or pinned are refused") {
  CHECK(entry_code("node_modules/a", "\"resolved\": \"ftp://example.org/a.tgz\"") ==
        "lockfile-source");
  CHECK(entry_code("node_modules/a", "\"resolved\": \"https://example.org/a\\n.tgz\"") ==
        "lockfile-source");
  CHECK(entry_code("node_modules/a", "\"resolved\": \"git+ssh://git@example.org/u/r.git#main\"") ==
        "lockfile-git-commit");
  CHECK(entry_code("node_modules/a", "\"resolved\": \"git+ssh://git@example.org/u/r.git#" +
                                         std::string(40, 'a') + "::path:packages/a\"") ==
        "lockfile-git-folder");
  CHECK(entry_code("node_modules/a", "\"version\": \"one\"") == "lockfile-bad-version");
  CHECK(entry_code("node_modules/a", "\"version\": 1") == "lockfile-bad-field");
  CHECK(entry_code("node_modules/a/node_modules/b", "\"inBundle\": true") == "lockfile-bundle");
}

TEST_CASE("a lockfile too old to name edges is refused with the way out") {
  Error error = refusal(R"({"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0"}}})");
  CHECK(error.code == "lockfile-ancient");
  CHECK(error.hint.find("npm install") != std::string::npos);
}

TEST_CASE("all that is wrong with a lockfile is reported at once") {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile(R"({"lockfileVersion": 3, "packages": {
    "../x": {}, "node_modules/a": {"integrity": "md5-x"}, "node_modules/b": 5}})",
                                     "f", nullptr, diagnostics);
  REQUIRE_FALSE(lockfile);
  CHECK(lockfile.error().code == "lockfile-path-escapes");
  REQUIRE(diagnostics.errors().size() == 2);
  CHECK(diagnostics.errors()[0].code == "integrity-algorithm");
  CHECK(diagnostics.errors()[1].code == "lockfile-not-object");
}

TEST_CASE("what lies below a folder that several links lead to is read once") {
  const std::string text = R"({"lockfileVersion": 1, "requires": true, "dependencies": {
    "x": {"version": "file:w", "dependencies": {"a": {"version": "1.0.0"}}},
    "y": {"version": "file:w", "dependencies": {"a": {"version": "VERSION"}}}}})";
  for (auto [version, fits] : {std::pair("1.0.0", true), {"2.0.0", false}}) {
    std::string one = text;
    one.replace(one.find("VERSION"), 7, version);
    Diagnostics diagnostics;
    auto lockfile = parse_npm_lockfile(one, "f", nullptr, diagnostics);
    CHECK(lockfile.has_value() == fits);
    if (!lockfile) CHECK(lockfile.error().code == "lockfile-path-twice");
  }
}
