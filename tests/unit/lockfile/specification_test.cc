#include "lockfile/specification.h"

#include <catch2/catch.hpp>

#include "lockfile/package_name.h"

using namespace ingot;
using Kind = SpecificationKind;

TEST_CASE("each kind of specification is told apart") {
  struct Case {
    const char* text;
    Kind kind;
    const char* meaning;
  };
  const Case cases[] = {
      {"1.2.3", Kind::kVersion, "1.2.3"},
      {"^1.2.3", Kind::kRange, "^1.2.3"},
      {"", Kind::kRange, ""},
      {">=1 <3 || 5.x", Kind::kRange, ">=1 <3 || 5.x"},
      {"latest", Kind::kTag, "latest"},
      {"npm:is-odd@^3", Kind::kAlias, "^3"},
      {"npm:@s/x", Kind::kAlias, "*"},
      {"file:../x", Kind::kDirectory, "../x"},
      {"file:x.tgz", Kind::kFile, "x.tgz"},
      {"./x.tar.gz", Kind::kFile, "./x.tar.gz"},
      {"/x", Kind::kDirectory, "/x"},
      {"a/b/c", Kind::kDirectory, "a/b/c"},
      {"https://example.org/x.tgz", Kind::kRemote, "https://example.org/x.tgz"},
      {"link:../x", Kind::kLink, "../x"},
      {"workspace:^", Kind::kWorkspace, "^"},
      {"npm:npm:x", Kind::kInvalid, ""},
      {"no such tag", Kind::kInvalid, "no such tag"},
      {"ftp://example.org/x", Kind::kInvalid, ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    Specification found = parse_specification(one.text);
    CHECK(int(found.kind) == int(one.kind));
    CHECK(found.text == one.meaning);
  }
}

TEST_CASE("all spellings of one git repository are equal") {
  for (const char* text :
       {"user/repo", "github:user/repo", "git@github.com:user/repo.git",
        "git+ssh://git@github.com/user/repo.git", "git://github.com/user/repo",
        "https://github.com/user/repo.git", "git+https://token@github.com/user/repo.git#main",
        "git+ssh://git@github.com:user/repo.git"}) {
    CAPTURE(text);
    Specification found = parse_specification(text);
    CHECK(int(found.kind) == int(Kind::kGit));
    CHECK(found.repository == "github.com/user/repo");
  }
  CHECK(parse_specification("gitlab:a/b").repository == "gitlab.com/a/b");
  CHECK(parse_specification("git+ssh://git@example.org:2222/a/b").repository ==
        "example.org:2222/a/b");
}

TEST_CASE("what stands behind the # of a git URL is a commit, a name or a range") {
  std::string commit(40, 'a');
  CHECK(parse_specification("user/repo#" + commit).names_commit());
  CHECK_FALSE(parse_specification("user/repo#v1").names_commit());
  CHECK(parse_specification("user/repo#semver:^1.0.0").range == "^1.0.0");
}

TEST_CASE("a file below a forge's repository is a tarball, not the repository") {
  CHECK(int(parse_specification("https://github.com/u/r/archive/v1.tar.gz").kind) ==
        int(Kind::kRemote));
}

TEST_CASE("names that could leave node_modules are no names") {
  for (const char* good : {"a", "@s/a", "JSONStream", "a.b", "@s/_a", "crypto-js~1"})
    CHECK(is_package_name(good));
  for (const char* bad : {"", ".", "..", ".bin", "_a", "a/b", "@s", "@s/", "@/a", "@../a",
                          "@s/../a", "node_modules", "a b", "a\\b", "a\nb", "a%2fb", "@s/a/b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_package_name(bad));
  }
  CHECK_FALSE(is_package_name(std::string(215, 'a')));
}

TEST_CASE("a place in node_modules tells the name and the package around it") {
  CHECK(name_of_install_path("node_modules/a/node_modules/@s/b") == "@s/b");
  CHECK(name_of_install_path("packages/@s/w") == "@s/w");
  CHECK(name_of_install_path("packages/w") == "w");
  CHECK(name_of_install_path("my_node_modules/w") == "w");
  CHECK(container_of_install_path("node_modules/a/node_modules/@s/b") == "node_modules/a");
  CHECK(container_of_install_path("packages/w/node_modules/b") == "packages/w");
  CHECK(container_of_install_path("node_modules/a") == "");
}
