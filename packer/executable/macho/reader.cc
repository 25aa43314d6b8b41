#include "packer/executable/macho/reader.h"

#include <algorithm>

namespace ingot::macho {
namespace {

constexpr uint32_t kMagic32 = 0xfeedface;
constexpr uint32_t kFatMagic32 = 0xcafebabe;
constexpr uint32_t kFatMagic64 = 0xcafebabf;
// Java's class files begin like a fat file does, followed by a version of 45 or more in the place
// of the number of architectures.
constexpr uint32_t kMaxFatArchitectures = 44;

enum class Kind { kNone, kThin64, kThin32, kBigEndian, kFat };

Kind kind_of(ByteView file) {
  auto magic = file.le<uint32_t>(0);
  auto swapped = file.be<uint32_t>(0);
  auto count = file.be<uint32_t>(4);
  if (!magic || !swapped) return Kind::kNone;
  if (*magic == kMagic64) return Kind::kThin64;
  if (*magic == kMagic32) return Kind::kThin32;
  if (*swapped == kMagic64 || *swapped == kMagic32) return Kind::kBigEndian;
  bool fat = *swapped == kFatMagic32 || *swapped == kFatMagic64;
  return fat && count && *count <= kMaxFatArchitectures ? Kind::kFat : Kind::kNone;
}

Status check_kind(ByteView file) {
  switch (kind_of(file)) {
    case Kind::kThin64:
      return {};
    case Kind::kThin32:
      return fail(input_error("macho-wrong-class", "this Mach-O executable is not a 64-bit one"));
    case Kind::kBigEndian:
      return fail(
          input_error("macho-wrong-byte-order", "this Mach-O executable is not little-endian"));
    case Kind::kFat:
      return fail(input_error("macho-fat", "this Mach-O file holds executables for several CPUs")
                      .hinted("take the one that is wanted out of it with 'lipo -thin'"));
    case Kind::kNone:
      return fail(input_error("macho-not-macho", "this is not a Mach-O executable"));
  }
  __builtin_unreachable();
}

Error bad_segment(const char* code, const Segment& segment, const char* what) {
  return input_error(code, "segment " + std::string(name_text(segment.name)) +
                               " of the Mach-O executable " + what);
}

Status check_section(const Section& section, const Segment& segment) {
  auto end = checked_add(section.address, section.size);
  if (section.address < segment.address || !end || *end - segment.address > segment.memory_size)
    return fail(bad_segment("macho-malformed", segment, "has a section outside it"));
  if (section.relocation_count != 0)
    return fail(bad_segment("macho-malformed", segment, "has relocations, as no executable has"));
  if (!section.has_file_bytes()) return {};
  uint64_t place = section.address - segment.address;
  if (section.offset != segment.offset + place || place + section.size > segment.file_size)
    return fail(bad_segment("macho-malformed", segment, "has a section that is misplaced"));
  return {};
}

Status check_segment(const SegmentView& view, uint64_t page, uint64_t file_size) {
  const Segment& segment = view.segment;
  auto end = checked_add(segment.offset, segment.file_size);
  if (!end || *end > file_size)
    return fail(bad_segment("macho-segment-outside-file", segment, "is not inside the file"));
  if (segment.file_size > segment.memory_size || !checked_add(segment.address, segment.memory_size))
    return fail(bad_segment("macho-malformed", segment, "has impossible sizes"));
  if (segment.address % page != 0 || (segment.file_size != 0 && segment.offset % page != 0))
    return fail(
        bad_segment("macho-segment-misaligned", segment, "does not begin where a page does"));
  for (const Section& section : view.sections) TRY(check_section(section, segment));
  return {};
}

}  // namespace

Status check_image(const Image& image) {
  if (image.header.type != kTypeExecute)
    return fail(input_error("macho-not-executable", "this Mach-O file is no executable"));
  uint64_t page = page_size_of(image.header.cpu);
  uint64_t file_end = 0;
  uint64_t memory_end = 0;
  for (const SegmentView& view : image.segments) {
    const Segment& segment = view.segment;
    TRY(check_segment(view, page, image.file_size));
    if (segment.address < memory_end || (segment.file_size != 0 && segment.offset < file_end))
      return fail(bad_segment("macho-segments-overlap", segment, "overlaps one before it"));
    memory_end = segment.address + segment.memory_size;
    file_end = std::max(file_end, segment.offset + segment.file_size);
  }
  return {};
}

Result<Image> read_macho(ByteView file) {
  TRY(check_kind(file));
  Image image = TRY(decode_image(file, file.size()));
  TRY(check_image(image));
  return image;
}

Result<ByteView> signature_in(const Image& image, ByteView file) {
  const Command* command = image.command(kCodeSignature);
  if (command == nullptr)
    return fail(input_error("macho-signature-malformed", "the Mach-O executable is not signed"));
  return file.slice(field(*command, 8), field(*command, 12));
}

bool looks_like_macho(ByteView file) {
  return kind_of(file) != Kind::kNone;
}

}  // namespace ingot::macho
