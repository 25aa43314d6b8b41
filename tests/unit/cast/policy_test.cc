#include "packer/cast/policy.h"

#include <catch2/catch.hpp>

#include "base/digest.h"

using namespace ingot;

namespace {

Result<Policy> policy_of(const std::string& configuration, Diagnostics& diagnostics) {
  MemoryFileSystem files;
  files.add("/p/package.json", "{}");
  files.add("/p/ingot.json", configuration);
  return read_policy(files, "/p", diagnostics);
}

Policy sound(const std::string& rules) {
  Diagnostics diagnostics;
  auto policy = policy_of("{\"policy\": " + rules + "}", diagnostics);
  REQUIRE(policy);
  return *policy;
}

LockedPackage package(const std::string& path, const std::string& name) {
  LockedPackage out;
  out.install_path = path;
  out.name = name;
  out.version = "1.2.3";
  out.integrity = Integrity::of(digest_of(DigestAlgorithm::kSha512, std::string_view(name)));
  return out;
}

// app > alpha > beta
struct Sample {
  Lockfile lockfile;
  NpmConfig config;

  Sample() {
    config.registry = "https://registry.example.org/";
    LockedPackage app = package("", "app");
    app.source.kind = SourceKind::kProject;
    app.dependencies = {{"alpha", "*", DependencyKind::kProduction, {}}};
    LockedPackage alpha = package("node_modules/alpha", "alpha");
    alpha.dependencies = {{"beta", "*", DependencyKind::kProduction, {}}};
    lockfile.packages = {app, alpha, package("node_modules/beta", "beta")};
  }
  LockedPackage& beta() { return lockfile.packages[2]; }

