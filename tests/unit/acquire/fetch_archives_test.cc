#include <filesystem>

#include "fetch_world.h"

using namespace ingot;

namespace {

constexpr char kArchive[] = "the archive that yarn makes of these bytes";

std::string archive_sha512() {
  return digest_of(DigestAlgorithm::kSha512, std::string_view(kArchive)).hex();
}

// Stands for making yarn's archive.
int archives_made = 0;
Status check_archive_of_bytes(ByteView tarball, const std::string&, const std::string&,
                              const ArchiveChecksum& checksum) {
  ++archives_made;
  if (tarball.text() == kBytes && checksum.sha512 == archive_sha512()) return {};
  return fail(integrity_error("integrity-mismatch", "another archive"));
}

}  // namespace

TEST_CASE("where yarn's checksum is all there is, a folder's tarball is found by name and proved") {
  FetchWorld world;
  world.network = Network::kOffline;
  world.packages.push_back(package_of("a", {}));
  world.packages.back().archive_checksum = ArchiveChecksum{"10c0", std::string(128, 'a')};
  world.check_archive = [](ByteView tarball, const std::string&, const std::string&,
                           const ArchiveChecksum&) -> Status {
    if (tarball.text() == kBytes) return {};
    return fail(integrity_error("integrity-mismatch", "another archive"));
  };
  world.write(world.scratch.path("tarballs/a-1.0.0.tgz"), "of another registry");
  world.write(world.scratch.path("tarballs/b/a-1.0.0.tgz"), kBytes);
  world.tarballs = TarballFolder::open(real_file_system(), world.scratch.path("tarballs")).value();
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kTarballs);
  CHECK(tarballs->at(0).proof.location == world.scratch.path("tarballs/b/a-1.0.0.tgz"));
}

TEST_CASE("a folder's tarball that nothing is promised about is not taken for its name") {
  FetchWorld world;
  world.network = Network::kOffline;
  world.unverified = Unverified::kAllowed;
  world.packages.push_back(package_of("a", {}));
  world.write(world.scratch.path("tarballs/a-1.0.0.tgz"), kBytes);
  world.tarballs = TarballFolder::open(real_file_system(), world.scratch.path("tarballs")).value();
  CHECK(world.fetch().error().code == "offline-missing");
}

TEST_CASE("a checksum of yarn's archive proves a tarball once, and its digest from then on") {
  FetchWorld world;
  world.check_archive = check_archive_of_bytes;
  archives_made = 0;
  world.packages.push_back(package_of("a", {}));
  world.packages[1].archive_checksum = ArchiveChecksum{"10c0", archive_sha512()};
  auto first = world.fetch();
  REQUIRE(first);
  CHECK(first->at(0).proof.archive == "10c0/" + archive_sha512());
  CHECK(first->at(0).proof.digest == integrity_of(kArchive).strongest());
  CHECK(archives_made == 1);

  world.network = Network::kOffline;
  auto second = world.fetch();
  REQUIRE(second);
  CHECK(second->at(0).proof.origin == ByteOrigin::kStore);
  CHECK(second->at(0).proof.archive == first->at(0).proof.archive);
  CHECK(archives_made == 1);

  // Another promise about the same package knows nothing of that.
  world.packages[1].archive_checksum->sha512 = "other";
  CHECK_FALSE(world.fetch());
  world.network = Network::kAllowed;
  auto wrong = world.fetch();
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "integrity-mismatch");
  CHECK(wrong.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("the archive itself is taken out of yarn's cache, and is as good as the tarball") {
  for (const std::string& ending : {archive_sha512().substr(0, 10), std::string("10c0")}) {
    FetchWorld world;
    world.check_archive = check_archive_of_bytes;
    world.network = Network::kOffline;
    world.config.archive_folders = {world.scratch.path("none"), world.scratch.path("cache")};
    world.packages.push_back(package_of("lodash", {}));
    world.packages[1].version = "4.17.21";
    world.packages[1].archive_checksum = ArchiveChecksum{"10c0", archive_sha512()};
    // The name is one that yarn has given.
    std::string name = world.scratch.path("cache/lodash-npm-4.17.21-6382451519-" + ending + ".zip");
    world.write(name, "other bytes");
    CHECK(world.fetch().error().code == "offline-missing");
    world.write(name, kArchive);
    auto found = world.fetch();
    REQUIRE(found);
    CHECK(found->at(0).bytes.text() == kArchive);
    CHECK(found->at(0).proof.origin == ByteOrigin::kYarnCache);
    CHECK(found->at(0).proof.archive == "10c0/" + archive_sha512());
    std::filesystem::remove(name);
    auto again = world.fetch();
    REQUIRE(again);
    CHECK(again->at(0).proof.origin == ByteOrigin::kStore);
  }
}

TEST_CASE("a checksum of an archive that cannot be made is no promise") {
  FetchWorld world;
  world.packages.push_back(package_of("a", {}));
  world.packages[1].archive_checksum = ArchiveChecksum{"10c0", archive_sha512()};
  auto without_check = world.fetch();
  REQUIRE_FALSE(without_check);
  CHECK(without_check.error().code == "integrity-missing");

  world.check_archive = check_archive_of_bytes;
  world.packages[1].archive_checksum->cache_key = "1ff0";
  auto unknown = world.fetch();
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == "integrity-missing");
  CHECK(world.registry.requests().empty());
}
