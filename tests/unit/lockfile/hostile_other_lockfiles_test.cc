// Lockfiles of pnpm, yarn and bun made to do harm: each ends in an error, none in a crash.
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <random>

#include "base/file_system.h"
#include "lockfile/npm_lockfile.h"
#include "tests/unit/lockfile/damage.h"
#include "tests/unit/lockfile/lockfile_samples.h"

using namespace ingot;

namespace {

using Reader = std::function<Result<Lockfile>(std::string)>;

std::string error_of(const Reader& reader, std::string text) {
  auto lockfile = reader(std::move(text));
  return lockfile ? "" : lockfile.error().code;
}

std::string with(std::string text, std::string_view what, std::string_view instead) {
  size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return filled(text.replace(at, what.size(), instead));
}

constexpr std::string_view kPieces[] = {
    "../",   "/",    "\\", "\"",   "{", "}",      "[",          "]",    ",",  ":",  "@",  "link:",
    "file:", "npm:", "#",  "null", "9", "-",      "..",         "(",    ")",  "::", "%2", "\n",
    "  ",    "\xff", "&",  "*",    "|", "patch:", "workspace:", "git+", "? ", "'",  "\t"};

}  // namespace

TEST_CASE("other package managers' lockfiles are refused by name for what is wrong with them") {
  std::string conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
  CHECK(error_of(read_pnpm, conflict) == "lockfile-conflict");
  CHECK(error_of(read_yarn, conflict) == "lockfile-conflict");
  CHECK(error_of(read_berry, conflict + filled(kBerry)) == "lockfile-conflict");
  CHECK(error_of(read_bun, conflict) == "lockfile-conflict");

  CHECK(error_of(read_pnpm, with(kPnpm9, "'9.0'", "'10.0'")) == "lockfile-version");
  CHECK(error_of(read_berry, with(kBerry, "version: 8", "version: 99")) == "lockfile-version");
  CHECK(error_of(read_bun, with(kBun, ": 1,", ": 9,")) == "lockfile-version");
  CHECK(error_of(read_yarn, filled(kBerry)) == "lockfile-is-berry");

  CHECK(error_of(read_pnpm, with(kPnpm9, "p@2.0.0:\n    resolution", "x:\n    resolution")) ==
        "lockfile-dangling");
  CHECK(error_of(read_pnpm, with(kPnpm9, "link:packages/w", "link:../w")) ==
        "lockfile-path-escapes");
  CHECK(error_of(read_pnpm, with(kPnpm9, "  packages/w:", "  ../w:")) == "lockfile-path-escapes");
  CHECK(error_of(read_pnpm, with(kPnpm9, "      alias:", "      '../evil':")) ==
        "lockfile-bad-name");
  CHECK(error_of(read_pnpm, with(kPnpm9, "integrity: DIGEST", "integrity: md5-aGk=")) != "");
  CHECK(error_of(read_pnpm, with(kPnpm9, "importers:", "importers: &x\n  ..: *x\nimporters:")) ==
        "yaml-unsupported");
  CHECK(error_of(read_pnpm, with(kPnpm9, "snapshots:", "packages: {}\nsnapshots:")) ==
        "yaml-duplicate-key");

  CHECK(error_of(read_yarn, with(kYarn, "a@^1.0.0:", "a@^1.0.0, a@^1.0.0:")) == "yarn-duplicate");
  CHECK(error_of(read_yarn, with(kYarn, "  version", "   version")) == "yarn-syntax");
  CHECK(error_of(read_yarn, with(kYarn, "  version", "  \xFFversion")) == "yarn-syntax");
  CHECK(error_of(read_yarn, with(kYarn, "version \"1.0.1\"", "version \"x\"")) ==
        "lockfile-bad-version");
  CHECK(error_of(read_yarn, with(kYarn, "\"@s/b\" \"^1.0.0\"", "\"../b\" \"^1.0.0\"")) ==
        "lockfile-bad-name");

  CHECK(error_of(read_berry, with(kBerry, "workspace:packages/w\"\n  lang",
                                  "workspace:../w\"\n  lang")) == "lockfile-path-escapes");
  CHECK(error_of(read_bun, with(kBun, "w@workspace:packages/w", "w@workspace:../w")) != "");
  CHECK(error_of(read_bun, with(kBun, "\"w/@s/b\"", "\"../@s/b\"")) != "");
  CHECK(error_of(read_bun, with(kBun, "\"d\": [\"d@", "\"a\": [\"d@")) == "json-duplicate-key");
}

TEST_CASE("fifty megabytes of nesting are refused, whatever the lockfile") {
  constexpr size_t kSize = 50 << 20;
  Reader read_npm = [](std::string text) {
    Diagnostics diagnostics;
    return parse_npm_lockfile(std::move(text), "package-lock.json", nullptr, diagnostics);
  };
  auto repeated = [](std::string_view piece) {
    std::string out;
    while (out.size() < kSize) out += piece;
    return out;
  };
  CHECK(error_of(read_npm, repeated("[")) == "json-too-deep");
  CHECK(error_of(read_bun, repeated("{\"a\":")) == "json-too-deep");
  for (const char* piece : {"[", "[\n ", "{a: ", "[{"})
    CHECK(error_of(read_pnpm, "packages: " + repeated(piece)) == "yaml-too-deep");
  CHECK(error_of(read_berry, "__metadata:\n  a: " + repeated("[a, ")) == "yaml-too-deep");
  // Each line two spaces deeper than the one before.
  std::string lines = "# yarn lockfile v1\n", indent;
  while (lines.size() < kSize) {
    lines += indent + "a:\n";
    indent += "  ";
  }
  CHECK(error_of(read_yarn, lines) == "yarn-syntax");
}

TEST_CASE("other package managers' lockfiles that are damaged at random are refused or harmless") {
  std::mt19937 random(20240602);
  struct Kind {
    std::string name, text;
    Reader read;
  };
  const Kind kinds[] = {{"pnpm 9", filled(kPnpm9), read_pnpm},
                        {"pnpm 5", filled(kPnpm5), read_pnpm},
                        {"yarn 1", filled(kYarn), read_yarn},
                        {"yarn 4", filled(kBerry), read_berry},
                        {"bun", filled(kBun), read_bun}};
  for (const Kind& kind : kinds) {
    size_t refused = 0, read = 0;
    for (int i = 0; i < 2000; ++i) {
      std::string text = damaged(kind.text, kPieces, random);
      CAPTURE(kind.name, text);
      auto lockfile = kind.read(text);
      if (!lockfile) {
        CHECK_FALSE(lockfile.error().code.empty());
        ++refused;
        continue;
      }
      ++read;
      for (const LockedPackage& package : lockfile->packages) {
        if (!package.install_path.empty()) CHECK(is_safe_relative_path(package.install_path));
        CHECK_FALSE(lockfile->follow(package).is_link());
      }
    }
    std::cout << "damaged lockfiles of " << kind.name << ": " << refused << " refused, " << read
              << " read\n";
    CHECK(read > 0);
  }
}
