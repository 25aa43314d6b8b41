// A small Mach-O file with all that casting needs of a template, made field by field, so that a
// test can spoil any of them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "handmade_elf.h"
#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/object.h"

namespace ingot {

struct HandmadeMachO {
  static constexpr uint64_t kBase = uint64_t{1} << 32;
  static constexpr uint64_t kPage = 0x4000;
  static constexpr uint64_t kTextOffset = 0x1000;  // of the first section: the header's room
  static constexpr uint64_t kDataOffset = 2 * kPage;
  static constexpr uint64_t kLinkedit = 3 * kPage;

  macho::Header header;
  std::vector<macho::SegmentView> segments;
  std::vector<macho::Command> others;  // behind the segments
  std::string data = "some data " + kFuseText + "0 and more";
  std::string entitlements =
      "<plist version=\"1.0\">\n<dict>\n    <key>com.example.kept</key>\n    <true/>\n"
      "    <key>com.apple.security.get-task-allow</key>\n    <true/>\n</dict>\n</plist>\n";
  // The same in DER.
  std::string entitlements_der =
      std::string("\x70\x44\x02\x01\x01\xb0\x3f", 7) + "\x30\x15\x0c\x10" + "com.example.kept" +
      "\x01\x01\xff" + "\x30\x26\x0c\x21" + "com.apple.security.get-task-allow" + "\x01\x01\xff";
  std::string linkedit;   // up to the signature
  std::string signature;  // up to the end of the file
  size_t fixups_at = 0;   // in `linkedit`
  bool has_fixups = true;

  explicit HandmadeMachO(uint32_t cpu = macho::kCpuArm64) {
    header = {macho::kMagic64, cpu, 0, macho::kTypeExecute, 0, 0, 0x200085, 0};
    add_segment("__PAGEZERO", 0, kBase, 0, 0, 0);
    add_segment("__TEXT", kBase, kPage, 0, kPage, 5);
    add_segment("__DATA_CONST", kBase + kPage, kPage, kPage, kPage, 3);
    add_segment("__DATA", kBase + 2 * kPage, 2 * kPage, kDataOffset, kPage, 3);
    add_segment("__LINKEDIT", kBase + 4 * kPage, kPage, kLinkedit, 0, 1);
    add_section(1, "__text", kTextOffset, 0x100, 0x80000400);
    add_section(3, "__data", kDataOffset, 0x200, 0);
    add_section(3, "__bss", kDataOffset + kPage, 0x3000, 1);
    make_linkedit();
    add_command(0xe, std::string("\x0c\0\0\0/usr/lib/dyld\0\0\0\0\0\0\0", 24));
    add_command(0x1b, std::string(16, 'u'));
    add_command(0x32, number(1) + number(0xd0500) + number(0xf0500) + number(0));
    add_command(0x80000028, number(kTextOffset) + std::string(12, '\0'));
    make_signature();
  }

  macho::Command& command(uint32_t type) {
    for (macho::Command& candidate : others) {
      if (candidate.type == type) return candidate;
    }
    std::abort();
  }
  macho::Segment& segment(std::string_view name) {
    for (macho::SegmentView& view : segments) {
      if (macho::name_text(view.segment.name) == name) return view.segment;
    }
    std::abort();
  }

  Bytes bytes() const {
    std::vector<macho::Command> commands;
    for (macho::SegmentView view : segments) {
      uint64_t size = sizeof(macho::Segment) + view.sections.size() * sizeof(macho::Section);
      view.segment.command_size = static_cast<uint32_t>(size);
      view.segment.section_count = static_cast<uint32_t>(view.sections.size());
      if (macho::name_text(view.segment.name) == "__LINKEDIT" && view.segment.file_size == 0)
        view.segment.file_size = linkedit.size() + signature.size();
      Bytes bytes(size);
      std::memcpy(bytes.data(), &view.segment, sizeof(macho::Segment));
      for (size_t i = 0; i < view.sections.size(); ++i)
        std::memcpy(bytes.data() + sizeof(macho::Segment) + i * sizeof(macho::Section),
                    &view.sections[i], sizeof(macho::Section));
      commands.push_back({macho::kSegment64, bytes});
    }
    commands.insert(commands.end(), others.begin(), others.end());
    Bytes out = macho::encode_header(header, commands);
    out.resize(kLinkedit);
    std::memcpy(out.data() + kTextOffset, "code", 4);
    std::memcpy(out.data() + kDataOffset, data.data(), data.size());
    for (const std::string& part : {linkedit, signature})
      out.insert(out.end(), part.begin(), part.end());
    return out;
  }

