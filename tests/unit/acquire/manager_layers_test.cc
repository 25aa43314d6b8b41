#include "packer/acquire/manager_layers.h"

#include <catch2/catch.hpp>

#include "packer/acquire/npm_config.h"
#include "packer/acquire/registry.h"
#include "packer/acquire/toml_file.h"

using namespace ingot;

namespace {

Result<NpmConfig> load(LockfileKind manager, const MemoryFileSystem& files,
                       Environment environment = {}) {
  environment.emplace("HOME", "/home/u");
  Diagnostics diagnostics;
  return load_npm_config(
      {files, environment, "/work/project", "https://registry.example.org", manager}, diagnostics);
}

std::string authorization(const NpmConfig& config, const std::string& address) {
  return authorization_for(config, Url::parse(address).value()).value_or("none");
}

}  // namespace

TEST_CASE("yarn 4's settings say where packages are and who asks") {
  MemoryFileSystem files;
  files.add("/work/project/.yarnrc.yml", R"(npmScopes:
  company:
    npmRegistryServer: "https://own.example.org/npm"
    npmAuthToken: "${TOKEN-none}"
npmRegistries:
  "//other.example.org":
    npmAuthIdent: "u:p"
httpsProxy: "http://proxy.example.org:8080"
httpsCaFilePath: "./ca.pem"
)");
  files.add("/work/project/ca.pem", "CA");
  files.add("/work/.yarnrc.yml", "npmRegistryServer: https://main.example.org\n");
  // Beside no server: it is for the one that counts.
  files.add("/home/u/.yarnrc.yml", "npmAuthToken: \"${MAIN:-fallback}\"\n");
  files.add("/work/project/.npmrc", "registry=https://npm.example.org\n");
  auto config = load(LockfileKind::kYarnBerry, files, {{"TOKEN", "t"}, {"MAIN", ""}});
  REQUIRE(config);
  CHECK(config->registry == "https://main.example.org/");
  CHECK(config->scoped.at("@company") == "https://own.example.org/npm/");
  CHECK(authorization(*config, "https://own.example.org/npm/x") == "Bearer t");
  CHECK(authorization(*config, "https://own.example.org/x") == "none");
  CHECK(authorization(*config, "https://main.example.org/x") == "Bearer fallback");
  CHECK(authorization(*config, "https://other.example.org/x") == "Basic dTpw");
  CHECK(config->proxy.for_https == "http://proxy.example.org:8080");
  CHECK(config->trust.files == std::vector<std::string>{"/work/project/ca.pem"});
  // They are of no interest to other managers.
  CHECK(load(LockfileKind::kNpm, files)->registry == "https://npm.example.org/");
}

TEST_CASE("a variable that is not set is an error in yarn 4's settings, as it is there") {
  MemoryFileSystem files;
  files.add("/work/project/.yarnrc.yml",
            "npmRegistryServer: https://r.example.org\nnpmAuthToken: \"${NONE}\"\n");
  auto config = load(LockfileKind::kYarnBerry, files);
  REQUIRE_FALSE(config);
  CHECK(config.error().message.find("NONE") != std::string::npos);
}

TEST_CASE("bun's settings say where packages are and who asks") {
  MemoryFileSystem files;
  files.add("/work/project/bunfig.toml", R"(# a comment
[test]
preload = ["./a.ts", { b = "]" }]
[install]
registry = { url = "https://main.example.org/npm", token = "$TOKEN" }
[install.scopes]
one = "https://one.example.org"
"@two" = { url = 'https://two.example.org/', username = "u", password = "p" }
)");
  auto config = load(LockfileKind::kBun, files, {{"TOKEN", "t"}});
  REQUIRE(config);
  CHECK(config->registry == "https://main.example.org/npm/");
  CHECK(config->scoped.at("@one") == "https://one.example.org/");
  CHECK(authorization(*config, "https://main.example.org/npm/x") == "Bearer t");
  CHECK(authorization(*config, "https://two.example.org/x") == "Basic dTpw");
  CHECK(authorization(*config, "https://one.example.org/x") == "none");
}

TEST_CASE("yarn 1's settings say where packages are") {
  MemoryFileSystem files;
  files.add("/work/.yarnrc", "registry \"https://main.example.org/\"\n");
  files.add("/work/project/.yarnrc",
            "\"@one:registry\" https://one.example.org\nlastUpdateCheck 1\n");
  auto config = load(LockfileKind::kYarnClassic, files);
  REQUIRE(config);
  CHECK(config->registry == "https://main.example.org/");
  CHECK(config->scoped.at("@one") == "https://one.example.org/");
}

TEST_CASE("TOML that cannot be read is an error with its line") {
  for (const char* text : {"a", "a =", "a = 'x", "[a", "a = { b = 1", "a = [1", "a = \"\\u0041\"",
                           "= 1", "[[a]", "a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}) {
    CAPTURE(text);
    auto entries = parse_toml("x = 1\n" + std::string(text), "bunfig.toml");
    REQUIRE_FALSE(entries);
    CHECK(entries.error().code == "toml-syntax");
    CHECK(entries.error().position->line == 2);
  }
  auto entries = parse_toml("[[a.\"b c\"]]\nd.e = \"x\\ty\" # z\nf = \"\"\"\nlong\"\"\"\n", "t");
  REQUIRE(entries);
  REQUIRE(entries->size() == 2);
  CHECK((*entries)[0].path == std::vector<std::string>{"a", "b c", "d", "e"});
  CHECK((*entries)[0].value == "x\ty");
  CHECK((*entries)[1].value == "long");
}

TEST_CASE("a client certificate is shown to the registry it is for, and to no other host") {
  MemoryFileSystem files;
  files.add("/work/project/.npmrc",
            "registry=https://main.example.org/\ncert=C\\nC\nkey=K\n"
            "//own.example.org/npm/:certfile=/pem/cert\n//own.example.org/npm/:keyfile=/pem/key\n");
  files.add("/pem/cert", "certificate");
  files.add("/pem/key", "key");
  auto config = load(LockfileKind::kNpm, files);
  REQUIRE(config);
  auto shown = [&](const std::string& address) {
    const ClientCertificate* client = client_certificate_for(*config, Url::parse(address).value());
    return client ? client->certificate : "none";
  };
  CHECK(shown("https://main.example.org/a") == "C\nC");
  CHECK(shown("https://own.example.org/npm/a") == "certificate");
  CHECK(shown("https://own.example.org/a") == "none");
  CHECK(shown("https://other.example.org/a") == "none");
  CHECK(shown("http://main.example.org/a") == "none");

  files.add("/work/project/.npmrc", "cert=C\n");
  CHECK(load(LockfileKind::kNpm, files).error().code == "npm-config-invalid");
}
