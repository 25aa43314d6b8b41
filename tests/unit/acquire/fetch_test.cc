#include "packer/acquire/fetch.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "base/atomic_file.h"
#include "loopback_server.h"
#include "scratch_folder.h"
#include "test_config.h"

using namespace ingot;

namespace {

constexpr char kBytes[] = "the bytes of a tarball";

Integrity integrity_of(std::string_view text,
                       DigestAlgorithm algorithm = DigestAlgorithm::kSha512) {
  return Integrity::of(digest_of(algorithm, text));
}

LockedPackage package_of(std::string name, Integrity integrity) {
  LockedPackage package;
  package.install_path = "node_modules/" + name;
  package.name = std::move(name);
  package.version = "1.0.0";
  package.integrity = std::move(integrity);
  package.position =
      Place(std::make_shared<const TextLines>("package-lock.json", "\n\n\n\n\n\n"), 6);  // line 7
  return package;
}

// A store, npm's cache, a project folder and a registry that serves every path with one body.
struct World {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  std::string body = kBytes;
  LoopbackServer registry{[this](const SeenRequest&) { return http_answer(200, body); }};
  NpmConfig config = config_for(registry.origin());
  std::vector<LockedPackage> packages{LockedPackage{}};
  Network network = Network::kAllowed;
  Unverified unverified = Unverified::kRefused;
  ArchiveCheck check_archive = nullptr;
  std::optional<TarballFolder> tarballs;
  GitProof git_proof = GitProof::kCommit;
  StoredBytes stored_bytes = StoredBytes::kMapped;
  Environment variables;
  Diagnostics diagnostics;

  World() {
    packages[0].source.kind = SourceKind::kProject;
    config.cache_folder = scratch.path("npm");
  }

  Result<std::vector<VerifiedTarball>> fetch() {
    PackageGraph graph;
    for (const LockedPackage& package : packages) graph.packages.push_back({&package, 0, false});
    diagnostics = {};
    FetchSettings settings{store, config, scratch.path("project"), network, unverified};
    settings.check_archive = check_archive;
    settings.git_proof = git_proof;
    settings.stored_bytes = stored_bytes;
    settings.variables = &variables;
    settings.tarballs = tarballs ? &*tarballs : nullptr;
    return fetch_packages(graph, settings, diagnostics);
  }

  std::string npm_cache_path(const Integrity& integrity) const {
    return scratch.path("npm/_cacache/content-v2/") + content_name(integrity.strongest());
  }
  void write(const std::string& path, std::string_view text) {
    REQUIRE(make_directories(parent_path(path)));
    REQUIRE(write_file_atomically(path, text));
  }
  std::vector<std::string> warning_codes() const {
    std::vector<std::string> codes;
    for (const Error& warning : diagnostics.warnings()) codes.push_back(warning.code);
    return codes;
  }
};

}  // namespace

TEST_CASE("the registry is asked once, and the store from then on") {
  World world;
  world.packages.push_back(package_of("a", integrity_of(kBytes)));
  auto first = world.fetch();
  REQUIRE(first);
  REQUIRE(first->size() == 1);
  CHECK(first->at(0).package == 1);
  CHECK(first->at(0).bytes.text() == kBytes);
  CHECK(first->at(0).proof.origin == ByteOrigin::kNetwork);
  CHECK(first->at(0).proof.digest == integrity_of(kBytes).strongest());
  CHECK(world.registry.requests().at(0).path == "/a/-/a-1.0.0.tgz");

  world.network = Network::kOffline;
  auto second = world.fetch();
  REQUIRE(second);
  CHECK(second->at(0).bytes.text() == kBytes);
  CHECK(second->at(0).proof.origin == ByteOrigin::kStore);
  CHECK(world.registry.requests().size() == 1);
}

