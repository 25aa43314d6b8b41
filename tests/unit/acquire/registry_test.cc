#include "packer/acquire/registry.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

NpmConfig config_with(std::string registry) {
  NpmConfig config;
  config.default_registry = "https://registry.example.org/";
  config.registry = std::move(registry);
  config.scoped["@own"] = "https://npm.own.example.org/pkg/";
  return config;
}

std::string url_for(const NpmConfig& config, std::string_view name, std::string_view version,
                    std::string_view location) {
  auto url = registry_tarball_url(config, name, version, location);
  return url ? url->text() : url.error().code;
}

std::string sent_to(const NpmConfig& config, std::string_view address) {
  return authorization_for(config, Url::parse(address).value()).value_or("nothing");
}

}  // namespace

TEST_CASE("a tarball without a recorded address is found by name, scope and version") {
  NpmConfig config = config_with("https://mirror.example.net/npm/");
  CHECK(url_for(config, "a", "1.0.0", "") == "https://mirror.example.net/npm/a/-/a-1.0.0.tgz");
  CHECK(url_for(config, "@s/a", "1.0.0-b.1", "") ==
        "https://mirror.example.net/npm/@s/a/-/a-1.0.0-b.1.tgz");
  CHECK(url_for(config, "@own/a", "2.0.0", "") ==
        "https://npm.own.example.org/pkg/@own/a/-/a-2.0.0.tgz");
}

TEST_CASE("a name or version cannot add a query or a fragment to the address") {
  NpmConfig config = config_with("https://mirror.example.net/");
  CHECK(url_for(config, "a?b#c", "1", "") ==
        "https://mirror.example.net/a%3Fb%23c/-/a%3Fb%23c-1.tgz");
}

TEST_CASE("npm's own host in a lockfile stands for the configured registry") {
  struct Row {
    const char *registry, *replace, *location, *expected;
  };
  const Row rows[] = {
      {"https://mirror.example.net/npm/", "npmjs", "https://registry.example.org/a/-/a-1.tgz",
       "https://mirror.example.net/npm/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "npmjs", "https://registry.example.org/npm/a/-/a-1.tgz",
       "https://mirror.example.net/npm/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "npmjs", "https://other.example.org/a/-/a-1.tgz",
       "https://other.example.org/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "never", "https://registry.example.org/a/-/a-1.tgz",
       "https://registry.example.org/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "always", "https://other.example.org/a/-/a-1.tgz",
       "https://mirror.example.net/npm/a/-/a-1.tgz"},
      {"https://mirror.example.net/", "other.example.org", "https://other.example.org/a/-/a-1.tgz",
       "https://mirror.example.net/a/-/a-1.tgz"},
      {"http://127.0.0.1:4873/", "npmjs", "https://registry.example.org/a/-/a-1.tgz",
       "http://127.0.0.1:4873/a/-/a-1.tgz"},
      {"https://registry.example.org/", "npmjs", "https://registry.example.org/a/-/a-1.tgz",
       "https://registry.example.org/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "npmjs", "a/-/a-1.tgz",
       "https://mirror.example.net/npm/a/-/a-1.tgz"},
      {"https://mirror.example.net/npm/", "npmjs", "/a/-/a-1.tgz",
       "https://mirror.example.net/npm/a/-/a-1.tgz"},
      {"https://mirror.example.net/", "npmjs", "ftp://registry.example.org/a.tgz", "url-invalid"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.registry, row.replace, row.location);
    NpmConfig config = config_with(row.registry);
    config.replace_registry_host = row.replace;
    CHECK(url_for(config, "a", "1", row.location) == row.expected);
  }
}

TEST_CASE("credentials go to the host and folder they are written for, and nowhere else") {
  NpmConfig config = config_with("https://registry.example.org/");
  config.accounts["//registry.example.org/"] = {"root", ""};
  config.accounts["//registry.example.org/team/a"] = {"team", ""};
  config.accounts["//registry.example.org:8443/"] = {"", "dTpw"};

  CHECK(sent_to(config, "https://registry.example.org/x/-/x-1.tgz") == "Bearer root");
  CHECK(sent_to(config, "https://registry.example.org/team/a/x.tgz") == "Bearer team");
  CHECK(sent_to(config, "https://registry.example.org/team/a") == "Bearer team");
  CHECK(sent_to(config, "https://registry.example.org/team/ab/x.tgz") == "Bearer root");
  CHECK(sent_to(config, "https://registry.example.org:8443/x") == "Basic dTpw");
  for (const char* other :
       {"https://registry.example.org:444/x", "https://example.org/x",
        "https://registry.example.org.example.net/x",
        "https://evil.example.net/registry.example.org/", "https://x.registry.example.org/"}) {
    CAPTURE(other);
    CHECK(sent_to(config, other) == "nothing");
  }
}

TEST_CASE("a user in the address counts only where nothing is configured") {
  NpmConfig config = config_with("https://registry.example.org/");
  config.accounts["//registry.example.org/"] = {"root", ""};
  CHECK(sent_to(config, "https://u:p@other.example.org/x") == "Basic dTpw");
  CHECK(sent_to(config, "https://u:p@registry.example.org/x") == "Bearer root");
}

TEST_CASE("http is for this machine and for registries configured with it") {
  NpmConfig config = config_with("http://plain.example.org:8080/");
  auto may = [&](const char* address) { return may_connect(config, Url::parse(address).value()); };
  CHECK(may("https://anything.example.org/"));
  CHECK(may("http://127.0.0.1:9/"));
  CHECK(may("http://plain.example.org:8080/x"));
  CHECK_FALSE(may("http://plain.example.org/x"));
  CHECK_FALSE(may("http://other.example.org:8080/x"));
}