  // The codes of all that is wrong; each names beta and the way to it.
  std::vector<std::string> wrong(const std::string& rules) const {
    std::vector<const LockedPackage*> packages;
    for (const LockedPackage& locked : lockfile.packages) packages.push_back(&locked);
    Diagnostics diagnostics;
    auto status = check_policy(sound(rules), lockfile, packages, config, diagnostics);
    std::vector<Error> errors = diagnostics.errors();
    if (!status) errors.insert(errors.begin(), status.error());
    std::vector<std::string> codes;
    for (const Error& error : errors) {
      codes.push_back(error.code);
      CHECK(error.message.starts_with("beta@1.2.3 "));
      CHECK(error.notes ==
            std::vector<std::string>{"it is there by way of app@1.2.3 > alpha@1.2.3 > beta@1.2.3"});
      CHECK_FALSE(error.hint.empty());
    }
    return codes;
  }
};

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("without a policy everything is as it should be") {
  CHECK(Sample().wrong("{}").empty());
  Diagnostics diagnostics;
  CHECK(read_policy(MemoryFileSystem(), "/p", diagnostics));
}

TEST_CASE("a tarball has to come from below an allowed registry") {
  Sample sample;
  CHECK(sample.wrong(R"({"registries": ["https://registry.example.org"]})").empty());
  sample.beta().source.location = "https://elsewhere.example.org/beta/-/beta-1.2.3.tgz";
  CHECK(sample.wrong(R"({"registries": ["https://registry.example.org/"]})") ==
        Codes{"policy-registry"});
  CHECK(sample
            .wrong(R"({"registries": ["https://registry.example.org/",
                        "https://elsewhere.example.org/"]})")
            .empty());
  CHECK(sample.wrong(R"({"registries": ["https://registry.example.org/",
                        "https://elsewhere.example.org/alpha"]})") == Codes{"policy-registry"});
  CHECK(sample.wrong(R"({"registries": ["https://registry.example.org/",
                        "http://elsewhere.example.org/"]})") == Codes{"policy-registry"});
  sample.beta().source.kind = SourceKind::kRemoteTarball;
  CHECK(sample.wrong(R"({"registries": ["https://registry.example.org/"]})") ==
        Codes{"policy-registry"});
}

TEST_CASE("sha1, install scripts and git are refused when the policy says so") {
  Sample sample;
  sample.beta().integrity = Integrity::of(digest_of(DigestAlgorithm::kSha1, std::string_view("x")));
  CHECK(sample.wrong(R"({"noSha1": true})") == Codes{"policy-sha1"});
  CHECK(sample.wrong(R"({"noSha1": false})").empty());
  sample.beta().has_install_script = true;
  CHECK(sample.wrong(R"({"noInstallScripts": true})") == Codes{"policy-install-script"});
  sample.beta().source = {SourceKind::kGit, "git+https://git.example.org/beta#0123"};
  CHECK(sample.wrong(R"({"noGit": true})") == Codes{"policy-git"});
  CHECK(sample.wrong(R"({"noGit": true, "noSha1": true, "noInstallScripts": true})").size() == 3);
}

TEST_CASE("denied packages are those of the name whose version is in the range") {
  Sample sample;
  for (const char* denied : {"beta", "beta@", "beta@1", "beta@>=1.2.3 <2", "beta@^1.0.0 || 3"})
    CHECK(sample.wrong("{\"deny\": [\"" + std::string(denied) + "\"]}") == Codes{"policy-denied"});
  for (const char* denied :
       {"gamma", "bet", "beta@2", "beta@<1.2.3", "@scope/beta", "@scope/beta@1"})
    CHECK(sample.wrong("{\"deny\": [\"" + std::string(denied) + "\"]}").empty());
  sample.beta().version = "2.0.0-rc.1";
  Diagnostics diagnostics;
  CHECK_FALSE(check_policy(sound(R"({"deny": ["beta@<2.0.0"]})"), sample.lockfile,
                           std::vector<const LockedPackage*>{&sample.beta()}, sample.config,
                           diagnostics));
}

TEST_CASE("what is wrong with a policy is told with its place") {
  struct Example {
    std::string text, code, says;
  };
  for (const Example& example : std::vector<Example>{
           {"{\"policy\": []}", "config-value", ""},
           {"{\"policy\": {\n\"noSha\": true}}", "config-key-unknown", "noSha1"},
           {"{\"policy\": {\n\"noGit\": 1}}", "config-value", ""},
           {"{\"policy\": {\n\"registries\": \"x\"}}", "config-value", ""},
           {"{\"policy\": {\n\"registries\": [\"x y\"]}}", "config-value", "https"},
           {"{\"policy\": {\n\"registries\": [\"https://a:b@x.example.org/\"]}}", "config-value",
            ""},
           {"{\"policy\": {\n\"deny\": [\"beta@not a range!\"]}}", "config-value", "name@range"},
           {"{\"policy\": {\n\"minimumAgeDays\": \"7\"}}", "config-value", ""},
           {"{\"policy\": {\n\"minimumAgeDays\": 1.5}}", "config-value", ""},
           {"{\"policy\": {\n\"minimumAgeDays\": 99999999999}}", "config-value", ""},
           {"{\"audit\": {\n\"ignored\": {}}}", "config-key-unknown", "ignore"},
           {"{\"audit\": {\n\"ignore\": [\"X\"]}}", "config-value", ""},
           {"{\"audit\": {\n\"ignore\": {\"X\": \"\"}}}", "config-value", ""}}) {
    CAPTURE(example.text);
    Diagnostics diagnostics;
    auto policy = policy_of(example.text, diagnostics);
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code == example.code);
    CHECK(policy.error().hint.find(example.says) != std::string::npos);
    REQUIRE(policy.error().position);
    CHECK(policy.error().position->file == "ingot.json");
  }
}

TEST_CASE("advisories are ignored for a reason") {
  Diagnostics diagnostics;
  auto policy = policy_of(R"({"audit": {"ignore": {"CVE-1": "not reachable"}}})", diagnostics);
  REQUIRE(policy);
  CHECK(policy->ignored_advisories ==
        std::map<std::string, std::string>{{"CVE-1", "not reachable"}});
}
