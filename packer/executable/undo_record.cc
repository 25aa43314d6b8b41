#include "packer/executable/undo_record.h"

#include <algorithm>

namespace ingot {
namespace {

constexpr std::string_view kMagic = "INGOTUND";
constexpr uint32_t kVersion = 1;
constexpr uint64_t kLiteral = ~uint64_t{0};
constexpr uint64_t kHeaderSize = 24;
constexpr uint64_t kPieceSize = 16;

template <typename T>
void append(Bytes& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

Error malformed(const std::string& what) {
  return input_error("undo-malformed", "the record of the original executable " + what);
}

}  // namespace

Bytes encode_undo_record(const UndoRecord& record) {
  INGOT_CHECK(record.pieces.size() <= kMaxUndoPieces);
  Bytes out(kMagic.begin(), kMagic.end());
  append(out, kVersion);
  append(out, static_cast<uint32_t>(record.pieces.size()));
  append(out, record.original_size);
  for (const UndoPiece& piece : record.pieces) {
    append(out, piece.length);
    append(out, piece.source.value_or(kLiteral));
    out.insert(out.end(), piece.literal.begin(), piece.literal.end());
  }
  return out;
}

Result<UndoRecord> decode_undo_record(ByteView bytes) {
  if (bytes.size() < kHeaderSize || !bytes.text().starts_with(kMagic))
    return fail(malformed("is not there"));
  if (TRY(bytes.le<uint32_t>(8)) != kVersion) return fail(malformed("is of an unknown version"));
  uint32_t count = TRY(bytes.le<uint32_t>(12));
  if (count > kMaxUndoPieces) return fail(malformed("has too many pieces"));

  UndoRecord record;
  record.original_size = TRY(bytes.le<uint64_t>(16));
  uint64_t at = kHeaderSize;
  uint64_t total = 0;
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t length = TRY(bytes.le<uint64_t>(at));
    uint64_t source = TRY(bytes.le<uint64_t>(at + 8));
    at += kPieceSize;
    auto sum = checked_add(total, length);
    if (!sum) return fail(malformed("does not add up"));
    total = *sum;
    if (source != kLiteral) {
      record.copy(source, length);
      continue;
    }
    ByteView literal = TRY(bytes.slice(at, length));
    record.insert(Bytes(literal.begin(), literal.end()));
    at += length;
  }
  ByteView padding = TRY(bytes.slice_from(at));
  if (padding.size() >= kUndoPaddingLimit ||
      std::ranges::any_of(padding, [](uint8_t byte) { return byte != 0; }))
    return fail(malformed("has bytes after its end"));
  if (total != record.original_size) return fail(malformed("does not add up"));
  return record;
}

Status write_original(const UndoRecord& record, ByteView finished, const ByteSink& sink) {
  for (const UndoPiece& piece : record.pieces) {
    ByteView bytes = piece.literal;
    if (piece.source) bytes = TRY(finished.slice(*piece.source, piece.length));
    TRY(sink(bytes));
  }
  return {};
}

}  // namespace ingot
