#include "fetch_world.h"

using namespace ingot;

TEST_CASE("the registry is asked once, and the store from then on") {
  FetchWorld world;
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

TEST_CASE("one changed byte from a registry is an integrity failure, and is not kept") {
  FetchWorld world;
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
  FetchWorld world;
  std::string text =
      integrity_of(kBytes).text() + " " + integrity_of("other", DigestAlgorithm::kSha1).text();
  world.packages.push_back(package_of("a", Integrity::parse(text).value()));
  CHECK(world.fetch().error().code == "integrity-mismatch");
  // Nor when bytes of that sha512 are in the store already.
  REQUIRE(world.store.put_content(integrity_of(kBytes).strongest(), std::string_view(kBytes)));
  CHECK(world.fetch().error().code == "integrity-mismatch");
}

TEST_CASE("any of several digests of one algorithm finds the bytes") {
  FetchWorld world;
  std::string text = integrity_of("other").text() + " " + integrity_of(kBytes).text();
  world.packages.push_back(package_of("a", Integrity::parse(text).value()));
  REQUIRE(world.fetch());
  world.network = Network::kOffline;
  CHECK(world.fetch());
}

TEST_CASE("offline names every package that is missing and connects to nothing") {
  FetchWorld world;
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
  FetchWorld world;
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
  FetchWorld world;
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
  FetchWorld world;
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
  FetchWorld world;
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
  FetchWorld world;
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
  FetchWorld world;
  for (int i = 0; i < 2; ++i) world.packages.push_back(package_of("a", integrity_of(kBytes)));
  auto tarballs = world.fetch();
  REQUIRE(tarballs);
  REQUIRE(tarballs->size() == 2);
  CHECK(tarballs->at(1).package == 2);
  CHECK(tarballs->at(0).bytes.data() == tarballs->at(1).bytes.data());
  CHECK(world.registry.requests().size() == 1);
}

TEST_CASE("many packages arrive each in its own place") {
  FetchWorld world;
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
  FetchWorld world;
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
