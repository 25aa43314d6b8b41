#include "fetch_world.h"

using namespace ingot;

TEST_CASE("of what the store has the proof alone can be kept, and its bytes got and proved later") {
  FetchWorld world;
  world.stored_bytes = StoredBytes::kProofAlone;
  Digest digest = integrity_of(kBytes).strongest();
  world.packages.push_back(package_of("a", Integrity::of(digest)));
  auto fetched = world.fetch();
  REQUIRE(fetched);
  CHECK(fetched->at(0).bytes.text() == kBytes);

  auto stored = world.fetch();
  REQUIRE(stored);
  VerifiedTarball tarball = stored->at(0);
  CHECK(tarball.bytes.size() == 0);
  CHECK(tarball.proof.digest == digest);
  CHECK(tarball.proof.origin == ByteOrigin::kStore);
  VerifiedTarball changed = tarball;
  REQUIRE(load_bytes(tarball));
  CHECK(tarball.bytes.text() == kBytes);

  world.write(world.store.content_path(digest), "the bytes of another ..");
  CHECK(load_bytes(changed).error().code == "integrity-mismatch");
  REQUIRE(world.fetch());
  CHECK(world.warning_codes() == std::vector<std::string>{"store-corrupt"});
}

TEST_CASE("npm's cache spares the network, for sha512 and for sha1, and fills the store") {
  for (DigestAlgorithm algorithm : {DigestAlgorithm::kSha512, DigestAlgorithm::kSha1}) {
    FetchWorld world;
    Integrity integrity = integrity_of(kBytes, algorithm);
    world.packages.push_back(package_of("a", integrity));
    world.write(world.npm_cache_path(integrity), kBytes);
    world.network = Network::kOffline;
    auto tarballs = world.fetch();
    REQUIRE(tarballs);
    CHECK(tarballs->at(0).proof.origin == ByteOrigin::kNpmCache);
    CHECK(tarballs->at(0).bytes.text() == kBytes);
    CHECK(world.store.find_content(integrity.strongest()).value());
    CHECK(world.warning_codes() == (algorithm == DigestAlgorithm::kSha1
                                        ? std::vector<std::string>{"integrity-weak"}
                                        : std::vector<std::string>{}));
    CHECK(world.registry.requests().empty());
  }
}

TEST_CASE("yarn 1's cache is looked into by the sha1 of its lockfile, and proved by all digests") {
  FetchWorld world;
  world.network = Network::kOffline;
  Integrity sha1 = integrity_of(kBytes, DigestAlgorithm::kSha1);
  std::string place = "v6/npm-@scope-a-1.0.0-" + sha1.strongest().hex() +
                      "-integrity/node_modules/@scope/a/.yarn-tarball.tgz";
  world.variables["YARN_CACHE_FOLDER"] = world.scratch.path("yarn");
  world.packages.push_back(package_of(
      "@scope/a", Integrity::parse(integrity_of(kBytes).text() + " " + sha1.text()).value()));
  world.write(world.scratch.path("yarn/" + place), "other bytes");
  CHECK(world.fetch().error().code == "offline-missing");
  world.write(world.scratch.path("yarn/" + place), kBytes);
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kYarnCache);
}

TEST_CASE("a folder of tarballs is looked through by digest, and fills the store") {
  FetchWorld world;
  world.network = Network::kOffline;
  world.packages.push_back(package_of("a", integrity_of(kBytes)));
  world.write(world.scratch.path("tarballs/whatever.tgz"), kBytes);
  world.tarballs = TarballFolder::open(real_file_system(), world.scratch.path("tarballs")).value();
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kTarballs);
  CHECK(tarballs->at(0).bytes.text() == kBytes);
  CHECK(world.fetch()->at(0).proof.origin == ByteOrigin::kStore);
}

TEST_CASE("an old sha1 lock finds npm's sha512 content by npm's index") {
  FetchWorld world;
  world.network = Network::kOffline;
  Integrity sha1 = integrity_of(kBytes, DigestAlgorithm::kSha1);
  world.packages.push_back(package_of("a", sha1));
  world.write(world.npm_cache_path(integrity_of(kBytes)), kBytes);
  world.write(world.npm_cache_path(integrity_of("other")), "other");

  std::string key =
      "make-fetch-happen:request-cache:" + world.registry.origin() + "/a/-/a-1.0.0.tgz";
  std::string hex = sha256_hex(std::string_view(key));
  std::string index = world.scratch.path("npm/_cacache/index-v5/") + hex.substr(0, 2) + "/" +
                      hex.substr(2, 2) + "/" + hex.substr(4);
  auto line = [&](const Integrity& integrity) {
    std::string json = R"({"key":")" + key + R"(","integrity":")" + integrity.text() + "\"}";
    return "\n" + digest_of(DigestAlgorithm::kSha1, std::string_view(json)).hex() + "\t" + json;
  };
  SECTION("the last whole line counts") {
    world.write(index, line(integrity_of("other")) + line(integrity_of(kBytes)) + "\nhalf\t{");
    auto tarballs = world.fetch();
    REQUIRE(tarballs);
    CHECK(tarballs->at(0).proof.origin == ByteOrigin::kNpmCache);
    CHECK(tarballs->at(0).proof.digest == sha1.strongest());
  }
  SECTION("an index that leads to other bytes helps nobody") {
    world.write(index, line(integrity_of("other")));
    CHECK(world.fetch().error().code == "offline-missing");
    CHECK(world.warning_codes() == std::vector<std::string>{"npm-cache-corrupt"});
  }
}

TEST_CASE("a damaged store entry is removed and fetched again") {
  FetchWorld world;
  Integrity integrity = integrity_of(kBytes);
  world.packages.push_back(package_of("a", integrity));
  for (std::string damaged : {"the bytes of a tarbal", "The bytes of a tarball", ""}) {
    world.write(world.store.content_path(integrity.strongest()), damaged);
    auto tarballs = world.fetch();
    REQUIRE(tarballs);
    CHECK(tarballs->at(0).bytes.text() == kBytes);
    CHECK(tarballs->at(0).proof.origin == ByteOrigin::kNetwork);
    CHECK(world.warning_codes() == std::vector<std::string>{"store-corrupt"});
    CHECK(world.store.find_content(integrity.strongest()).value()->bytes().text() == kBytes);
  }
  world.network = Network::kOffline;
  world.write(world.store.content_path(integrity.strongest()), "x");
  CHECK(world.fetch().error().code == "offline-missing");
  CHECK_FALSE(world.store.find_content(integrity.strongest()).value());
}

TEST_CASE("a damaged entry of npm's cache is passed over") {
  FetchWorld world;
  Integrity integrity = integrity_of(kBytes);
  world.packages.push_back(package_of("a", integrity));
  world.write(world.npm_cache_path(integrity), "other bytes");
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kNetwork);
  CHECK(world.warning_codes() == std::vector<std::string>{"npm-cache-corrupt"});
}
