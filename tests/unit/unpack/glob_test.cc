#include "packer/unpack/glob.h"

#include <catch2/catch.hpp>

#include "packer/unpack/secrets.h"

using namespace ingot;

namespace {
bool hit(const char* pattern, const char* path) {
  return Glob(pattern).matches(path);
}
bool leads(const char* pattern, const char* path) {
  return Glob(pattern).matches(path, GlobExtent::kLeading);
}
}  // namespace

TEST_CASE("wildcards stay within a component, two stars do not") {
  CHECK(hit("a/*.js", "a/b.js"));
  CHECK(hit("a/*.js", "a/.js"));
  CHECK_FALSE(hit("a/*.js", "a/b/c.js"));
  CHECK(hit("a/**/c.js", "a/c.js"));
  CHECK(hit("a/**/c.js", "a/x/y/c.js"));
  CHECK(hit("a/**", "a/x/y"));
  CHECK_FALSE(hit("a/**", "a"));
  CHECK(hit("a/?.js", "a/\xCE\xA9.js"));
  CHECK_FALSE(hit("a/?.js", "a/.js"));
  CHECK(hit("a/x*y*z", "a/xyyz"));
  CHECK_FALSE(hit("a/x*y*z", "a/xzy"));
  CHECK(hit("a/.*", "a/.x"));
  CHECK(hit("a/*", "a/.x"));
}

TEST_CASE("a pattern without a slash is about the last component") {
  CHECK(hit("*.log", "a/b/c.log"));
  CHECK(hit("c", "a/b/c"));
  CHECK(hit("c", "a/c/"));
  CHECK_FALSE(hit("b", "a/b/c"));
  CHECK(Glob("c/").is_about_names());
  CHECK_FALSE(Glob("a/c").is_about_names());
}

TEST_CASE("a trailing slash matches only a path that has one") {
  CHECK(hit("a/b/", "a/b/"));
  CHECK_FALSE(hit("a/b/", "a/b"));
  CHECK(hit("a/b", "a/b/"));
}

TEST_CASE("classes hold ranges, and turn round with ! or ^") {
  CHECK(hit("x/[a-c]", "x/b"));
  CHECK_FALSE(hit("x/[a-c]", "x/d"));
  CHECK(hit("x/[!a-c]", "x/d"));
  CHECK(hit("readme{,.*[^~$]}", "readme"));
  CHECK(hit("readme{,.*[^~$]}", "readme.md"));
  CHECK_FALSE(hit("readme{,.*[^~$]}", "readme.md~"));
  CHECK(hit("x/[]a]", "x/]"));
  CHECK(hit("x/[a-]", "x/-"));
  CHECK(hit("x/[ab", "x/[ab"));
  CHECK(hit("x/\\*", "x/*"));
  CHECK_FALSE(hit("x/\\*", "x/a"));
}

TEST_CASE("braces are alternatives, nested ones too, and are cut off when there are too many") {
  CHECK(expand_braces("a{b,c{d,e}}f") == std::vector<std::string>{"abf", "acdf", "acef"});
  CHECK(expand_braces("{a}") == std::vector<std::string>{"{a}"});
  CHECK(expand_braces("a{b,c") == std::vector<std::string>{"a{b,c"});
  std::string many;
  for (int i = 0; i < 40; ++i) many += "{a,b}";
  CHECK(expand_braces(many).size() <= 1001);
}

TEST_CASE("a leading ! is kept apart") {
  CHECK(Glob("!a").negated());
  CHECK_FALSE(Glob("!!a").negated());
  CHECK(Glob("!a").matches("a"));
}

TEST_CASE("a folder on the way to a match is known") {
  CHECK(leads("a/b/*.js", "a"));
  CHECK(leads("a/b/*.js", "a/b"));
  CHECK(leads("**/x", "any/where"));
  CHECK_FALSE(leads("a/b/*.js", "b"));
}

TEST_CASE("letters may count without their case") {
  CHECK(Glob("ReadMe*", GlobCase::kIgnore).matches("README.md"));
  CHECK(Glob("[a-c]x", GlobCase::kIgnore).matches("BX"));
  CHECK_FALSE(Glob("ReadMe*").matches("README.md"));
}

TEST_CASE("patterns made to take for ever do not") {
  std::string stars, path;
  for (int i = 0; i < 200; ++i) stars += "*a", path += "a";
  CHECK_FALSE(Glob(stars + "b").matches(path));
  std::string deep_pattern, deep;
  for (int i = 0; i < 200; ++i) deep_pattern += "**/a/", deep += "a/";
  CHECK_FALSE(Glob(deep_pattern + "b").matches(deep + "c"));
}

TEST_CASE("names of secrets are known, and patterns that mean them") {
  for (const char* path : {".env", "config/.env.production", "a.p12", "tls/server.KEY", "id_rsa",
                           ".npmrc", "x/.netrc", "prod.env", ".envrc"}) {
    CAPTURE(path);
    CHECK(looks_secret(path));
  }
  for (const char* path : {"env.js", "keys.json", "environment", "a.pem", "id_rsa.pub", "pem.js",
                           "id_rsa_parser/x.js"}) {
    CAPTURE(path);
    CHECK_FALSE(looks_secret(path));
  }
  for (const char* pattern : {".env", "config/.env.*", "certs/*.pem", "*.{pem,txt}", ".env*"}) {
    CAPTURE(pattern);
    CHECK(names_secrets(pattern));
  }
  for (const char* pattern : {"**", "*", "config/*", "certs/**/*", "*.js", "*.*"}) {
    CAPTURE(pattern);
    CHECK_FALSE(names_secrets(pattern));
  }
}
