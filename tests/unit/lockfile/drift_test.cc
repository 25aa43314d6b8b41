#include "lockfile/drift.h"

#include <catch2/catch.hpp>

#include "lockfile/npm_lockfile.h"

using namespace ingot;

namespace {

struct Outcome {
  std::vector<std::string> errors, warnings;
};

Outcome drift_of(const std::string& packages, const std::string& project,
                 const std::map<std::string, std::string>& workspaces = {}) {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile("{\"lockfileVersion\": 3, \"packages\": {" + packages + "}}",
                                     "package-lock.json", nullptr, diagnostics);
  if (!lockfile) FAIL(lockfile.error().code << ": " << lockfile.error().message);
  std::vector<std::unique_ptr<Manifest>> manifests;
  std::vector<LocalManifest> locals;
  auto add = [&](const std::string& path, const std::string& text) {
    auto manifest = parse_manifest(text, path.empty() ? "package.json" : path + "/package.json");
    REQUIRE(manifest);
    manifests.push_back(std::make_unique<Manifest>(std::move(*manifest)));
    locals.push_back({path, manifests.back().get()});
  };
  add("", project);
  for (const auto& [path, text] : workspaces) add(path, text);

  Outcome outcome;
  auto status = check_drift(*lockfile, locals, diagnostics);
  if (!status) outcome.errors.push_back(status.error().code + ": " + status.error().message);
  for (const Error& error : diagnostics.errors()) {
    CHECK(error.position);
    outcome.errors.push_back(error.code + ": " + error.message);
  }
  for (const Error& warning : diagnostics.warnings()) outcome.warnings.push_back(warning.code);
  return outcome;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("a lockfile in step has no drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "^1.0.0"}},
      "node_modules/a": {"version": "1.2.0", "dependencies": {"b": "2"}},
      "node_modules/b": {"version": "2.0.0"})",
                             R"({"dependencies": {"a": "^1.0.0"}})");
  CHECK(outcome.errors.empty());
  CHECK(outcome.warnings.empty());
}

TEST_CASE("a dependency added to package.json only is drift") {
  Outcome outcome = drift_of(R"("": {})", R"({"dependencies": {"a": "^1.0.0"},
      "devDependencies": {"d": "1"}, "optionalDependencies": {"o": "1"}})");
  CHECK(outcome.errors ==
        List{"drift-missing: the project needs a@^1.0.0, which is not in the lockfile",
             "drift-missing: the project needs d@1, which is not in the lockfile",
             "drift-missing: the project needs o@1, which is not in the lockfile"});
}

TEST_CASE("a range that the locked version does not satisfy is drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "^1.0.0"}},
      "node_modules/a": {"version": "1.2.0"})",
                             R"({"dependencies": {"a": "^2.0.0"}})");
  CHECK(outcome.errors ==
        List{"drift-invalid: the project needs a@^2.0.0, but the lockfile has a@1.2.0"});
}

TEST_CASE("an entry removed from the middle of the lockfile is drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}})",
                             R"({"dependencies": {"a": "1"}})");
  CHECK(outcome.errors == List{"drift-missing: a@1.0.0 needs b@1, which is not in the lockfile"});
}

TEST_CASE("a locked version that a package below does not allow is drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
      "node_modules/b": {"version": "2.0.0"})",
                             R"({"dependencies": {"a": "1"}})");
  CHECK(outcome.errors == List{"drift-invalid: a@1.0.0 needs b@1, but the lockfile has b@2.0.0"});
}

TEST_CASE("what npm accepts although it differs is a warning") {
  Outcome outcome = drift_of(R"("": {"name": "other", "version": "1.0.0",
      "dependencies": {"a": "^1.0.0", "gone": "1"}},
      "node_modules/a": {"version": "1.2.0"}, "node_modules/gone": {"version": "1.0.0"})",
                             R"({"name": "app", "dependencies": {"a": "^1.1.0"}})");
  CHECK(outcome.errors.empty());
  CHECK(outcome.warnings ==
        List{"drift-identity", "drift-specification", "drift-removed", "drift-unneeded"});
}

