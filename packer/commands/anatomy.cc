#include "packer/commands/anatomy.h"

#include <fmt/format.h>

#include <map>
#include <span>

#include "loader/payload_format.h"
#include "packer/compile/v8/code_cache_format.h"
#include "packer/executable/elf/reader.h"
#include "packer/executable/inject.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/pe/reader.h"

namespace ingot {
namespace {

struct Field {
  const char* name;
  uint64_t size;  // bytes
};

// <elf.h>
constexpr Field kElfHeader[] = {
    {"e_ident", 16}, {"e_type", 2},      {"e_machine", 2}, {"e_version", 4}, {"e_entry", 8},
    {"e_phoff", 8},  {"e_shoff", 8},     {"e_flags", 4},   {"e_ehsize", 2},  {"e_phentsize", 2},
    {"e_phnum", 2},  {"e_shentsize", 2}, {"e_shnum", 2},   {"e_shstrndx", 2}};
constexpr Field kElfSegment[] = {{"p_type", 4},  {"p_flags", 4},  {"p_offset", 8}, {"p_vaddr", 8},
                                 {"p_paddr", 8}, {"p_filesz", 8}, {"p_memsz", 8},  {"p_align", 8}};
constexpr Field kElfSection[] = {
    {"sh_name", 4}, {"sh_type", 4}, {"sh_flags", 8}, {"sh_addr", 8},      {"sh_offset", 8},
    {"sh_size", 8}, {"sh_link", 4}, {"sh_info", 4},  {"sh_addralign", 8}, {"sh_entsize", 8}};

// <mach-o/loader.h>
constexpr Field kMachHeader[] = {{"magic", 4},    {"cputype", 4}, {"cpusubtype", 4},
                                 {"filetype", 4}, {"ncmds", 4},   {"sizeofcmds", 4},
                                 {"flags", 4},    {"reserved", 4}};
constexpr Field kMachSegment[] = {{"cmd", 4},      {"cmdsize", 4}, {"segname", 16}, {"vmaddr", 8},
                                  {"vmsize", 8},   {"fileoff", 8}, {"filesize", 8}, {"maxprot", 4},
                                  {"initprot", 4}, {"nsects", 4},  {"flags", 4}};
constexpr Field kMachSection[] = {{"sectname", 16}, {"segname", 16},  {"addr", 8},
                                  {"size", 8},      {"offset", 4},    {"align", 4},
                                  {"reloff", 4},    {"nreloc", 4},    {"flags", 4},
                                  {"reserved1", 4}, {"reserved2", 4}, {"reserved3", 4}};

// Microsoft, "PE Format"
constexpr Field kCoffHeader[] = {{"Machine", 2},         {"NumberOfSections", 2},
                                 {"TimeDateStamp", 4},   {"PointerToSymbolTable", 4},
                                 {"NumberOfSymbols", 4}, {"SizeOfOptionalHeader", 2},
                                 {"Characteristics", 2}};
constexpr Field kOptionalHeader[] = {{"Magic", 2},
                                     {"LinkerVersion", 2},
                                     {"SizeOfCode", 4},
                                     {"SizeOfInitializedData", 4},
                                     {"SizeOfUninitializedData", 4},
                                     {"AddressOfEntryPoint", 4},
                                     {"BaseOfCode", 4},
                                     {"ImageBase", 8},
                                     {"SectionAlignment", 4},
                                     {"FileAlignment", 4},
                                     {"OperatingSystemVersion", 4},
                                     {"ImageVersion", 4},
                                     {"SubsystemVersion", 4},
                                     {"Win32VersionValue", 4},
                                     {"SizeOfImage", 4},
                                     {"SizeOfHeaders", 4},
                                     {"CheckSum", 4},
                                     {"Subsystem", 2},
                                     {"DllCharacteristics", 2},
                                     {"SizeOfStackReserve", 8},
                                     {"SizeOfStackCommit", 8},
                                     {"SizeOfHeapReserve", 8},
                                     {"SizeOfHeapCommit", 8},
                                     {"LoaderFlags", 4},
                                     {"NumberOfRvaAndSizes", 4}};
constexpr Field kDirectory[] = {{"VirtualAddress", 4}, {"Size", 4}};
constexpr Field kPeSection[] = {{"Name", 8},
                                {"VirtualSize", 4},
                                {"VirtualAddress", 4},
                                {"SizeOfRawData", 4},
                                {"PointerToRawData", 4},
                                {"PointerToRelocations", 4},
                                {"PointerToLinenumbers", 4},
                                {"NumberOfRelocations", 2},
                                {"NumberOfLinenumbers", 2},
                                {"Characteristics", 4}};

// loader/payload_format.h
constexpr Field kPayloadHeader[] = {
    {"magic", 4},       {"version", 4},         {"size", 4},
    {"entry_count", 4}, {"main_entry", 4},      {"header_crc", 4},
    {"entries", 8},     {"names", 8},           {"resolutions", 8},
    {"manifest", 8},    {"index_crc", 4},       {"runtime", kRuntimeParts * sizeof(PayloadPart)},
    {"reserved", 8},    {"manifest_sha256", 32}};

// packer/compile/v8/code_cache_format.h
constexpr Field kCodeCacheHeader[] = {{"magic", 4},
                                      {"version_hash", 4},
                                      {"source_hash", 4},
                                      {"flag_hash", 4},
                                      {"read_only_checksum", 4},
                                      {"payload_size", 4},
                                      {"payload_checksum", 4},
                                      {"padding", 4}};

// Names are painted over each other, the finer ones last.
class Painter {
 public:
  explicit Painter(ByteView file) : file_(file) {
    if (!file.empty()) parts_[0] = {RegionKind::kRuntime, "between the sections", 0, file.size()};
  }

