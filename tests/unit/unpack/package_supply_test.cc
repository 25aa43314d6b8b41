#include "packer/unpack/package_supply.h"

#include <catch2/catch.hpp>

#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

LockedPackage locked(const std::string& name) {
  LockedPackage package;
  package.install_path = name.empty() ? "" : "node_modules/" + name;
  package.name = name.empty() ? "p" : name;
  package.version = "1.0.0";
  return package;
}

VerifiedTarball tarball_of(size_t package, const std::string& name) {
  auto owner = std::make_shared<const std::string>(
      TarBuilder()
          .file("package/package.json", R"({"name":")" + name + R"(","version":"1.0.0"})")
          .tgz());
  VerifiedTarball tarball;
  tarball.package = package;
  tarball.bytes = ByteView(std::string_view(*owner));
  tarball.owner = owner;
  tarball.proof.location = name;
  return tarball;
}

}  // namespace

TEST_CASE("a shared package is unpacked once, its bytes are shared, and gone with the last tree") {
  LockedPackage project = locked(""), a = locked("a"), b = locked("b");
  PackageGraph all{*find_target("linux-x64"), {{&project}, {&a}, {&b}}, {}};
  std::vector<PackageGraph> trees = {{*find_target("linux-x64"), {{&project}, {&a}, {&b}}, {}},
                                     {*find_target("win-x64"), {{&project}, {&a}}, {}}};
  VerifiedTarball of_a = tarball_of(1, "a");
  std::weak_ptr<const void> bytes = of_a.owner;
  std::vector<VerifiedTarball> tarballs;
  tarballs.push_back(std::move(of_a));
  tarballs.push_back(tarball_of(2, "b"));
  PackageSupply supply(all, std::move(tarballs), trees);

  CHECK_FALSE(supply.has(project));
  CHECK(supply.proof_of(project) == nullptr);
  auto first = supply.take(a);
  REQUIRE(first);
  CHECK(bytes.expired());
  REQUIRE(supply.take(b));
  CHECK_FALSE(supply.has(b));
  REQUIRE(supply.has(a));
  auto second = supply.take(a);
  REQUIRE(second);
  CHECK(*first == *second);
  CHECK(first->use_count() == 2);
  CHECK_FALSE(supply.has(a));
  CHECK(supply.proof_of(a)->location == "a");
}

TEST_CASE("a tree that is the same as one that took its packages lets go of them") {
  LockedPackage project = locked(""), a = locked("a");
  PackageGraph all{*find_target("linux-x64"), {{&project}, {&a}}, {}};
  std::vector<PackageGraph> trees(3, all);
  std::vector<VerifiedTarball> tarballs;
  tarballs.push_back(tarball_of(1, "a"));
  PackageSupply supply(all, std::move(tarballs), trees);
  auto taken = supply.take(a);
  REQUIRE(taken);
  supply.pass(trees[1]);
  CHECK(supply.has(a));
  CHECK(taken->use_count() == 2);
  supply.pass(trees[2]);
  CHECK_FALSE(supply.has(a));
  CHECK(taken->use_count() == 1);
  CHECK(supply.proof_of(a)->location == "a");
}

TEST_CASE("a tarball that holds another package is refused when it is taken") {
  LockedPackage project = locked(""), a = locked("a");
  PackageGraph tree{*find_target("linux-x64"), {{&project}, {&a}}, {}};
  std::vector<VerifiedTarball> tarballs;
  tarballs.push_back(tarball_of(1, "other"));
  PackageSupply supply(tree, std::move(tarballs), {&tree, 1});
  CHECK(supply.take(a).error().code == "package-name-mismatch");
}
