// Subresource Integrity as lockfiles use it, read strictly.
//
// Source of the format: W3C "Subresource Integrity" (metadata, section 3.5) in npm's dialect:
// hashes separated by white space, each `algorithm "-" base64 ["?" options]`. Unlike npm, an
// integrity in which no hash can be used is an error, not "no integrity", and when several
// algorithms are listed every one of them has to match.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace ingot {

class Integrity {
 public:
  Integrity() = default;

  // Unknown algorithms, md5, a wrong digest length or loose base64 are refused by name.
  static Result<Integrity> parse(std::string_view text);
  static Integrity of(Digest digest);

  bool empty() const { return digests_.empty(); }
  const std::vector<Digest>& digests() const { return digests_; }
  // The strongest digest listed; there has to be one.
  const Digest& strongest() const;
  // sha256 or better. sha1 alone is a weak proof, and is reported as such.
  bool is_strong() const;
  std::string text() const;

  // Whether the bytes are the ones promised: for each algorithm listed, one of its digests matches.
  // The strongest digest that they have. The error (kIntegrity, "integrity-mismatch") names
  // expected and actual digest.
  Result<Digest> verify(ByteView bytes) const;

  bool operator==(const Integrity&) const = default;

 private:
  std::vector<Digest> digests_;  // strongest first
};

}  // namespace ingot