  void paint(RegionKind kind, std::string name, uint64_t offset, uint64_t size) {
    auto end = checked_add(offset, size);
    if (size == 0 || !end || *end > file_.size()) return;
    split(offset);
    split(*end);
    parts_.erase(parts_.lower_bound(offset), parts_.lower_bound(*end));
    parts_[offset] = {kind, std::move(name), offset, size};
  }
  // A part of the file, seen through a view of it.
  void paint(RegionKind kind, std::string name, ByteView view) {
    if (!view.empty()) paint(kind, std::move(name), offset_of(view), view.size());
  }
  // Returns where the fields end.
  uint64_t paint_fields(RegionKind kind, const std::string& prefix, uint64_t offset,
                        std::span<const Field> fields) {
    for (const Field& field : fields) {
      paint(kind, prefix + ", " + field.name, offset, field.size);
      offset += field.size;
    }
    return offset;
  }

  uint64_t offset_of(ByteView view) const {
    return static_cast<uint64_t>(view.data() - file_.data());
  }
  std::vector<Region> done() const {
    std::vector<Region> out;
    for (const auto& [offset, region] : parts_) out.push_back(region);
    return out;
  }

 private:
  void split(uint64_t at) {
    auto next = parts_.upper_bound(at);
    if (next == parts_.begin()) return;
    Region& region = std::prev(next)->second;
    if (region.offset >= at || region.offset + region.size <= at) return;
    Region rest = region;
    rest.size = region.offset + region.size - at;
    rest.offset = at;
    region.size = at - region.offset;
    parts_[at] = std::move(rest);
  }

