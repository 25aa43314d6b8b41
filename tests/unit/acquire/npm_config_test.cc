#include "packer/acquire/npm_config.h"

#include <catch2/catch.hpp>

#include "packer/acquire/npmrc_file.h"

using namespace ingot;

namespace {

struct Loaded {
  NpmConfig config;
  std::string error;  // its code; empty when there is none
  std::string message;
  size_t warnings = 0;
};

Loaded load(const MemoryFileSystem& files, const Environment& environment) {
  Diagnostics diagnostics;
  auto config = load_npm_config({files, environment, "/project", "https://registry.example.org"},
                                diagnostics);
  Loaded out;
  out.warnings = diagnostics.warnings().size();
  if (config) {
    out.config = *config;
  } else {
    out.error = config.error().code;
    out.message = config.error().message;
  }
  return out;
}

// With one project .npmrc and a home folder.
Loaded load_text(std::string text, Environment environment = {}) {
  MemoryFileSystem files;
  files.add("/project/.npmrc", std::move(text));
  environment.emplace("HOME", "/home/u");
  return load(files, environment);
}

std::string value_of(std::string_view line, const Environment& environment = {}) {
  auto entries = parse_npmrc(line, environment);
  return entries.size() == 1 ? entries[0].key + "|" + entries[0].value : "no entry";
}

}  // namespace

