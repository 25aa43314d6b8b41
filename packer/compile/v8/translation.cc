#include "packer/compile/v8/translation.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <tuple>

#include "packer/compile/v8/number30.h"
#include "packer/compile/v8/tokens.h"

namespace ingot {
namespace {

constexpr uint8_t kReadOnlyHeapOpcode = 0x05;
constexpr uint8_t kNopOpcode = 0x0A;
// V8 reads numbers four bytes at a time, and wants whole words.
constexpr size_t kMinNops = 3;
constexpr size_t kStreamAlignment = 8;

// V8's hash is part of the string, so a place that only looks like a string is not taken for one.
auto content_of(const ReadOnlyString& string) {
  return std::tie(string.text, string.hash);
}

using ReferenceWords = std::array<uint32_t, 5>;
constexpr uint32_t kMaxNumber = (1u << 30) - 1;  // number30.h

void append_words(Bytes& out, std::initializer_list<uint32_t> words) {
  for (uint32_t word : words)
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(word >> shift));
}

Error untranslatable(const std::string& why) {
  return input_error("code-cache-untranslatable", "the code cache refers to " + why);
}

}  // namespace

Result<CacheTranslation> CacheTranslation::between(const NodeSnapshot& host,
                                                   const NodeSnapshot& target) {
  if (host.version != target.version)
    return fail(input_error("code-cache-version", "the Node binaries have V8 " +
                                                      std::string(host.version->name) + " and " +
                                                      std::string(target.version->name)));
  const ReadOnlyHeap from = TRY(ReadOnlyHeap::read(host.read_only, *host.version));
  const ReadOnlyHeap to = TRY(ReadOnlyHeap::read(target.read_only, *target.version));
  std::vector<ReadOnlyString> sought(to.strings().begin(), to.strings().end());
  auto by_content = [](const ReadOnlyString& a, const ReadOnlyString& b) {
    return content_of(a) < content_of(b);
  };
  std::sort(sought.begin(), sought.end(), by_content);

  CacheTranslation translation(*host.version);
  translation.host_checksum_ = host.read_only_checksum;
  translation.target_checksum_ = target.read_only_checksum;
  for (const ReadOnlyString& string : from.strings()) {
    const auto [first, last] = std::equal_range(sought.begin(), sought.end(), string, by_content);
    Reference reference{string.place, {}, last - first == 1};
    if (reference.in_target) reference.target = first->place;
    translation.references_.push_back(reference);
  }
  return translation;
}

Result<ReadOnlyPlace> CacheTranslation::translate(ReadOnlyPlace place) const {
  const auto found = std::lower_bound(
      references_.begin(), references_.end(), place,
      [](const Reference& reference, ReadOnlyPlace sought) { return reference.host < sought; });
  if (found == references_.end() || found->host != place)
    return fail(untranslatable("something in V8's read-only heap that is no string"));
  if (!found->in_target) return fail(untranslatable("a string that V8 has on this platform alone"));
  return found->target;
}

Bytes CacheTranslation::serialize() const {
  Bytes out;
  append_words(out, {version_->version_hash, host_checksum_, target_checksum_});
  for (const Reference& reference : references_)
    append_words(out, {reference.host.page, reference.host.offset, reference.in_target ? 1u : 0u,
                       reference.target.page, reference.target.offset});
  return out;
}

Result<CacheTranslation> CacheTranslation::parse(ByteView bytes) {
  auto malformed = [] {
    return fail(input_error("translation-malformed", "this is no translation of code caches"));
  };
  auto head = bytes.record<std::array<uint32_t, 3>>(0);
  if (!head || (bytes.size() - sizeof(*head)) % sizeof(ReferenceWords) != 0) return malformed();
  auto version = find_v8_version((*head)[0]);
  if (!version) return malformed();
  CacheTranslation translation(**version);
  translation.host_checksum_ = (*head)[1];
  translation.target_checksum_ = (*head)[2];
  for (uint64_t at = sizeof(*head); at < bytes.size(); at += sizeof(ReferenceWords)) {
    const auto words = TRY(bytes.record<ReferenceWords>(at));
    const Reference reference{{words[0], words[1]}, {words[3], words[4]}, words[2] == 1};
    auto& references = translation.references_;
    if (words[2] > 1 || reference.target.page > kMaxNumber ||
        reference.target.offset > kMaxNumber ||
        (!references.empty() && references.back().host >= reference.host))
      return malformed();
    references.push_back(reference);
  }
  return translation;
}

Result<Bytes> CacheTranslation::translate(ByteView cache) const {
  CodeCacheHeader header = TRY(read_code_cache_header(cache));
  if (header.version_hash != version_->version_hash)
    return fail(input_error("code-cache-version",
                            "the code cache is not of V8 " + std::string(version_->name)));
  if (header.read_only_checksum != host_checksum_)
    return fail(input_error("code-cache-foreign", "the code cache is of another Node binary"));
  const ByteView stream = TRY(cache.slice_from(sizeof(CodeCacheHeader)));

  Bytes out(sizeof(CodeCacheHeader));
  out.reserve(cache.size() + cache.size() / 16);  // references grow by a byte at most, now and then
  uint64_t copied = 0;                            // up to here in the stream
  auto copy_to = [&](uint64_t end) {
    out.insert(out.end(), stream.begin() + static_cast<ptrdiff_t>(copied),
               stream.begin() + static_cast<ptrdiff_t>(end));
    copied = end;
  };
  TokenReader tokens(stream, *version_);
  uint64_t end = 0;  // of the last token that is no padding
  for (Token token; tokens.next(token);) {
    if (token.kind == TokenKind::kNop) continue;
    if (end != token.start)
      return fail(input_error("code-cache-malformed", "the code cache has padding in the middle"));
    end = token.end;
    if (token.kind != TokenKind::kReadOnlyHeapReference) continue;
    const ReadOnlyPlace place = TRY(translate(ReadOnlyPlace{token.a, token.b}));
    copy_to(token.start);
    copied = token.end;
    out.push_back(kReadOnlyHeapOpcode);
    append_number30(out, place.page);
    append_number30(out, place.offset);
  }
  TRY(tokens.status());
  copy_to(end);
  out.resize(align_up(out.size() + kMinNops, kStreamAlignment), kNopOpcode);

  header.read_only_checksum = target_checksum_;
  header.payload_size = static_cast<uint32_t>(out.size() - sizeof(CodeCacheHeader));
  std::memcpy(out.data(), &header, sizeof(header));
  return out;
}

}  // namespace ingot