TEST_CASE("other platforms' packages that npm left out are no drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1"},
      "optionalDependencies": {"x-darwin-arm64": "1"}},
      "node_modules/a": {"version": "1.0.0", "optionalDependencies": {"a-win32-x64": "1"}})",
                             R"({"dependencies": {"a": "1"},
                                 "optionalDependencies": {"x-darwin-arm64": "1"}})");
  CHECK(outcome.errors.empty());
}

TEST_CASE("peers of another version than asked for are one warning") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1", "b": "2"}},
      "node_modules/a": {"version": "1.0.0", "peerDependencies": {"b": "1", "c": "1"}},
      "node_modules/b": {"version": "2.0.0"})",
                             R"({"dependencies": {"a": "1", "b": "2"}})");
  CHECK(outcome.errors.empty());
  CHECK(outcome.warnings == List{"drift-peer"});
}

TEST_CASE("a version that an override dictates is no drift") {
  const char* packages = R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1.0.0"}},
      "node_modules/b": {"version": "2.0.0"})";
  for (const char* overrides : {R"({"b": "2"})", R"({"a": {"b": "2.0.0"}})", R"({"b@^1": "^2"})",
                                R"({"a@1": {"b": "2"}})", R"({"a": {".": "1", "b": "2"}})"}) {
    CAPTURE(overrides);
    std::string project =
        R"({"dependencies": {"a": "1"}, "overrides": )" + std::string(overrides) + "}";
    CHECK(drift_of(packages, project).errors.empty());
  }
  // For other packages, other versions or other parents it does not count.
  for (const char* overrides :
       {R"({"c": "2"})", R"({"b@^3": "2"})", R"({"c": {"b": "2"}})", R"({"a@2": {"b": "2"}})"}) {
    CAPTURE(overrides);
    std::string project =
        R"({"dependencies": {"a": "1"}, "overrides": )" + std::string(overrides) + "}";
    CHECK(drift_of(packages, project).errors.size() == 1);
  }
}

TEST_CASE("another platform's package of another version is no drift while one of its set fits") {
  const char* set = R"("": {"dependencies": {"a": "2"}},
      "node_modules/a": {"version": "2.0.0", "optionalDependencies": {"@a/linux": "2.0.0", "@a/mac": "2.0.0"}},
      "node_modules/@a/linux": {"version": "%", "optional": true, "os": ["linux"]},
      "node_modules/@a/mac": {"version": "1.0.0", "optional": true, "os": ["darwin"]})";
  auto with = [&](const char* version) {
    std::string packages = set;
    packages.replace(packages.find('%'), 1, version);
    return drift_of(packages, R"({"dependencies": {"a": "2"}})").errors;
  };
  CHECK(with("2.0.0").empty());
  CHECK(with("1.0.0").size() == 2);
}

TEST_CASE("an override that the lockfile does not follow is drift") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1.0.0"}},
      "node_modules/b": {"version": "1.0.0"})",
                             R"({"dependencies": {"a": "1"}, "overrides": {"b": "2.0.0"}})");
  CHECK(outcome.errors == List{"drift-invalid: a@1.0.0 needs b@2.0.0 (by an override), "
                               "but the lockfile has b@1.0.0"});
}

TEST_CASE("an override may refer to what the project asks for") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1", "b": "^2.0.0"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1.0.0"}},
      "node_modules/b": {"version": "2.3.0"})",
                             R"({"dependencies": {"a": "1", "b": "^2.0.0"},
                                 "overrides": {"b": "$b"}})");
  CHECK(outcome.errors.empty());
}

