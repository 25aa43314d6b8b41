#include "lockfile/proofs.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
LockedPackage package_of(SourceKind kind, std::string_view bytes_or_nothing = "") {
  LockedPackage package;
  package.install_path = "node_modules/a";
  package.name = "a";
  package.version = "1.0.0";
  package.source.kind = kind;
  if (!bytes_or_nothing.empty())
    package.integrity = Integrity::of(digest_of(DigestAlgorithm::kSha512, bytes_or_nothing));
  return package;
}
Status check(const LockedPackage& package, Diagnostics& diagnostics,
             UnverifiedPackages policy = UnverifiedPackages::kRefuse) {
  const LockedPackage* list[] = {&package};
  return check_proofs(list, policy, diagnostics);
}
}  // namespace

TEST_CASE("a tarball without integrity is refused unless that is allowed") {
  for (SourceKind kind :
       {SourceKind::kRegistry, SourceKind::kRemoteTarball, SourceKind::kLocalTarball}) {
    Diagnostics diagnostics;
    LockedPackage package = package_of(kind);
    auto status = check(package, diagnostics);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == "integrity-missing");
    CHECK(status.error().kind == ErrorKind::kIntegrity);
    CHECK(check(package, diagnostics, UnverifiedPackages::kAllow));
    CHECK(diagnostics.warnings().size() == 1);
  }
}

TEST_CASE("folders of the user, bundles and links need no proof of their own") {
  Diagnostics diagnostics;
  CHECK(check(package_of(SourceKind::kProject), diagnostics));
  CHECK(check(package_of(SourceKind::kDirectory), diagnostics));
  CHECK(check(package_of(SourceKind::kBundled), diagnostics));
  CHECK(diagnostics.warnings().empty());
  CHECK(check(package_of(SourceKind::kGit), diagnostics));
  CHECK(diagnostics.warnings()[0].code == "integrity-git");
}

TEST_CASE("a proof by sha1 is reported as weak") {
  Diagnostics diagnostics;
  LockedPackage package = package_of(SourceKind::kRegistry);
  package.integrity = Integrity::of(digest_of(DigestAlgorithm::kSha1, std::string_view("x")));
  CHECK(check(package, diagnostics));
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == "integrity-weak");
  CHECK(check(package_of(SourceKind::kRegistry, "x"), diagnostics));
  CHECK(diagnostics.warnings().size() == 1);
}

TEST_CASE("a package that cannot even be named is refused whatever is allowed") {
  Diagnostics diagnostics;
  LockedPackage package = package_of(SourceKind::kRegistry);
  package.version.clear();
  CHECK(check(package, diagnostics, UnverifiedPackages::kAllow).error().code ==
        "lockfile-version-missing");
}

TEST_CASE("a checksum of yarn's archive is a proof, when its cache key is known") {
  LockedPackage package = package_of(SourceKind::kRegistry);
  package.archive_checksum = ArchiveChecksum{"10c0", std::string(128, 'a')};
  Diagnostics diagnostics;
  CHECK(check(package, diagnostics));
  CHECK(diagnostics.warnings().empty());

  package.archive_checksum->cache_key = "1ff0";
  auto status = check(package, diagnostics);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == "integrity-unknown-archive");
  CHECK(check(package, diagnostics, UnverifiedPackages::kAllow));
  CHECK(diagnostics.warnings().size() == 1);
}
