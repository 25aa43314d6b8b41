#include "packer/executable/elf/check_layout.h"

#include <elf.h>

#include <algorithm>
#include <cstddef>

#include "packer/executable/fuse.h"

namespace ingot::elf {
namespace {

constexpr uint64_t kPage = 0x1000;
constexpr uint64_t kLargestPage = 0x10000;       // arm64 kernels may use it
constexpr uint64_t kMaxTableSize = 65536;        // the kernel's limit
constexpr uint64_t kMaxPath = 4096;              // of the interpreter, with its NUL
constexpr uint64_t kUserSpace = 0x7ffffffff000;  // TASK_SIZE of both CPUs
constexpr uint64_t kBlobAlignment = 64;
constexpr std::string_view kWantedNote = "NODE_SEA";  // as many bytes as Node compares

Error broken(const std::string& rule) {
  return input_error("elf-layout", "the executable would not load: " + rule);
}

struct Loadable {
  Elf64_Ehdr header{};
  std::vector<Elf64_Phdr> segments;
};

Result<Loadable> read_headers(ByteView file) {
  Loadable out;
  auto header = file.record<Elf64_Ehdr>(0);
  if (!header) return fail(broken("the ELF header is cut off"));
  out.header = *header;
  const unsigned char* id = header->e_ident;
  auto require = [](bool kept, const char* rule) -> Status {
    if (kept) return {};
    return fail(broken(rule));
  };
  TRY(require(ByteView(id, SELFMAG).text() == ELFMAG, "no ELF magic number"));
  TRY(require(id[EI_CLASS] == ELFCLASS64 && id[EI_DATA] == ELFDATA2LSB,
              "not 64-bit little-endian"));
  TRY(require(id[EI_VERSION] == EV_CURRENT && header->e_version == EV_CURRENT, "unknown version"));
  TRY(require(header->e_type == ET_EXEC, "not of type EXEC"));
  TRY(require(header->e_machine == EM_X86_64 || header->e_machine == EM_AARCH64,
              "unknown machine"));
  TRY(require(header->e_phentsize == sizeof(Elf64_Phdr), "odd size of program headers"));
  uint64_t size = uint64_t{header->e_phnum} * sizeof(Elf64_Phdr);
  TRY(require(size > 0 && size <= kMaxTableSize, "impossible number of program headers"));
  ByteView table;
  if (auto bytes = file.slice(header->e_phoff, size))
    table = *bytes;
  else
    return fail(broken("the program headers are not in the file"));
  for (uint64_t at = 0; at < size; at += sizeof(Elf64_Phdr))
    out.segments.push_back(TRY(table.record<Elf64_Phdr>(at)));
  return out;
}

bool contains(const Elf64_Phdr& outer, const Elf64_Phdr& inner) {
  return inner.p_offset >= outer.p_offset &&
         inner.p_offset - outer.p_offset == inner.p_vaddr - outer.p_vaddr &&
         inner.p_offset - outer.p_offset <= outer.p_filesz &&
         inner.p_filesz <= outer.p_filesz - (inner.p_offset - outer.p_offset);
}

bool is_loaded(const Loadable& file, const Elf64_Phdr& segment) {
  return std::ranges::any_of(file.segments, [&](const Elf64_Phdr& load) {
    return load.p_type == PT_LOAD && contains(load, segment);
  });
}

Status check_ranges(const Loadable& loadable, uint64_t file_size) {
  for (const Elf64_Phdr& segment : loadable.segments) {
    auto end = checked_add(segment.p_offset, segment.p_filesz);
    if (!end || *end > file_size) return fail(broken("a segment is not inside the file"));
    if (segment.p_type != PT_LOAD) continue;
    auto memory_end = checked_add(segment.p_vaddr, segment.p_memsz);
    if (segment.p_memsz == 0 || segment.p_filesz > segment.p_memsz)
      return fail(broken("a segment is larger in the file than in memory"));
    if (!memory_end || *memory_end > kUserSpace)
      return fail(broken("a segment is out of user space"));
    if (segment.p_align > 1 && !std::has_single_bit(segment.p_align))
      return fail(broken("a segment's alignment is no power of two"));
    uint64_t modulus = std::max<uint64_t>(segment.p_align, kPage);
    if ((segment.p_offset - segment.p_vaddr) % modulus != 0)
      return fail(broken("a segment's offset and address differ within a page"));
  }
  return {};
}

// Mappings are made of whole pages, one after the other: two that share a page would replace each
// other, or the zeros behind a segment's file part would.
Status check_order(const Loadable& loadable) {
  const Elf64_Phdr* before = nullptr;
  for (const Elf64_Phdr& segment : loadable.segments) {
    if (segment.p_type != PT_LOAD) continue;
    if (before != nullptr) {
      if (segment.p_vaddr < before->p_vaddr) return fail(broken("the segments are not in order"));
      uint64_t end = align_up(before->p_vaddr + before->p_memsz, kPage);
      if (segment.p_vaddr / kPage * kPage < end) return fail(broken("segments overlap in memory"));
    }
    before = &segment;
  }
  if (before == nullptr) return fail(broken("nothing is loaded"));
  return {};
}

Status check_start(const Loadable& loadable) {
  const Elf64_Ehdr& header = loadable.header;
  bool entry_is_code = std::ranges::any_of(loadable.segments, [&](const Elf64_Phdr& segment) {
    return segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
           header.e_entry >= segment.p_vaddr && header.e_entry - segment.p_vaddr < segment.p_filesz;
  });
  if (!entry_is_code) return fail(broken("the entry point is not in code"));

  // Without PT_PHDR, older kernels tell the program that its headers are at the first segment's
  // address plus e_phoff; they must really be there.
  auto first = std::ranges::find(loadable.segments, Elf64_Word{PT_LOAD}, &Elf64_Phdr::p_type);
  uint64_t size = loadable.segments.size() * sizeof(Elf64_Phdr);
  if (first->p_offset != 0 || header.e_phoff + size > first->p_filesz)
    return fail(broken("the program headers are not loaded by the first segment"));
  return {};
}

Status check_parts(const Loadable& loadable, ByteView file) {
  size_t interpreters = 0;
  for (const Elf64_Phdr& segment : loadable.segments) {
    bool needs_memory = segment.p_type == PT_DYNAMIC || segment.p_type == PT_PHDR ||
                        segment.p_type == PT_NOTE || segment.p_type == PT_TLS ||
                        segment.p_type == PT_INTERP;
    if (needs_memory && !is_loaded(loadable, segment))
      return fail(broken("a segment that is needed at run time is not loaded"));
    if (segment.p_type == PT_PHDR && segment.p_offset != loadable.header.e_phoff)
      return fail(broken("PT_PHDR is not at the program headers"));
    if (segment.p_type != PT_INTERP) continue;
    ByteView path = TRY(file.slice(segment.p_offset, segment.p_filesz));
    if (++interpreters > 1 || path.size() < 2 || path.size() > kMaxPath ||
        path.text().find('\0') != path.size() - 1)
      return fail(broken("the interpreter's path is damaged"));
  }
  return {};
}

struct FoundBlob {
  uint64_t offset = 0;  // in the file
  uint64_t size = 0;
  const Elf64_Phdr* segment = nullptr;
};

// As postject_find_resource does it: in the order of the program headers, each note 4-byte aligned,
// the first whose name begins as the wanted one and whose name and desc are not empty.
std::optional<FoundBlob> find_as_node(const Loadable& loadable, ByteView file) {
  for (const Elf64_Phdr& segment : loadable.segments) {
    if (segment.p_type != PT_NOTE) continue;
    auto bytes = file.slice(segment.p_offset, segment.p_filesz);
    uint64_t at = 0;
    while (bytes && at + sizeof(Elf64_Nhdr) <= bytes->size()) {
      auto note = bytes->record<Elf64_Nhdr>(at);
      uint64_t name = at + sizeof(Elf64_Nhdr);
      uint64_t desc = name + align_up(note->n_namesz, 4);
      auto text = bytes->slice(name, kWantedNote.size());
      if (note->n_namesz != 0 && note->n_descsz != 0 && text && text->text() == kWantedNote)
        return FoundBlob{segment.p_offset + desc, note->n_descsz, &segment};
      at = desc + align_up(note->n_descsz, 4);
    }
  }
  return std::nullopt;
}

Status check_blob(const Loadable& loadable, ByteView file) {
  auto blob = find_as_node(loadable, file);
  if (!blob) return fail(broken("Node would not find the application"));
  auto end = checked_add(blob->offset, blob->size);
  const Elf64_Phdr& segment = *blob->segment;
  if (!end || *end > segment.p_offset + segment.p_filesz)
    return fail(broken("the application is larger than its segment"));
  uint64_t address = segment.p_vaddr + (blob->offset - segment.p_offset);
  if (blob->offset % kBlobAlignment != 0 || address % kBlobAlignment != 0)
    return fail(broken("the application is not aligned"));
  auto load = std::ranges::find_if(loadable.segments, [&](const Elf64_Phdr& candidate) {
    return candidate.p_type == PT_LOAD && contains(candidate, segment);
  });
  if ((load->p_flags & (PF_R | PF_W | PF_X)) != PF_R)
    return fail(broken("the application is not in read-only memory"));
  if (load->p_offset % kLargestPage != 0 || load->p_vaddr % kLargestPage != 0)
    return fail(broken("the application's segment does not begin at a 64 KiB boundary"));
  // What an application carries may contain the text of a fuse; only Node's own counts.
  ByteView before = TRY(file.slice(0, load->p_offset));
  if (!has_one_set_fuse(before)) return fail(broken("Node's fuse is not set"));
  return {};
}

// Nothing of it is loaded, but strip, debuggers and profilers read it; and strip drops what is
// loaded and in no section.
Status check_sections(const Loadable& loadable, ByteView file) {
  const Elf64_Ehdr& header = loadable.header;
  if (header.e_shoff == 0) return {};
  uint64_t size = uint64_t{header.e_shnum} * header.e_shentsize;
  auto end = checked_add(header.e_shoff, size);
  if (header.e_shentsize != sizeof(Elf64_Shdr) || !end || *end > file.size())
    return fail(broken("the section headers are not in the file"));
  if (size == 0) return {};
  auto note = std::ranges::find(loadable.segments, Elf64_Word{PT_NOTE}, &Elf64_Phdr::p_type);
  bool covered = false;
  for (uint64_t at = header.e_shoff; at < *end; at += sizeof(Elf64_Shdr)) {
    Elf64_Shdr section = TRY(file.record<Elf64_Shdr>(at));
    if ((section.sh_flags & SHF_ALLOC) == 0) continue;
    auto section_end = checked_add(section.sh_offset, section.sh_size);
    if (section.sh_type != SHT_NOBITS && (!section_end || *section_end > file.size()))
      return fail(broken("a section is not inside the file"));
    covered = covered || (note != loadable.segments.end() && section.sh_addr == note->p_vaddr &&
                          section.sh_offset == note->p_offset && section.sh_size == note->p_filesz);
  }
  if (!covered) return fail(broken("no section covers the application"));
  return {};
}

}  // namespace

Status check_layout(ByteView file) {
  Loadable loadable = TRY(read_headers(file));
  TRY(check_ranges(loadable, file.size()));
  TRY(check_order(loadable));
  TRY(check_start(loadable));
  TRY(check_parts(loadable, file));
  TRY(check_sections(loadable, file));
  return check_blob(loadable, file);
}

}  // namespace ingot::elf
