#include "packer/cast/check_record.h"

#include <catch2/catch.hpp>

#include "tests/unit/acquire/scratch_folder.h"

using namespace ingot;

namespace {

using Checked = std::vector<CheckedTarball>;
constexpr auto kUnknown = CheckedTarball::kUnknown;
constexpr auto kSound = CheckedTarball::kSound;
constexpr auto kScript = CheckedTarball::kSoundWithInstallScript;

// Two packages whose tarballs were verified just now.
struct World {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  std::vector<LockedPackage> locked{2};
  PackageGraph graph{host_target(), {}, {}};
  std::vector<VerifiedTarball> tarballs{2};

  World() {
    for (size_t i = 0; i < 2; ++i) {
      locked[i].name = i == 0 ? "a" : "b";
      locked[i].version = "1.0.0";
      graph.packages.push_back({&locked[i], 0, false, {}});
      tarballs[i].package = i;
      tarballs[i].proof.digest = digest_of(DigestAlgorithm::kSha512, std::string_view("bytes"));
    }
    REQUIRE_FALSE(find());
    keep_check_record(store, graph, tarballs, {kSound, kScript});
  }
  std::optional<Checked> find() const { return find_check_record(store, graph, tarballs); }
};

}  // namespace

TEST_CASE("what was found sound is remembered") {
  CHECK(World().find() == Checked{kSound, kScript});
}

TEST_CASE("another name, version, tarball or set of packages was not found sound") {
  World world;
  auto changed = [&](auto& field, auto value) {
    std::swap(field, value);
    bool known = world.find().has_value();
    std::swap(field, value);
    return !known;
  };
  CHECK(changed(world.locked[1].name, std::string("c")));
  CHECK(changed(world.locked[1].version, std::string("1.0.1")));
  CHECK(changed(world.tarballs[0].proof.digest,
                std::optional(digest_of(DigestAlgorithm::kSha512, std::string_view("others")))));
  CHECK(changed(world.tarballs, std::vector(1, world.tarballs[0])));
  CHECK(world.find());
}

TEST_CASE(
    "patched packages, git's and those proved by SHA-1 or an archive are unpacked each time") {
  World world;
  auto remembered = [&] {
    keep_check_record(world.store, world.graph, world.tarballs, {kSound, kScript});
    return world.find();
  };
  world.locked[0].patch = PackagePatch{{{"a.patch"}}, "1", ""};
  CHECK(remembered() == Checked{kUnknown, kScript});
  world.locked[0].patch.reset();
  world.locked[0].source.kind = SourceKind::kGit;
  CHECK(remembered() == Checked{kUnknown, kScript});
  world.locked[0].source.kind = SourceKind::kRegistry;
  world.tarballs[0].proof.archive = "10c0/00";
  CHECK(remembered() == Checked{kUnknown, kScript});
  world.tarballs[1].proof.digest = digest_of(DigestAlgorithm::kSha1, std::string_view("bytes"));
  CHECK(remembered() == Checked{kUnknown, kUnknown});
}

TEST_CASE("a record that says something else is read as unknown") {
  World world;
  keep_check_record(world.store, world.graph, world.tarballs,
                    {static_cast<CheckedTarball>('x'), kSound});
  CHECK(world.find() == Checked{kUnknown, kSound});
}
