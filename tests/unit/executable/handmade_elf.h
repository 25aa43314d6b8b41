// A small ELF file with all that casting needs of a template, made field by field, so that a test
// can spoil any of them.
#pragma once

#include <elf.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/byte_view.h"

namespace ingot {

inline const std::string kFuseText = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";

struct HandmadeElf {
  static constexpr uint64_t kBase = 0x400000;
  static constexpr uint64_t kTextOffset = 0x1000;
  static constexpr uint64_t kDataOffset = 0x2000;
  static constexpr uint64_t kSectionsOffset = 0x2300;  // after kNamesOffset's names
  static constexpr uint64_t kFileSize = 0x2800;

  Elf64_Ehdr header{};
  std::vector<Elf64_Phdr> segments;
  std::string interpreter = "/lib64/ld.so";
  std::string notes;
  std::string data;
  std::vector<Elf64_Shdr> sections;  // none: a file without them
  std::string names{"\0.text\0.bss\0.comment\0.shstrtab\0", 32};

  explicit HandmadeElf(uint16_t machine = EM_X86_64) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = machine;
    header.e_version = EV_CURRENT;
    header.e_entry = kBase + kTextOffset;
    header.e_phoff = sizeof(Elf64_Ehdr);
    header.e_ehsize = sizeof(Elf64_Ehdr);
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_shentsize = sizeof(Elf64_Shdr);
    data = "some data " + kFuseText + "0 and more";
    // One note: name "GNU", type 3, a desc of 8 bytes.
    notes = std::string("\4\0\0\0\10\0\0\0\3\0\0\0GNU\0build-id", 24);

    auto add = [&](uint32_t type, uint32_t flags, uint64_t offset, uint64_t size, uint64_t memory,
                   uint64_t alignment) {
      uint64_t address = offset == 0 && size == 0 ? 0 : kBase + offset;
      segments.push_back({type, flags, offset, address, address, size, memory, alignment});
    };
    const uint64_t table = 7 * sizeof(Elf64_Phdr);
    add(PT_PHDR, PF_R, header.e_phoff, table, table, 8);
    add(PT_INTERP, PF_R, kInterpreterOffset, interpreter.size() + 1, interpreter.size() + 1, 1);
    add(PT_LOAD, PF_R, 0, 0x800, 0x800, 0x1000);
    add(PT_LOAD, PF_R | PF_X, kTextOffset, 0x100, 0x100, 0x1000);
    add(PT_LOAD, PF_R | PF_W, kDataOffset, 0x200, 0x12345, 0x1000);
    add(PT_NOTE, PF_R, kNotesOffset, notes.size(), notes.size(), 4);
    add(PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 16);

    auto describe = [&](uint32_t name, uint32_t type, uint64_t flags, uint64_t offset,
                        uint64_t size) {
      uint64_t address = (flags & SHF_ALLOC) != 0 ? kBase + offset : 0;
      sections.push_back({name, type, flags, address, offset, size, 0, 0, 1, 0});
    };
    describe(0, SHT_NULL, 0, 0, 0);
    describe(1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, kTextOffset, 0x100);
    describe(12, SHT_PROGBITS, 0, 0x2200, 0x20);
    describe(7, SHT_NOBITS, SHF_ALLOC | SHF_WRITE, kDataOffset + 0x200, 0x12145);
    describe(21, SHT_STRTAB, 0, kNamesOffset, names.size());
    sections[1].sh_link = 3;
    sections[3].sh_link = 2;
  }

  Elf64_Phdr& segment(uint32_t type) {
    for (Elf64_Phdr& candidate : segments) {
      if (candidate.p_type == type) return candidate;
    }
    std::abort();
  }

  Bytes bytes() const {
    Bytes out(kFileSize);
    Elf64_Ehdr finished = header;
    finished.e_phnum = static_cast<uint16_t>(segments.size());
    if (!sections.empty()) {
      finished.e_shoff = kSectionsOffset;
      finished.e_shnum = static_cast<uint16_t>(sections.size());
      finished.e_shstrndx = static_cast<uint16_t>(sections.size() - 1);
    }
    auto put = [&](uint64_t offset, const void* from, size_t size) {
      std::memcpy(out.data() + offset, from, size);
    };
    put(0, &finished, sizeof(finished));
    put(sizeof(finished), segments.data(), segments.size() * sizeof(Elf64_Phdr));
    put(kInterpreterOffset, interpreter.c_str(), interpreter.size() + 1);
    put(kNotesOffset, notes.data(), notes.size());
    put(kTextOffset, "code", 4);
    put(kDataOffset, data.data(), data.size());
    put(kNamesOffset, names.data(), names.size());
    if (!sections.empty())
      put(kSectionsOffset, sections.data(), sections.size() * sizeof(Elf64_Shdr));
    return out;
  }

 private:
  static constexpr uint64_t kInterpreterOffset = 0x600;
  static constexpr uint64_t kNotesOffset = 0x640;
  static constexpr uint64_t kNamesOffset = 0x2280;
};

}  // namespace ingot