TEST_CASE("of what the store has the proof alone can be kept, and its bytes got and proved later") {
  World world;
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
    World world;
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
  World world;
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
  World world;
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

TEST_CASE("where yarn's checksum is all there is, a folder's tarball is found by name and proved") {
  World world;
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
  World world;
  world.network = Network::kOffline;
  world.unverified = Unverified::kAllowed;
  world.packages.push_back(package_of("a", {}));
  world.write(world.scratch.path("tarballs/a-1.0.0.tgz"), kBytes);
  world.tarballs = TarballFolder::open(real_file_system(), world.scratch.path("tarballs")).value();
  CHECK(world.fetch().error().code == "offline-missing");
}

TEST_CASE("an old sha1 lock finds npm's sha512 content by npm's index") {
  World world;
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
  World world;
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
  World world;
  Integrity integrity = integrity_of(kBytes);
  world.packages.push_back(package_of("a", integrity));
  world.write(world.npm_cache_path(integrity), "other bytes");
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kNetwork);
  CHECK(world.warning_codes() == std::vector<std::string>{"npm-cache-corrupt"});
}

TEST_CASE("one changed byte from a registry is an integrity failure, and is not kept") {
  World world;
  Integrity integrity = integrity_of(kBytes);
  world.packages.push_back(package_of("a", integrity));
  for (size_t at = 0; at < std::string_view(kBytes).size(); ++at) {
    world.body = kBytes;
    world.body[at] = static_cast<char>(world.body[at] ^ 1);
    auto tarballs = world.fetch();
    REQUIRE_FALSE(tarballs);
    CHECK(tarballs.error().kind == ErrorKind::kIntegrity);
    CHECK(tarballs.error().code == "integrity-mismatch");
    CHECK(tarballs.error().message.find("a@1.0.0") != std::string::npos);
    CHECK(tarballs.error().position->line == 7);
    CHECK_FALSE(world.store.find_content(integrity.strongest()).value());
  }
}

TEST_CASE("a good sha512 does not make up for a bad sha1") {
  World world;
  std::string text =
      integrity_of(kBytes).text() + " " + integrity_of("other", DigestAlgorithm::kSha1).text();
  world.packages.push_back(package_of("a", Integrity::parse(text).value()));
  CHECK(world.fetch().error().code == "integrity-mismatch");
  // Nor when bytes of that sha512 are in the store already.
  REQUIRE(world.store.put_content(integrity_of(kBytes).strongest(), std::string_view(kBytes)));
  CHECK(world.fetch().error().code == "integrity-mismatch");
}

TEST_CASE("any of several digests of one algorithm finds the bytes") {
  World world;
  std::string text = integrity_of("other").text() + " " + integrity_of(kBytes).text();
  world.packages.push_back(package_of("a", Integrity::parse(text).value()));
  REQUIRE(world.fetch());
  world.network = Network::kOffline;
  CHECK(world.fetch());
}

TEST_CASE("offline names every package that is missing and connects to nothing") {
  World world;
  world.network = Network::kOffline;
  for (const char* name : {"a", "b", "c"})
    world.packages.push_back(package_of(name, integrity_of(name)));
  REQUIRE(world.store.put_content(integrity_of("b").strongest(), std::string_view("b")));
  auto tarballs = world.fetch();
  REQUIRE_FALSE(tarballs);
  CHECK(tarballs.error().code == "offline-missing");
  CHECK(tarballs.error().notes == std::vector<std::string>{"a@1.0.0", "c@1.0.0"});
  CHECK(world.registry.requests().empty());
}

TEST_CASE("bytes nobody promised anything about are refused unless they are allowed") {
  World world;
  world.packages.push_back(package_of("a", Integrity()));
  auto refused = world.fetch();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "integrity-missing");
  CHECK(refused.error().kind == ErrorKind::kIntegrity);
  CHECK(refused.error().hint != "");
  CHECK(world.registry.requests().empty());

  world.unverified = Unverified::kAllowed;
  auto allowed = world.fetch();
  REQUIRE(allowed);
  CHECK_FALSE(allowed->at(0).proof.digest);
}

TEST_CASE("several things wrong are all reported, wrong bytes first") {
  World world;
  world.packages.push_back(package_of("a", Integrity()));
  world.packages.back().source.kind = SourceKind::kGit;
  world.packages.push_back(package_of("b", Integrity()));
  world.packages.push_back(package_of("c", integrity_of("c")));
  world.packages.back().source = {SourceKind::kLocalTarball, "c.tgz"};
  auto tarballs = world.fetch();
  REQUIRE_FALSE(tarballs);
  CHECK(tarballs.error().code == "integrity-missing");
  REQUIRE(world.diagnostics.errors().size() == 2);
  CHECK(world.diagnostics.errors()[0].code == "git-commit");
  CHECK(world.diagnostics.errors()[1].code == "tarball-missing");
}

