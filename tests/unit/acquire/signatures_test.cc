#include "packer/acquire/signatures.h"

#include <catch2/catch.hpp>

#include "loopback_server.h"
#include "scratch_folder.h"
#include "test_config.h"

using namespace ingot;

namespace {

constexpr const char* kOldKey = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA";

// As npm's registry made them for versions that it published.
struct Vector {
  const char *name, *version, *integrity, *signature;
};
constexpr Vector kVectors[] = {
    {"uuid", "1.4.1",
     "sha512-VvxWRJy+jqowMX1wClasj2BIORh82/"
     "X3wkRNNpXDOh1tUxmVAbdEWRUM+yRVg30a+XBmf+duDVtMgvRiuGq0qw==",
     "MEYCIQDGPgY/8s7EsZsplI7wUj9zkdvyAiFBNx8EMgYI37OuuQIhAPjpphlukLKOEBmORh7gaKymp9hSVj6dxl46neHEG"
     "ac2"},
    {"lodash.pick", "2.0.0",
     "sha512-uZsGHJgpY0jyAEh6YAyut74QvBuUaG1kAV6B+arHf2ML1FXhbJET411NxVHH0tU2u7UFPz2s5LZGNfIzZ+"
     "mGdQ==",
     "MEUCIB76SkmSbJmQOKaU0aCuB3IQsIJmfPpa7DzCQDcupjVDAiEA58e62NZ7egrIVUSTa1eL3S/2sl5Euk+hRlXa8sObO"
     "Mk="},
    {"rex", "0.1.0",
     "sha512-TXk+/Zhpu8G1+JFE+f6DbM/uem7jkes/0O3VnExq9GE/"
     "yPIuUaEmXUDtPY8WhWevu+43EnzBjb3LS+E0pauIPA==",
     "MEUCIQDghiCvZ3nLqxq2uk6BziiLbJH43ULLgMg9YCWFqDSfdgIgWmH9Vu4KOQtShQzBo7FnSyqKBSqM0Gs/chdCRGKXu"
     "OE="},
};

std::string outcome(const Vector& vector, const SignedVersion& metadata) {
  auto state = check_signature(vector.name, vector.version, vector.integrity, metadata);
  if (!state) return state.error().code;
  return *state == KeyState::kCurrent ? "current" : "expired since";
}

SignedVersion signed_on(const Vector& vector, std::string day) {
  return {{{kOldKey, vector.signature}}, std::move(day)};
}

// One package whose tarball is not what any key has signed.
struct World {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  std::string metadata = R"({"versions":{"1.0.0":{"dist":{}}}})";
  LoopbackServer registry{[this](const SeenRequest&) { return http_answer(200, metadata); }};
  NpmConfig config = config_for(registry.origin());
  LockedPackage package;
  Diagnostics diagnostics;

  Result<SignatureCheck> check(SignaturePolicy policy, const SavedSignatures& saved,
                               Network network = Network::kAllowed) {
    package.name = "@scope/a";
    package.version = "1.0.0";
    PackageGraph graph;
    graph.packages.push_back({&package, 0, false});
    std::vector<VerifiedTarball> tarballs(1);
    FetchSettings settings{store, config, scratch.path(), network};
    return check_signatures(graph, tarballs, saved, policy, settings, diagnostics);
  }
};

}  // namespace

TEST_CASE("signatures of npm's registry are valid for what they were made for, and nothing else") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.name);
    SignedVersion metadata = signed_on(vector, "2023-01-02T03:04:05.678Z");
    CHECK(outcome(vector, metadata) == "expired since");
    Vector other = vector;
    other.version = "1.4.2";
    CHECK(outcome(other, metadata) == "signature-invalid");
    other = vector;
    other.name = "uuie";
    CHECK(outcome(other, metadata) == "signature-invalid");
    other = vector;
    other.integrity = kVectors[vector.name == std::string("uuid") ? 1 : 0].integrity;
    CHECK(outcome(other, metadata) == "signature-invalid");
    metadata.signatures[0].signature = "not base64";
    CHECK(outcome(vector, metadata) == "signature-invalid");
  }
}

TEST_CASE("a key that has expired counts for what was published before, as far as that is known") {
  const Vector& vector = kVectors[0];
  CHECK(outcome(vector, signed_on(vector, "2025-01-28T23:59:59.999Z")) == "expired since");
  for (const char* day : {"2025-01-29T00:00:00.000Z", "2026-01-01", "", "yesterday", "2024"})
    CHECK(outcome(vector, signed_on(vector, day)) == "signature-key-expired");
}

TEST_CASE("a key that nobody pinned proves nothing, and takes nothing away") {
  const Vector& vector = kVectors[0];
  SignedVersion metadata{{{"SHA256:other", vector.signature}}, "2023-01-01"};
  CHECK(outcome(vector, metadata) == "signature-key-unknown");
  metadata.signatures.push_back({kOldKey, vector.signature});
  CHECK(outcome(vector, metadata) == "expired since");
  CHECK(outcome(vector, {}) == "signature-missing");
}

TEST_CASE("saved signatures are written and read again") {
  SavedSignatures saved{{"a@1.0.0", signed_on(kVectors[0], "2023-01-01")}, {"b@1.0.0", {}}};
  auto read = parse_signatures(write_signatures(saved));
  REQUIRE(read);
  CHECK(read->at("a@1.0.0").signatures[0].signature == kVectors[0].signature);
  CHECK(read->at("a@1.0.0").published == "2023-01-01");
  CHECK(read->at("b@1.0.0").signatures.empty());
  CHECK(parse_signatures("{}").error().code == "signatures-malformed");
  CHECK(parse_signatures(R"({"version":2,"packages":{}})").error().code == "signatures-malformed");
}

TEST_CASE("a registry's metadata says who signed a version, and when it was published") {
  std::string text = R"({"time":{"1.0.0":"2023-01-01"},"versions":{"1.0.0":{"dist":{
      "signatures":[{"keyid":"k","sig":"s"},{"keyid":1}]}}}})";
  auto found = signatures_in_metadata(text, "1.0.0");
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->signatures.size() == 1);
  CHECK((*found)->published == "2023-01-01");
  CHECK_FALSE(signatures_in_metadata(text, "2.0.0").value());
}

TEST_CASE("signatures are asked for when they are required, and a saved one is always checked") {
  World world;
  auto unasked = world.check(SignaturePolicy::kWherePresent, {});
  REQUIRE(unasked);
  CHECK(unasked->packages == 0);
  CHECK(world.registry.requests().empty());

  CHECK(world.check(SignaturePolicy::kRequired, {}).error().code == "signature-missing");
  REQUIRE(world.registry.requests().size() == 1);
  CHECK(world.registry.requests()[0].path == "/@scope%2fa");
  CHECK(world.check(SignaturePolicy::kRequired, {}, Network::kOffline).error().code ==
        "offline-missing");
  SavedSignatures saved{{"@scope/a@1.0.0", signed_on(kVectors[0], "2023-01-01")}};
  auto wrong = world.check(SignaturePolicy::kWherePresent, saved);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "signature-invalid");
  CHECK(wrong.error().kind == ErrorKind::kIntegrity);
}
