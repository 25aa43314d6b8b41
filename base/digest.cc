#include "base/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>

#include "base/hex_value.h"
#include "base/mapped_file.h"

namespace ingot {
namespace {

// Fetched once and never given back: OpenSSL looks `EVP_sha512()` up anew for each digest, which
// costs as much as hashing 1 KB.
template <DigestAlgorithm algorithm>
const EVP_MD* fetched() {
  static const EVP_MD* const found =
      EVP_MD_fetch(nullptr, std::string(digest_name(algorithm)).c_str(), nullptr);
  INGOT_CHECK(found != nullptr);
  return found;
}

const EVP_MD* evp(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kMd5:
      return fetched<DigestAlgorithm::kMd5>();
    case DigestAlgorithm::kSha1:
      return fetched<DigestAlgorithm::kSha1>();
    case DigestAlgorithm::kSha256:
      return fetched<DigestAlgorithm::kSha256>();
    case DigestAlgorithm::kSha384:
      return fetched<DigestAlgorithm::kSha384>();
    case DigestAlgorithm::kSha512:
      return fetched<DigestAlgorithm::kSha512>();
  }
  return fetched<DigestAlgorithm::kSha256>();
}

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> make_base64_values() {
  std::array<int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (size_t i = 0; i < kBase64Alphabet.size(); ++i)
    values[static_cast<uint8_t>(kBase64Alphabet[i])] = static_cast<int8_t>(i);
  return values;
}
constexpr auto kBase64Values = make_base64_values();

}  // namespace

std::string_view digest_name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kMd5:
      return "md5";
    case DigestAlgorithm::kSha1:
      return "sha1";
    case DigestAlgorithm::kSha256:
      return "sha256";
    case DigestAlgorithm::kSha384:
      return "sha384";
    case DigestAlgorithm::kSha512:
      return "sha512";
  }
  return "";
}

std::optional<DigestAlgorithm> digest_algorithm(std::string_view name) {
  for (auto algorithm : {DigestAlgorithm::kMd5, DigestAlgorithm::kSha1, DigestAlgorithm::kSha256,
                         DigestAlgorithm::kSha384, DigestAlgorithm::kSha512})
    if (digest_name(algorithm) == name) return algorithm;
  return std::nullopt;
}

size_t digest_size(DigestAlgorithm algorithm) {
  return static_cast<size_t>(EVP_MD_get_size(evp(algorithm)));
}

std::string Digest::hex() const {
  return to_hex(bytes);
}
std::string Digest::base64() const {
  return to_base64(bytes);
}

struct Hasher::Impl {
  DigestAlgorithm algorithm;
  EVP_MD_CTX* context;
};

Hasher::Hasher(DigestAlgorithm algorithm)
    : impl_(std::make_unique<Impl>(Impl{algorithm, EVP_MD_CTX_new()})) {
  INGOT_CHECK(impl_->context != nullptr);
  INGOT_CHECK(EVP_DigestInit_ex(impl_->context, evp(algorithm), nullptr) == 1);
}
Hasher::~Hasher() {
  if (impl_) EVP_MD_CTX_free(impl_->context);
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

void Hasher::update(ByteView bytes) {
  INGOT_CHECK(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
}

Digest Hasher::finish() {
  Digest digest{impl_->algorithm, Bytes(digest_size(impl_->algorithm))};
  INGOT_CHECK(EVP_DigestFinal_ex(impl_->context, digest.bytes.data(), nullptr) == 1);
  return digest;
}

Digest digest_of(DigestAlgorithm algorithm, ByteView bytes) {
  Hasher hasher(algorithm);
  Status hashed = in_parts(bytes, [&](ByteView part) -> Status {
    hasher.update(part);
    return {};
  });
  INGOT_CHECK(hashed);
  return hasher.finish();
}

std::optional<Digest> digest_of_file(DigestAlgorithm algorithm, const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  Hasher hasher(algorithm);
  std::array<uint8_t, size_t{64} << 10> part;
  ssize_t size = 0;
  while ((size = read(fd, part.data(), part.size())) > 0 || (size < 0 && errno == EINTR))
    if (size > 0) hasher.update(ByteView(part.data(), static_cast<size_t>(size)));
  close(fd);
  return size == 0 ? std::optional(hasher.finish()) : std::nullopt;
}

std::string sha256_hex(ByteView bytes) {
  return digest_of(DigestAlgorithm::kSha256, bytes).hex();
}

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '\0');
  auto next = out.begin();
  for (uint8_t byte : bytes) {
    *next++ = kDigits[byte >> 4];
    *next++ = kDigits[byte & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t group = 0;
  int bits = 0;
  for (uint8_t byte : bytes) {
    group = group << 8 | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += kBase64Alphabet[(group >> bits) & 63];
    }
  }
  if (bits > 0) out += kBase64Alphabet[(group << (6 - bits)) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  Bytes out(text.size() / 4 * 3 - padding);
  auto next = out.begin();
  uint32_t group = 0;
  int bits = 0;
  for (char c : text.substr(0, text.size() - padding)) {
    int value = kBase64Values[static_cast<uint8_t>(c)];
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *next++ = static_cast<uint8_t>(group >> bits);
    }
  }
  uint32_t unused = group & ((1u << bits) - 1);
  if (unused != 0) return std::nullopt;
  return out;
}

}  // namespace ingot
