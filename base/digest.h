// Cryptographic digests and the encodings they are written in.
//
// Owns hashing (by OpenSSL) and strict hex and base64. Never decides which algorithm is good
// enough: that is policy, and lives with its users (lockfile/integrity.h).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_view.h"

namespace ingot {

enum class DigestAlgorithm { kMd5, kSha1, kSha256, kSha384, kSha512 };

// "sha512" and so on, as SRI writes them.
std::string_view digest_name(DigestAlgorithm algorithm);
std::optional<DigestAlgorithm> digest_algorithm(std::string_view name);
size_t digest_size(DigestAlgorithm algorithm);

struct Digest {
  DigestAlgorithm algorithm = DigestAlgorithm::kSha256;
  Bytes bytes;

  std::string hex() const;
  std::string base64() const;
  bool operator==(const Digest&) const = default;
};

// Hashes a stream piece by piece.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(ByteView bytes);
  Digest finish();  // once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Digest digest_of(DigestAlgorithm algorithm, ByteView bytes);
std::string sha256_hex(ByteView bytes);
// Read, not mapped, which is faster for small files; nothing when it cannot be read.
std::optional<Digest> digest_of_file(DigestAlgorithm algorithm, const std::string& path);

// Lower-case hex. `from_hex` takes either case and refuses anything else.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648 section 4 with padding. `from_base64` refuses white space, missing padding and bits set
// in the unused part of the last character, so every digest has exactly one spelling.
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace ingot