TEST_CASE("workspaces are compared with their own package.json") {
  const char* packages = R"("": {"workspaces": ["packages/*"]},
      "packages/w": {"version": "1.0.0", "dependencies": {"a": "1"}},
      "node_modules/w": {"resolved": "packages/w", "link": true},
      "node_modules/a": {"version": "1.0.0"})";
  const char* project = R"({"workspaces": ["packages/*"]})";
  CHECK(
      drift_of(packages, project, {{"packages/w", R"({"name": "w", "dependencies": {"a": "1"}})"}})
          .errors.empty());
  CHECK(drift_of(packages, project).errors.empty());
  CHECK(
      drift_of(packages, project, {{"packages/w", R"({"name": "w", "dependencies": {"a": "2"}})"}})
          .errors == List{"drift-invalid: w@1.0.0 needs a@2, but the lockfile has a@1.0.0"});
  CHECK(drift_of(packages, project,
                 {{"packages/w", R"({"name": "w", "dependencies": {"a": "1"}})"},
                  {"packages/new", R"({"name": "new"})"}})
            .errors == List{"drift-workspace: the workspace packages/new is not in the lockfile"});
}

TEST_CASE("every kind of source is compared with what asks for it") {
  const std::string commit(40, 'a');
  auto errors = [&](const std::string& entry, const std::string& range) {
    return drift_of("\"\": {\"dependencies\": {\"x\": \"" + range + "\"}}, \"node_modules/x\": {" +
                        entry + "}, \"dir\": {}",
                    "{\"dependencies\": {\"x\": \"" + range + "\"}}")
        .errors.size();
  };
  std::string git =
      R"("version": "1.0.0", "resolved": "git+ssh://git@github.com/u/r.git#)" + commit + "\"";
  CHECK(errors(git, "github:u/r") == 0);
  CHECK(errors(git, "u/r#" + commit) == 0);
  CHECK(errors(git, "u/r#" + std::string(40, 'b')) == 1);
  CHECK(errors(git, "u/r#semver:^2") == 1);
  CHECK(errors(git, "other/r") == 1);
  std::string link = R"("resolved": "dir", "link": true)";
  CHECK(errors(link, "file:dir") == 0);
  CHECK(errors(link, "file:./dir/") == 0);
  CHECK(errors(link, "file:elsewhere") == 1);
  std::string tarball = R"("version": "1.0.0", "resolved": "file:x.tgz")";
  CHECK(errors(tarball, "file:x.tgz") == 0);
  CHECK(errors(tarball, "file:y.tgz") == 1);
  std::string remote = R"("version": "1.0.0", "resolved": "https://example.org/x.tgz")";
  CHECK(errors(remote, "https://example.org/x.tgz") == 0);
  CHECK(errors(remote, "https://example.org/y.tgz") == 1);
  std::string alias = R"("version": "1.0.0", "name": "real")";
  CHECK(errors(alias, "npm:real@^1") == 0);
  CHECK(errors(alias, "npm:real@^2") == 1);
  CHECK(errors(alias, "npm:unreal@^1") == 1);
  CHECK(errors(R"("version": "1.0.0")", "latest") == 0);
  CHECK(errors(R"("version": "1.0.0")", "workspace:*") == 1);
}

TEST_CASE("what a bundle holds is its packer's affair") {
  Outcome outcome = drift_of(R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"},
        "bundleDependencies": ["b"]},
      "node_modules/a/node_modules/b": {"version": "2.0.0", "inBundle": true,
        "dependencies": {"c": "1"}})",
                             R"({"dependencies": {"a": "1"}})");
  CHECK(outcome.errors.empty());
}

TEST_CASE("dependencies that mean nothing are errors in the user's own manifests") {
  CHECK(drift_of(R"("": {})", R"({"dependencies": {"a": 5}})").errors.size() == 1);
}

TEST_CASE("adopting manifests makes them decide what is for development") {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile(R"({"lockfileVersion": 3, "packages": {
      "": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1.0.0"}}})",
                                     "f", nullptr, diagnostics);
  REQUIRE(lockfile);
  auto manifest = parse_manifest(R"({"name": "n", "devDependencies": {"a": "1"}})", "package.json");
  LocalManifest local{"", &*manifest};
  adopt_manifests(*lockfile, {&local, 1});
  REQUIRE(lockfile->project().dependencies.size() == 1);
  CHECK(lockfile->project().dependencies[0].kind == DependencyKind::kDevelopment);
  CHECK(lockfile->project().name == "n");
}