TEST_CASE("a line of .npmrc is read as npm reads it") {
  struct Row {
    const char *line, *expected;
  };
  const Row rows[] = {
      {"a=b", "a|b"},
      {"  a = b c ; comment", "a|b c"},
      {"a=b#c", "a|b"},
      {"a=b\\#c\\;d\\\\e\\f", "a|b#c;d\\e\\f"},
      {"a=\"b # \\n c\"", "a|b # \n c"},
      {"a='b # \\n c'", "a|b # \\n c"},
      {"a", "a|true"},
      {"a=", "a|"},
      {"//h/:_authToken=x=y==", "//h/:_authToken|x=y=="},
      {"ca[]=x", "ca|x"},
      {"; a=b", "no entry"},
      {"# a=b", "no entry"},
      {"=b", "no entry"},
      {"[section]\na=b", "no entry"},
      {"a=${V}/x", "a|value/x"},
      {"${V}=1", "value|1"},
      {"a=${NONE}", "a|${NONE}"},
      {"a=${NONE?}x", "a|x"},
      {"a=\\${V}", "a|${V}"},
      {"a=$V {V} ${V", "a|$V {V} ${V"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    CHECK(value_of(row.line, {{"V", "value"}}) == row.expected);
  }
}

TEST_CASE("the environment comes before the project, the user, and the machine") {
  MemoryFileSystem files;
  Environment environment{{"HOME", "/home/u"}, {"PATH", "/opt/n/bin:/bin"}};
  auto registry = [&] { return load(files, environment).config.registry; };

  CHECK(registry() == "https://registry.example.org/");
  files.add("/etc/npmrc", "registry=https://etc.example.org");
  CHECK(registry() == "https://etc.example.org/");
  files.add("/opt/n/bin/node", "");
  files.add("/opt/n/etc/npmrc", "registry=https://global.example.org/x");
  CHECK(registry() == "https://global.example.org/x/");
  files.add("/home/u/.npmrc", "registry=https://user.example.org/");
  CHECK(registry() == "https://user.example.org/");
  files.add("/project/.npmrc", "registry=https://project.example.org/");
  CHECK(registry() == "https://project.example.org/");
  environment["NPM_CONFIG_REGISTRY"] = "https://upper.example.org/";
  CHECK(registry() == "https://upper.example.org/");
  environment["npm_config_registry"] = "https://lower.example.org/";
  CHECK(registry() == "https://lower.example.org/");
}

TEST_CASE("the files for user and machine are where npm is told they are") {
  MemoryFileSystem files;
  files.add("/x/user", "fetch-retries=7\nglobalconfig=/x/global");
  files.add("/x/global", "maxsockets=3");
  files.add("/home/u/.npmrc", "fetch-retries=1");
  auto loaded = load(files, {{"HOME", "/home/u"}, {"npm_config_userconfig", "/x/user"}});
  CHECK(loaded.config.retry.retries == 7);
  CHECK(loaded.config.max_sockets == 3);
}

TEST_CASE("registries of scopes are kept apart") {
  auto loaded =
      load_text("@own:registry=https://own.example.org/npm\nregistry=http://r.example.org");
  CHECK(loaded.config.scoped.at("@own") == "https://own.example.org/npm/");
  CHECK(loaded.config.registry == "http://r.example.org/");
}

TEST_CASE("credentials are read in all of npm's forms") {
  auto loaded = load_text(
      "//a.example.org/:_authToken=${TOKEN}\n"
      "//b.example.org/x/:_auth=dTpw\n"
      "//c.example.org/:username=u\n"
      "//c.example.org/:_password=cDpx\n"
      "//d.example.org/:username=u\n"
      "_authToken=nowhere\n",
      {{"TOKEN", "secret"}});
  REQUIRE(loaded.error == "");
  CHECK(loaded.config.accounts.at("//a.example.org/").token == "secret");
  CHECK(loaded.config.accounts.at("//b.example.org/x/").basic == "dTpw");
  CHECK(loaded.config.accounts.at("//c.example.org/").basic == "dTpwOnE=");  // u:p:q
  CHECK(loaded.config.accounts.size() == 3);
  CHECK(loaded.warnings == 1);
}

TEST_CASE("a setting that cannot be meant is refused without showing its value") {
  for (const char* text : {"registry=secret", "@s:registry=ftp://secret", "https-proxy=secret",
                           "//h/:_authToken=\"secret\\r\\nX: y\"",
                           "//h/:username=u\n//h/:_password=s@cret", "//h/:_auth=s e c r e t"}) {
    CAPTURE(text);
    auto loaded = load_text(text);
    CHECK(loaded.error == "npm-config-invalid");
    CHECK(loaded.message.find("secret") == std::string::npos);
    CHECK(loaded.message.find("/project/.npmrc") != std::string::npos);
  }
}

TEST_CASE("a number that is none is passed over with a warning") {
  auto loaded = load_text("fetch-retries=many\nfetch-timeout=1000");
  CHECK(loaded.config.retry.retries == RetrySettings{}.retries);
  CHECK(loaded.config.fetch_timeout_ms == 1000);
  CHECK(loaded.warnings == 1);
}

TEST_CASE("proxies come from npm's settings, else from the environment") {
  Environment environment{{"HTTPS_PROXY", "http://env:1"}, {"NO_PROXY", "a.example.org"}};
  auto loaded = load_text("", environment);
  CHECK(loaded.config.proxy.for_https == "http://env:1");
  CHECK(loaded.config.proxy.for_http == "http://env:1");
  CHECK(loaded.config.proxy.except == "a.example.org");

  loaded = load_text("proxy=http://plain:2\nhttps-proxy=http://tls:3\nnoproxy=b.example.org",
                     environment);
  CHECK(loaded.config.proxy.for_https == "http://tls:3");
  CHECK(loaded.config.proxy.except == "b.example.org");

  loaded = load_text("proxy=null\nhttps-proxy=false", {{"http_proxy", "http://env:4"}});
  CHECK(loaded.config.proxy.for_https == "");
  CHECK(loaded.config.proxy.for_http == "http://env:4");
}

TEST_CASE("a cafile replaces the system's certificates and extra ones are added") {
  MemoryFileSystem files;
  files.add("/home/u/ca.pem", "x");
  files.add("/extra.pem", "x");
  files.add("/project/.npmrc", "cafile=~/ca.pem");
  Environment environment{{"HOME", "/home/u"}, {"NODE_EXTRA_CA_CERTS", "/extra.pem"}};
  TrustSettings trust = load(files, environment).config.trust;
  CHECK(trust.verify);
  CHECK_FALSE(trust.use_system);
  CHECK(trust.files == std::vector<std::string>{"/home/u/ca.pem", "/extra.pem"});

  files.add("/project/.npmrc", "cafile=null\nstrict-ssl=false");
  trust = load(files, environment).config.trust;
  CHECK(trust.use_system);
  CHECK_FALSE(trust.verify);

  files.add("/project/.npmrc", "ca[]=\"A\\nB\"\nca[]=C\\nD\ncafile=/none.pem");
  auto loaded = load(files, environment);
  CHECK_FALSE(loaded.config.trust.use_system);
  CHECK(loaded.config.trust.pems == std::vector<std::string>{"A\nB", "C\nD"});
  CHECK(loaded.warnings == 1);
}

TEST_CASE("npm's cache is in the home folder unless it is elsewhere") {
  CHECK(load_text("").config.cache_folder == "/home/u/.npm");
  CHECK(load_text("cache=~/c").config.cache_folder == "/home/u/c");
  CHECK(load_text("", {{"npm_config_cache", "/c"}}).config.cache_folder == "/c");
  MemoryFileSystem none;
  CHECK(load(none, {}).config.cache_folder == "");
}