  // Bytes of `linkedit` at an offset in the file, changed.
  void poke(uint64_t offset, uint32_t value) {
    std::memcpy(linkedit.data() + (offset - kLinkedit), &value, sizeof(value));
  }

  static std::string number(uint64_t value, size_t size = 4) {
    return std::string(reinterpret_cast<const char*>(&value), size);
  }

  void add_command(uint32_t type, const std::string& data_of_command) {
    std::string bytes = number(type) + number(data_of_command.size() + 8) + data_of_command;
    others.push_back({type, Bytes(bytes.begin(), bytes.end())});
  }

 private:
  void add_segment(std::string_view name, uint64_t address, uint64_t memory, uint64_t offset,
                   uint64_t size, uint32_t protection) {
    macho::Segment segment;
    segment.name = macho::make_name(name);
    segment.address = address;
    segment.memory_size = memory;
    segment.offset = offset;
    segment.file_size = size;
    segment.max_protection = segment.initial_protection = protection;
    segments.push_back({0, segment, {}});
  }
  // `place`: in the file, or where it would be there.
  void add_section(size_t index, std::string_view name, uint64_t place, uint64_t size,
                   uint32_t flags) {
    macho::SegmentView& view = segments[index];
    macho::Section section;
    section.name = macho::make_name(name);
    section.segment = view.segment.name;
    section.address = view.segment.address + place - view.segment.offset;
    section.size = size;
    section.offset = flags == 1 ? 0 : static_cast<uint32_t>(place);
    section.alignment_log = 4;
    section.flags = flags;
    view.sections.push_back(section);
  }

  // Appends to `linkedit` and says where in the file that is, as an offset and a size do.
  std::string append(const std::string& bytes) {
    std::string place = number(kLinkedit + linkedit.size()) + number(bytes.size());
    linkedit += bytes;
    return place;
  }

  void make_linkedit() {
    std::string starts = number(24) + number(0x4000, 2) + number(6, 2) + number(kDataOffset, 8) +
                         number(0) + number(1, 2) + number(0, 2);
    std::string fixups = number(0) + number(32) + number(80) + number(84) + number(1) + number(1) +
                         number(0) + number(0);
    // Five segments, of which __DATA has fixups: nothing is free between this and `starts`.
    fixups += number(5) + number(0) + number(0) + number(0) + number(24) + number(0) + starts;
    fixups += number(1) + std::string("\0_puts\0\0\0\0\0\0", 12);
    std::string fixups_place = append(fixups);
    add_command(macho::kChainedFixups, fixups_place);
    add_command(0x80000033, append("exports!"));
    add_command(0x26, append("starts.."));
    add_command(0x29, number(kLinkedit + linkedit.size()) + number(0));
    std::string symbols = number(kLinkedit + linkedit.size()) + number(2);
    append(std::string(32, 's'));
    std::string indirect = number(kLinkedit + linkedit.size()) + number(2);
    append("indirect");
    add_command(macho::kSymtab, symbols + append("\1_a\1_b\1"));
    add_command(macho::kDysymtab, number(0) + number(1) + number(1) + number(1) + number(2) +
                                      number(0) + std::string(24, '\0') + indirect +
                                      std::string(16, '\0'));
    linkedit.resize(align_up(linkedit.size(), 16));
  }

  void make_signature() {
    auto blob = [](uint32_t magic, std::string_view text) {
      Bytes bytes = macho::make_blob(magic, text);
      return std::string(bytes.begin(), bytes.end());
    };
    auto big = [](uint32_t value) { return number(__builtin_bswap32(value)); };
    std::string plist = blob(0xfade7171, entitlements);
    std::string der = blob(0xfade7172, entitlements_der);
    uint32_t at = 12 + 2 * 8;
    uint32_t der_at = at + static_cast<uint32_t>(plist.size());
    signature = big(0xfade0cc0) + big(der_at + static_cast<uint32_t>(der.size())) + big(2);
    signature += big(5) + big(at) + big(7) + big(der_at) + plist + der;
    signature.resize(align_up(signature.size(), 16));
    add_command(macho::kCodeSignature,
                number(kLinkedit + linkedit.size()) + number(signature.size()));
  }
};

}  // namespace ingot
