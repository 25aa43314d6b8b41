#include "packer/executable/macho/library.h"

#include <algorithm>

#include "packer/executable/fuse.h"
#include "packer/executable/macho/chained_fixups.h"
#include "packer/executable/macho/layout.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/signature_plan.h"
#include "packer/executable/macho/writer.h"

namespace ingot::macho {
namespace {

constexpr uint8_t kSetFuse = '1';
constexpr uint64_t kUndoAlignment = 16;
constexpr uint32_t kEntryAt = 8;  // in LC_MAIN: of the main function, 64 bits
constexpr std::string_view kIdentifier = "node";

Error no_library(const char* why) {
  return input_error("macho-no-library",
                     std::string("this Node binary cannot be made a bundle: ") + why)
      .hinted("official Node binaries can; build without --compact");
}

Error damaged() {
  return integrity_error("compact-damaged",
                         "the compressed Node.js runtime was made of no Node binary");
}

void replace(Bytes& file, uint64_t offset, ByteView bytes) {
  INGOT_CHECK(offset + bytes.size() <= file.size());
  std::ranges::copy(bytes, file.begin() + static_cast<ptrdiff_t>(offset));
}

Result<uint32_t> entry_of(const Image& program) {
  const Command* main = program.command(kMain);
  if (main == nullptr) return fail(no_library("it has no main function"));
  auto entry = ByteView(main->bytes).le<uint64_t>(kEntryAt);
  if (!entry || *entry > ~uint32_t{0}) return fail(no_library("it has no main function"));
  return static_cast<uint32_t>(*entry);
}

// The header of the bundle, which is decoded again: the places of the commands have changed.
Result<Image> library_image(const Image& program) {
  const SegmentView& first = program.segments.front();
  if (name_text(first.segment.name) != kPageZeroSegment || !first.sections.empty())
    return fail(no_library("its first segment is not __PAGEZERO"));
  Header header = program.header;
  header.type = kTypeBundle;
  header.flags &= ~kPositionIndependent;
  std::vector<Command> commands;
  for (size_t i = 0; i < program.commands.size(); ++i) {
    const Command& command = program.commands[i];
    if (i != first.command && command.type != kLoadDylinker && command.type != kMain)
      commands.push_back(command);
  }
  return decode_image(encode_header(header, commands), program.file_size);
}

}  // namespace

Result<Library> make_library(ByteView program) {
  Template original = TRY(template_parts(program, TRY(read_macho(program)),  //
                                         TRY(find_unset_fuse(program))));
  TemplatePlaces places = TRY(template_places(original.image));
  if (original.fixups_head.empty()) return fail(no_library("it has no chained fixups"));
  Library out;
  out.entry = TRY(entry_of(original.image));
  Image image = TRY(library_image(original.image));

  ByteView kept = TRY(program.slice(0, places.content_end));
  out.bytes.assign(kept.begin(), kept.end());
  replace(out.bytes, 0, Bytes(original.image.header_size()));  // the new header is shorter
  out.bytes[original.fuse_offset] = kSetFuse;
  replace(out.bytes, places.fixups_offset,
          TRY(drop_first_segment(original.fixups_head, original.image.segments.size())));
  out.bytes.resize(align_up(out.bytes.size(), kUndoAlignment));
  std::ranges::copy(encode_undo_record(undo_of(original, places, 0, 0)),
                    std::back_inserter(out.bytes));

  SignatureContent signature;
  signature.flags = kAdHoc;
  signature.identifier = kIdentifier;
  signature.slots = {no_requirements()};
  signature.is_program = false;
  out.bytes = TRY(sign_in_memory(std::move(out.bytes), image, std::move(signature)));
  return out;
}

Result<Bytes> program_of(ByteView library) {
  Image image = TRY(decode_image(library, library.size()));
  TemplatePlaces places = TRY(template_places(image));
  uint64_t begin = align_up(places.content_end, kUndoAlignment);
  if (begin > places.signature_offset) return fail(damaged());
  UndoRecord undo =
      TRY(decode_undo_record(TRY(library.slice(begin, places.signature_offset - begin))));
  // A record may ask for the same bytes again and again; a bundle has more than its program.
  if (undo.original_size > library.size()) return fail(damaged());
  Bytes program;
  TRY(write_original(undo, library, [&](ByteView bytes) -> Status {
    program.insert(program.end(), bytes.begin(), bytes.end());
    return {};
  }));
  // What nothing else vouches for: all that is not the program's.
  if (!std::ranges::equal(TRY(make_library(program)).bytes, library)) return fail(damaged());
  return program;
}

}  // namespace ingot::macho
