#include "packer/executable/macho/check_linkedit.h"

#include <algorithm>

namespace ingot::macho {
namespace {

enum Type : uint32_t {
  kSymbols = 0x2,
  kDynamicSymbols = 0xb,
  kSignature = 0x1d,
  kSplitInfo = 0x1e,
  kInfo = 0x22,
  kFunctionStarts = 0x26,
  kDataInCode = 0x29,
  kInfoOnly = 0x80000022,
  kExports = 0x80000033,
  kFixups = 0x80000034,
};

struct Part {
  uint64_t offset = 0;  // in the file
  uint64_t size = 0;    // bytes
  uint64_t alignment = 1;
  bool is_signature = false;
};

// Adds the part that a pair of u32 names: an offset, and a count of items.
Status add_part(const LoadedCommand& command, uint64_t offset_at, uint64_t count_at, uint64_t item,
                uint64_t alignment, std::vector<Part>& parts) {
  auto offset = command.bytes.le<uint32_t>(offset_at);
  auto count = command.bytes.le<uint32_t>(count_at);
  TRY(require(offset && count, "a load command is too short"));
  if (*offset == 0 && *count == 0) return {};
  parts.push_back({*offset, *count * item, alignment, command.type == kSignature});
  return {};
}

Status add_parts(const LoadedCommand& command, std::vector<Part>& parts) {
  switch (command.type) {
    case kSymbols:
      TRY(add_part(command, 8, 12, 16, 8, parts));
      return add_part(command, 16, 20, 1, 1, parts);
    case kDynamicSymbols:
      TRY(add_part(command, 32, 36, 8, 4, parts));
      TRY(add_part(command, 40, 44, 56, 8, parts));
      TRY(add_part(command, 48, 52, 4, 4, parts));
      TRY(add_part(command, 56, 60, 4, 4, parts));
      TRY(add_part(command, 64, 68, 8, 4, parts));
      return add_part(command, 72, 76, 8, 4, parts);
    case kInfo:
    case kInfoOnly:
      for (uint64_t at = 8; at < 48; at += 8) TRY(add_part(command, at, at + 4, 1, 8, parts));
      return {};
    case kSignature:
      return add_part(command, 8, 12, 1, 16, parts);
    case kSplitInfo:
    case kFunctionStarts:
    case kDataInCode:
    case kExports:
    case kFixups:
      return add_part(command, 8, 12, 1, 8, parts);
    default:
      return {};
  }
}

Status check_parts(const std::vector<Part>& parts, const LoadedSegment& linkedit) {
  uint64_t at = linkedit.offset;
  for (const Part& part : parts) {
    TRY(require(part.offset >= linkedit.offset, "a table for dyld is not in __LINKEDIT"));
    TRY(require(part.offset % part.alignment == 0, "a table for dyld is misaligned"));
    TRY(require(part.offset >= at, "tables for dyld overlap"));
    at = part.offset + part.size;
    TRY(require(at <= linkedit.offset + linkedit.file_size,
                "a table for dyld is not in __LINKEDIT"));
  }
  TRY(require(!parts.empty() && parts.back().is_signature,
              "the code signature is not the last part of __LINKEDIT"));
  return require(at == linkedit.offset + linkedit.file_size,
                 "there are bytes after the code signature");
}

Status check_symbols(const LoadedImage& image) {
  const LoadedCommand* symbols = image.command(kSymbols);
  const LoadedCommand* dynamic = image.command(kDynamicSymbols);
  TRY(require(image.count(kSymbols) == 1 && image.count(kDynamicSymbols) == 1,
              "there is not exactly one table of symbols"));
  uint32_t count = TRY(symbols->bytes.le<uint32_t>(12));
  for (uint64_t at : {8, 16, 24}) {  // local, defined, undefined symbols
    uint64_t first = TRY(dynamic->bytes.le<uint32_t>(at));
    uint64_t size = TRY(dynamic->bytes.le<uint32_t>(at + 4));
    TRY(require(first + size <= count, "there are fewer symbols than dyld is told"));
  }
  return {};
}

// One dyld_chained_starts_in_segment, `bytes` being all that follows its beginning.
Status check_starts(ByteView bytes, const LoadedSegment& segment, uint64_t base) {
  auto size = bytes.le<uint32_t>(0);
  auto page_size = bytes.le<uint16_t>(4);
  auto format = bytes.le<uint16_t>(6);
  auto offset = bytes.le<uint64_t>(8);
  auto pages = bytes.le<uint16_t>(20);
  TRY(require(size && pages, "the starts of chained fixups are cut off"));
  TRY(require(*size >= 22 + uint64_t{2} * *pages && *size <= bytes.size(),
              "the starts of chained fixups are too short"));
  TRY(require(*page_size == 0x1000 || *page_size == 0x4000, "chained fixups of odd pages"));
  // DYLD_CHAINED_PTR_64 and _64_OFFSET: what linkers write for the main executable.
  TRY(require(*format == 2 || *format == 6, "chained fixups of an unknown format"));
  TRY(require(*offset == segment.address - base, "chained fixups are of another segment"));
  return require(uint64_t{*pages} * *page_size <= align_up(segment.memory_size, *page_size),
                 "chained fixups are of more pages than the segment has");
}

Status check_fixups(const LoadedImage& image, ByteView file) {
  const LoadedCommand* command = image.command(kFixups);
  if (command == nullptr) return {};
  TRY(require(image.count(kFixups) == 1, "there are chained fixups twice"));
  TRY(require(image.command(kInfo) == nullptr && image.command(kInfoOnly) == nullptr,
              "there are two kinds of fixups"));
  uint32_t offset = TRY(command->bytes.le<uint32_t>(8));
  ByteView data = TRY(file.slice(offset, TRY(command->bytes.le<uint32_t>(12))));
  auto format = data.le<uint32_t>(20);
  auto symbols_format = data.le<uint32_t>(24);
  TRY(require(format && symbols_format, "the chained fixups are cut off"));
  TRY(require(*data.le<uint32_t>(0) == 0 && *format >= 1 && *format <= 3 && *symbols_format == 0,
              "chained fixups of an unknown version"));
  uint64_t starts = *data.le<uint32_t>(4);
  uint64_t imports = *data.le<uint32_t>(8);
  uint64_t symbols = *data.le<uint32_t>(12);
  uint64_t item = *format == 1 ? 4 : *format == 2 ? 8 : 16;
  uint64_t imports_size = *data.le<uint32_t>(16) * item;
  TRY(require(starts >= 28 && starts % 4 == 0 && starts < imports &&
                  imports + imports_size <= symbols && symbols <= data.size(),
              "the parts of the chained fixups overlap"));

  ByteView lists = TRY(data.slice(starts, imports - starts));
  auto count = lists.le<uint32_t>(0);
  TRY(require(count && *count == image.segments.size(),
              "the chained fixups do not know the number of segments"));
  const LoadedSegment* text = image.segment("__TEXT");
  for (uint32_t i = 0; i < *count; ++i) {
    auto start = lists.le<uint32_t>(4 + uint64_t{4} * i);
    TRY(require(start.has_value(), "the chained fixups are cut off"));
    if (*start == 0) continue;
    TRY(require(*start >= 4 + 4 * *count && *start < lists.size() && *start % 4 == 0,
                "the starts of chained fixups are misplaced"));
    TRY(require((image.segments[i].protection & 2) != 0, "fixups in memory that is not writable"));
    TRY(check_starts(TRY(lists.slice_from(*start)), image.segments[i], text->address));
  }
  return {};
}

}  // namespace

Status check_linkedit(const LoadedImage& image, ByteView file) {
  std::vector<Part> parts;
  for (const LoadedCommand& command : image.commands) TRY(add_parts(command, parts));
  std::ranges::stable_sort(
      parts, {}, [](const Part& part) { return std::pair(part.offset, part.offset + part.size); });
  TRY(require(image.count(kSignature) == 1, "there is not exactly one code signature"));
  TRY(check_parts(parts, *image.segment("__LINKEDIT")));
  TRY(check_symbols(image));
  return check_fixups(image, file);
}

}  // namespace ingot::macho