TEST_CASE("with a strict proof, a package from git needs a pinned digest") {
  World world;
  world.packages.push_back(package_of("a", Integrity()));
  world.packages.back().source = {SourceKind::kGit,
                                  "git+https://git.example.org/a.git#" + std::string(40, 'a')};
  world.git_proof = GitProof::kPinnedDigest;
  CHECK(world.fetch().error().code == "git-unpinned");

  world.packages.back().integrity = integrity_of(kBytes);
  REQUIRE(world.store.put_content(integrity_of(kBytes).strongest(), std::string_view(kBytes)));
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.commit.empty());
  CHECK(tarballs->at(0).proof.digest == integrity_of(kBytes).strongest());
}

TEST_CASE("a tarball beside the lockfile is read and verified") {
  World world;
  world.network = Network::kOffline;
  world.packages.push_back(package_of("a", integrity_of(kBytes)));
  world.packages.back().source = {SourceKind::kLocalTarball, "tgz/a.tgz"};
  world.write(world.scratch.path("project/tgz/a.tgz"), kBytes);
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->at(0).proof.origin == ByteOrigin::kLocalFile);
  world.write(world.scratch.path("project/tgz/a.tgz"), "other");
  CHECK(world.fetch().error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("what has no tarball of its own is not asked for") {
  World world;
  for (SourceKind kind : {SourceKind::kDirectory, SourceKind::kBundled}) {
    world.packages.push_back(package_of("a", Integrity()));
    world.packages.back().source.kind = kind;
  }
  world.packages.push_back(package_of("b", Integrity()));
  world.packages.back().link_target = "packages/b";
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  CHECK(tarballs->empty());
}

TEST_CASE("a tarball that is installed in two places is got once") {
  World world;
  for (int i = 0; i < 2; ++i) world.packages.push_back(package_of("a", integrity_of(kBytes)));
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  REQUIRE(tarballs->size() == 2);
  CHECK(tarballs->at(1).package == 2);
  CHECK(tarballs->at(0).bytes.data() == tarballs->at(1).bytes.data());
  CHECK(world.registry.requests().size() == 1);
}

TEST_CASE("many packages arrive each in its own place") {
  World world;
  LoopbackServer registry(
      [](const SeenRequest& request) { return http_answer(200, request.path); });
  world.config.registry = registry.origin() + "/";
  for (int i = 0; i < 50; ++i) {
    std::string name = "p" + std::to_string(i);
    world.packages.push_back(
        package_of(name, integrity_of("/" + name + "/-/" + name + "-1.0.0.tgz")));
  }
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  REQUIRE(tarballs->size() == 50);
  for (size_t i = 0; i < 50; ++i) {
    CHECK(tarballs->at(i).package == i + 1);
    CHECK(world.packages[i + 1].integrity.verify(tarballs->at(i).bytes));
  }
}

TEST_CASE("one tarball outside any graph is got the same way") {
  World world;
  FetchSettings settings{world.store, world.config, "/"};
  TarballRequest request{"@s/template", "26.0.0", {}, integrity_of(kBytes), {}};
  Diagnostics diagnostics;
  auto tarball = fetch_tarball(request, settings, diagnostics);
  REQUIRE(tarball);
  CHECK(tarball->bytes.text() == kBytes);
  CHECK(world.registry.requests().at(0).path == "/@s/template/-/template-26.0.0.tgz");
  request.integrity = integrity_of("other");
  CHECK(fetch_tarball(request, settings, diagnostics).error().kind == ErrorKind::kIntegrity);
}

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

TEST_CASE("a checksum of yarn's archive proves a tarball once, and its digest from then on") {
  World world;
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
  for (const std::string ending : {archive_sha512().substr(0, 10), std::string("10c0")}) {
    World world;
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
  World world;
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