  ByteView file_;
  std::map<uint64_t, Region> parts_;  // by offset
};

std::string_view text_at(ByteView names, uint64_t offset) {
  std::string_view rest = offset < names.size() ? names.text().substr(offset) : "";
  return rest.substr(0, rest.find('\0'));
}

void paint_elf(ByteView file, Painter& painter) {
  auto image = elf::read_elf(file);
  if (!image) return;
  auto names = elf::section_names(*image, file);
  for (const elf::Section& section : image->sections)
    if (section.type != elf::kNoBits && section.size > 0)
      painter.paint(RegionKind::kRuntime,
                    "section " + std::string(names ? text_at(*names, section.name) : ""),
                    section.offset, section.size);
  painter.paint_fields(RegionKind::kHeader, "ELF header", 0, kElfHeader);
  uint64_t at = image->program_headers_offset;
  for (size_t i = 0; i < image->segments.size(); ++i)
    at = painter.paint_fields(RegionKind::kHeader, fmt::format("program header {}", i), at,
                              kElfSegment);
  at = image->tables.section_headers_offset;
  for (size_t i = 0; i < image->sections.size(); ++i)
    at = painter.paint_fields(RegionKind::kHeader, fmt::format("section header {}", i), at,
                              kElfSection);
}

void paint_macho(ByteView file, Painter& painter) {
  auto image = macho::read_macho(file);
  if (!image) return;
  for (const macho::SegmentView& view : image->segments) {
    std::string segment(macho::name_text(view.segment.name));
    painter.paint(RegionKind::kRuntime, "segment " + segment, view.segment.offset,
                  view.segment.file_size);
    for (const macho::Section& section : view.sections)
      if (section.has_file_bytes())
        painter.paint(RegionKind::kRuntime,
                      "section " + segment + "," + std::string(macho::name_text(section.name)),
                      section.offset, section.size);
  }
  uint64_t at = painter.paint_fields(RegionKind::kHeader, "Mach-O header", 0, kMachHeader);
  for (size_t i = 0; i < image->commands.size(); ++i) {
    const macho::Command& command = image->commands[i];
    std::string name = fmt::format("load command {} of type {:#x}", i, command.type);
    painter.paint(RegionKind::kHeader, name, at, command.bytes.size());
    for (const macho::SegmentView& view : image->segments) {
      if (view.command != i) continue;
      name = fmt::format("load command {} ({})", i, macho::name_text(view.segment.name));
      uint64_t field = painter.paint_fields(RegionKind::kHeader, name, at, kMachSegment);
      for (size_t section = 0; section < view.sections.size(); ++section)
        field = painter.paint_fields(
            RegionKind::kHeader, fmt::format("{}, section {}", name, section), field, kMachSection);
    }
    if (command.type == macho::kCodeSignature && command.bytes.size() >= 16)
      painter.paint(RegionKind::kHeader, "the code signature", macho::field(command, 8),
                    macho::field(command, 12));
    at += command.bytes.size();
  }
}

void paint_pe(ByteView file, Painter& painter) {
  auto image = pe::read_pe(file);
  if (!image) return;
  painter.paint(RegionKind::kHeader, "the DOS header", 0, image->headers_offset);
  for (const pe::SectionHeader& section : image->sections)
    painter.paint(
        RegionKind::kRuntime,
        "section " + std::string(section.name, strnlen(section.name, sizeof section.name)),
        section.file_offset, section.file_size);
  uint64_t at =
      painter.paint_fields(RegionKind::kHeader, "file header", image->headers_offset, kCoffHeader);
  at = painter.paint_fields(RegionKind::kHeader, "optional header", at, kOptionalHeader);
  for (size_t i = 0; i < pe::kDirectories; ++i)
    at = painter.paint_fields(RegionKind::kHeader, fmt::format("data directory {}", i), at,
                              kDirectory);
  for (size_t i = 0; i < image->sections.size(); ++i)
    at = painter.paint_fields(RegionKind::kHeader, fmt::format("section header {}", i), at,
                              kPeSection);
  const pe::Directory& certificates = image->directory(pe::kCertificates);
  painter.paint(RegionKind::kHeader, "the certificates", certificates.address, certificates.size);
}

void paint_code_cache(const std::string& name, ByteView cache, Painter& painter) {
  painter.paint(RegionKind::kCodeCache, name, cache);
  if (cache.size() >= sizeof(CodeCacheHeader))
    painter.paint_fields(RegionKind::kCodeCache, name, painter.offset_of(cache), kCodeCacheHeader);
}

void paint_payload(const SealedExecutable& executable, Painter& painter) {
  const PayloadReader& reader = executable.reader;
  const PayloadHeader& header = reader.header();
  uint64_t base = painter.offset_of(executable.payload);
  painter.paint(RegionKind::kModules, "between the payload's parts", executable.payload);
  painter.paint_fields(RegionKind::kHeader, "payload header", base, kPayloadHeader);
  painter.paint(RegionKind::kModules, "the table of names", base + header.names.offset,
                header.names.size);
  painter.paint(RegionKind::kModules, "the table of requests", base + header.resolutions.offset,
                header.resolutions.size);
  for (size_t i = 0; i < kRuntimeParts; ++i) {
    std::string name = fmt::format("ingot's runtime, part {}", i);
    painter.paint(RegionKind::kLauncher, name, reader.runtime()[i].script);
    paint_code_cache(name, reader.runtime()[i].cache, painter);
  }
  painter.paint(RegionKind::kManifest, "the sealed manifest", base + header.manifest.offset,
                header.manifest.size);
  for (size_t i = 0; i < reader.entries().size(); ++i) {
    const PayloadEntryView& entry = reader.entries()[i];
    std::string path = entry.path.empty() ? "the root" : std::string(entry.path);
    painter.paint(RegionKind::kModules, "the record of " + path,
                  base + header.entries.offset + i * sizeof(PayloadEntry), sizeof(PayloadEntry));
    painter.paint(RegionKind::kFile, path, entry.stored);
    if (entry.stripped)
      painter.paint(RegionKind::kFile, path + ", without its types", *entry.stripped);
    paint_code_cache(path, entry.code_cache, painter);
  }
}

}  // namespace

std::vector<Region> regions_of(const SealedExecutable& executable) {
  Painter painter(executable.file);
  if (auto format = executable_format(executable.file)) {
    if (*format == ExecutableFormat::kElf) paint_elf(executable.file, painter);
    if (*format == ExecutableFormat::kMachO) paint_macho(executable.file, painter);
    if (*format == ExecutableFormat::kPe) paint_pe(executable.file, painter);
  }
  painter.paint(RegionKind::kLauncher, "Node's options and first script", executable.blob);
  paint_payload(executable, painter);
  return painter.done();
}

}  // namespace ingot
