#include "lockfile/integrity.h"

#include <algorithm>
#include <optional>

namespace ingot {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

// From weak to strong; the position in this list is the strength.
constexpr DigestAlgorithm kByStrength[] = {DigestAlgorithm::kSha1, DigestAlgorithm::kSha256,
                                           DigestAlgorithm::kSha384, DigestAlgorithm::kSha512};

size_t strength(DigestAlgorithm algorithm) {
  return static_cast<size_t>(std::ranges::find(kByStrength, algorithm) - std::begin(kByStrength));
}

Result<Digest> parse_hash(std::string_view token) {
  size_t dash = token.find('-');
  if (dash == std::string_view::npos)
    return fail(integrity_error(
        "integrity-syntax", "\"" + std::string(token) + "\" is not of the form algorithm-base64"));
  std::string_view name = token.substr(0, dash);
  // Options after '?' carry no meaning yet (SRI section 3.5), so they change nothing.
  std::string_view encoded = token.substr(dash + 1);
  encoded = encoded.substr(0, encoded.find('?'));

  auto algorithm = digest_algorithm(name);
  if (!algorithm || *algorithm == DigestAlgorithm::kMd5)
    return fail(integrity_error("integrity-algorithm", "the integrity algorithm \"" +
                                                           std::string(name) + "\" proves nothing")
                    .hinted("use sha512, as `npm install` writes it today"));
  auto bytes = from_base64(encoded);
  if (!bytes)
    return fail(integrity_error("integrity-syntax",
                                "\"" + std::string(token) + "\" does not hold canonical base64"));
  if (bytes->size() != digest_size(*algorithm))
    return fail(integrity_error(
        "integrity-syntax",
        "\"" + std::string(token) + "\" holds " + std::to_string(bytes->size()) + " bytes where " +
            std::string(name) + " has " + std::to_string(digest_size(*algorithm))));
  return Digest{*algorithm, std::move(*bytes)};
}

}  // namespace

Result<Integrity> Integrity::parse(std::string_view text) {
  Integrity integrity;
  while (true) {
    size_t start = text.find_first_not_of(kWhiteSpace);
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    std::string_view token = text.substr(0, text.find_first_of(kWhiteSpace));
    text.remove_prefix(token.size());
    Digest digest = TRY(parse_hash(token));
    if (std::ranges::find(integrity.digests_, digest) == integrity.digests_.end())
      integrity.digests_.push_back(std::move(digest));
  }
  if (integrity.empty())
    return fail(integrity_error("integrity-syntax", "the integrity is there, but holds no hash"));
  if (integrity.digests_.size() > 1)
    std::ranges::stable_sort(integrity.digests_, [](const Digest& a, const Digest& b) {
      return strength(a.algorithm) > strength(b.algorithm);
    });
  return integrity;
}

Integrity Integrity::of(Digest digest) {
  Integrity integrity;
  integrity.digests_.push_back(std::move(digest));
  return integrity;
}

const Digest& Integrity::strongest() const {
  INGOT_CHECK(!digests_.empty());
  return digests_.front();
}

bool Integrity::is_strong() const {
  return !empty() && strength(strongest().algorithm) >= strength(DigestAlgorithm::kSha256);
}

std::string Integrity::text() const {
  std::string out;
  for (const Digest& digest : digests_) {
    if (!out.empty()) out += ' ';
    out += std::string(digest_name(digest.algorithm)) + '-' + digest.base64();
  }
  return out;
}

Result<Digest> Integrity::verify(ByteView bytes) const {
  if (empty())
    return fail(
        integrity_error("integrity-missing", "there is no digest to check the bytes against"));
  // The digests are sorted, so those of one algorithm lie side by side.
  std::optional<Digest> strongest;
  for (auto first = digests_.begin(); first != digests_.end();) {
    auto last = std::find_if(first, digests_.end(), [&](const Digest& digest) {
      return digest.algorithm != first->algorithm;
    });
    Digest actual = digest_of(first->algorithm, bytes);
    if (std::find(first, last, actual) == last) {
      std::string expected;
      for (auto digest = first; digest != last; ++digest)
        expected += (expected.empty() ? "" : " or ") + of(*digest).text();
      return fail(integrity_error("integrity-mismatch", "the bytes are not the ones promised")
                      .note("expected " + expected)
                      .note("actual   " + of(actual).text()));
    }
    if (!strongest) strongest = std::move(actual);
    first = last;
  }
  return std::move(*strongest);
}

}  // namespace ingot
