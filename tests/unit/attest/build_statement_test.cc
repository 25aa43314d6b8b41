#include "packer/attest/build_statement.h"

#include <catch2/catch.hpp>

#include "base/json.h"
#include "tests/unit/attest/throwaway_key.h"

using namespace ingot;

namespace {

const std::string kDigest(64, 'a');
const std::string kOther(64, 'b');

BuildStatement sample() {
  return {{{"app", "", {{"sha256", kDigest}}}, {"app.exe", "", {{"sha256", kOther}}}},
          {{"targets", {"linux-x64", "win-x64"}}, {"strip", {"true"}}},
          {{"package-lock.json", "", {{"sha256", kOther}}},
           {"alpha@1.0.0", "pkg:npm/alpha@1.0.0", {{"sha512", "00"}}}},
          "urn:example:builder",
          "0.1.0",
          ""};
}

std::string code_of(const Result<BuildClaim>& claim) {
  return claim ? "" : claim.error().code;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a statement has the members that in-toto and SLSA give it") {
  std::string text = write_statement(sample());
  CHECK(
      text ==
      R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":")" +
          kDigest + R"("}},{"name":"app.exe","digest":{"sha256":")" + kOther +
          R"("}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{)"
          R"("buildType":"urn:ingot:build-type:1","externalParameters":{"targets":["linux-x64",)"
          R"("win-x64"],"strip":["true"]},"resolvedDependencies":[{"name":"package-lock.json",)"
          R"("digest":{"sha256":")" +
          kOther +
          R"("}},{"name":"alpha@1.0.0","uri":"pkg:npm/alpha@1.0.0","digest":{"sha512":"00"}}]},)"
          R"("runDetails":{"builder":{"id":"urn:example:builder","version":{"ingot":"0.1.0"}}}}})"
          "\n");
  BuildStatement dated = sample();
  dated.started_on = "2026-01-31T12:00:00Z";
  CHECK(write_statement(dated).find(R"("metadata":{"startedOn":"2026-01-31T12:00:00Z"})") !=
        std::string::npos);
}

TEST_CASE("a statement is about the files whose digests it has") {
  Envelope envelope{std::string(kStatementType), write_statement(sample())};
  auto claim = claim_about(envelope, kOther);
  REQUIRE(claim);
  CHECK(claim->subject == "app.exe");
  CHECK(claim->builder_id == "urn:example:builder");
  CHECK(claim->dependencies == 2);
  auto other = claim_about(envelope, std::string(64, 'c'));
  CHECK(code_of(other) == "provenance-other-file");
  CHECK(other.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("another statement, even one that is signed, is no provenance") {
  const std::string text = write_statement(sample());
  const std::string type(kStatementType);
  for (const Envelope& envelope :
       {Envelope{"application/json", text}, Envelope{type, "{}"}, Envelope{type, "[]"},
        Envelope{type, replaced(text, "Statement/v1", "Statement/v2")},
        Envelope{type, replaced(text, "provenance/v1", "provenance/v0.2")},
        Envelope{type, replaced(text, "build-type:1", "build-type:2")},
        Envelope{type, replaced(text, "\"builder\"", "\"builders\"")},
        Envelope{type, replaced(text, "\"subject\"", "\"subjects\"")}})
    CHECK(code_of(claim_about(envelope, kDigest)) == "provenance-malformed");
}

TEST_CASE("of several envelopes the one that is signed by the key and about the file counts") {
  ThrowawayKey mine, theirs;
  BuildStatement elsewhere = sample();
  elsewhere.subjects.clear();
  auto line = [&](const ThrowawayKey& key, const BuildStatement& statement) {
    return *write_envelope(kStatementType, write_statement(statement), key.private_key());
  };
  const PublicKey key = mine.public_key();
  std::string good = line(mine, sample());
  CHECK(code_of(find_claim(good, "f", kDigest, key)) == "");
  CHECK(code_of(find_claim(line(theirs, sample()) + "\n" + line(mine, elsewhere) + good, "f",
                           kDigest, key)) == "");
  CHECK(code_of(find_claim(line(theirs, sample()), "f", kDigest, key)) == "envelope-key-other");
  CHECK(code_of(find_claim(line(mine, elsewhere), "f", kDigest, key)) == "provenance-other-file");
  CHECK(code_of(find_claim("\n \n", "f", kDigest, key)) == "provenance-malformed");
}
