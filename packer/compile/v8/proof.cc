#include "packer/compile/v8/proof.h"

#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/thread_pool.h"
#include "packer/compile/v8/canonical.h"
#include "packer/compile/v8/objects.h"

namespace ingot {
namespace {

// Bits of the header's source hash that tell what was compiled; the others are the length.
constexpr uint32_t kSourceKind = 0xE0000000;

template <typename T>
void append(Bytes& out, const T& value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof(value));
}

const SourcePositions* positions_of(const V8Version& version, uint32_t map) {
  for (const SourcePositions& positions : version.source_positions)
    if (positions.map == map) return &positions;
  return nullptr;
}

bool is_sized_by_positions(const V8Version& version, uint32_t map) {
  const SourcePositions* positions = positions_of(version, map);
  return positions != nullptr && positions->end == kToTheEnd;
}

// What is left of a field when the positions in it do not count.
void append_field(Bytes& out, const RawField& field, ByteView stream, const V8Version& version) {
  const SourcePositions* positions = positions_of(version, field.map);
  if (positions != nullptr && positions->end == kToTheEnd) return;
  const size_t start = out.size();
  const auto data = stream.begin() + static_cast<ptrdiff_t>(field.data);
  out.insert(out.end(), data, data + static_cast<ptrdiff_t>(field.size));
  if (positions == nullptr) return;
  const uint64_t end = std::min(field.offset + field.size, uint64_t{positions->end});
  for (uint64_t at = std::max(field.offset, uint64_t{positions->begin}); at < end; ++at)
    out[start + (at - field.offset)] = 0;
}

// All of a cache but the positions in its source: the same for sources that differ in nothing but
// the line ends.
Result<Bytes> without_positions(ByteView cache, const V8Version& version) {
  CodeCacheHeader header = TRY(read_code_cache_header(cache));
  const ByteView stream = TRY(cache.slice_from(sizeof(CodeCacheHeader)));
  header.source_hash &= kSourceKind;
  header.payload_size = 0;
  Bytes out;
  out.reserve(2 * cache.size());
  append(out, header);

  ObjectReader objects(stream, version);
  std::vector<RawField> fields;
  while (auto field = TRY(objects.next())) fields.push_back(*field);
  size_t field = 0, object = 0;
  TokenReader tokens(stream, version);
  for (Token token; tokens.next(token);) {
    if (token.kind == TokenKind::kNop) break;
    append(out, token.kind);
    append(out, token.a);
    if (token.kind == TokenKind::kRawData)
      append_field(out, fields[field++], stream, version);
    else if (token.kind != TokenKind::kNewObject ||
             !is_sized_by_positions(version, objects.maps()[object++]))
      append(out, token.b);
  }
  TRY(tokens.status());
  return out;
}

using Digests = std::vector<std::string>;

// Of all caches, in the form in which they are compared, sorted.
Result<Digests> digests(const std::vector<ByteView>& caches, BuiltinSources sources,
                        const V8Version& version, const CacheTranslation* translation) {
  Digests out(caches.size());
  TRY(parallel_for(caches.size(), [&](size_t i) -> Status {
    Bytes cache(caches[i].begin(), caches[i].end());
    TRY(canonicalize(cache, version));
    if (translation != nullptr) cache = TRY(translation->translate(cache));
    if (sources == BuiltinSources::kOtherLineEnds) cache = TRY(without_positions(cache, version));
    out[i] = sha256_hex(cache);
    return {};
  }));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<size_t> prove_translation(const CacheTranslation& translation, const NodeSnapshot& host,
                                 const NodeSnapshot& target, BuiltinSources sources) {
  const V8Version& version = translation.version();
  auto unproved = [](std::string why) {
    return fail(input_error("code-cache-unproved",
                            "translated code caches cannot be proved right: " + std::move(why)));
  };
  if (sources == BuiltinSources::kOtherLineEnds && version.source_positions.empty())
    return unproved("where V8 " + std::string(version.name) + " keeps positions is not known");
  if (host.code_caches.empty()) return unproved("the host's Node has none of its own");
  if (host.code_caches.size() != target.code_caches.size())
    return unproved("Node has " + std::to_string(host.code_caches.size()) +
                    " of its own on the host, " + std::to_string(target.code_caches.size()) +
                    " on the target");
  const Digests ours = TRY(digests(host.code_caches, sources, version, &translation));
  const Digests theirs = TRY(digests(target.code_caches, sources, version, nullptr));
  Digests wrong;
  std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      std::back_inserter(wrong));
  if (!wrong.empty())
    return unproved(std::to_string(wrong.size()) + " of Node's own " + std::to_string(ours.size()) +
                    " come out other than the target's");
  return ours.size();
}

}  // namespace ingot
