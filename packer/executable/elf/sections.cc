#include "packer/executable/elf/sections.h"

#include <map>

namespace ingot::elf {
namespace {

constexpr std::string_view kNamesSection = ".shstrtab";

// Appends a name and its NUL; returns where it begins.
uint32_t add_name(Bytes& names, std::string_view name) {
  auto at = static_cast<uint32_t>(names.size());
  names.insert(names.end(), name.begin(), name.end());
  names.push_back(0);
  return at;
}

Result<std::string_view> name_at(ByteView names, uint32_t at) {
  std::string_view rest = TRY(names.slice_from(at)).text();
  size_t end = rest.find('\0');
  if (end == std::string_view::npos)
    return fail(input_error("elf-malformed", "a section of the executable has no name"));
  return rest.substr(0, end);
}

// `sections[names_index]` is made to be where the names will be.
SectionTable finish(TableFields fields, std::vector<Section> sections, size_t names_index,
                    Bytes names, uint64_t offset) {
  sections[names_index].offset = offset;
  sections[names_index].size = names.size();
  names.resize(align_up(names.size(), kSectionAlignment));
  fields.section_headers_offset = offset + names.size();
  fields.section_count = static_cast<uint16_t>(sections.size());
  fields.names_index = static_cast<uint16_t>(names_index);
  Bytes headers = encode_sections(sections);
  names.insert(names.end(), headers.begin(), headers.end());
  return {std::move(names), fields};
}

}  // namespace

SectionTable covered(const Image& image, ByteView names, const Segment& added, uint64_t offset) {
  Bytes all(names.begin(), names.end());
  Section section;
  section.name = add_name(all, kAddedSection);
  section.type = kProgramBits;
  section.flags = kAllocated;
  section.address = added.address;
  section.offset = added.offset;
  section.size = added.file_size;
  section.alignment = 4;
  std::vector<Section> sections = image.sections;
  sections.push_back(section);
  return finish(image.tables, std::move(sections), image.tables.names_index, std::move(all),
                offset);
}

Result<SectionTable> loaded_only(const Image& image, ByteView names, uint64_t offset) {
  Bytes kept_names;
  std::vector<Section> kept;
  std::map<uint32_t, uint32_t> moved;  // old index -> new; what is gone becomes 0
  for (uint32_t i = 0; i < image.sections.size(); ++i) {
    if (i > 0 && (image.sections[i].flags & kAllocated) == 0) continue;
    moved[i] = static_cast<uint32_t>(kept.size());
    kept.push_back(image.sections[i]);
    kept.back().name = add_name(kept_names, TRY(name_at(names, kept.back().name)));
  }
  for (Section& section : kept) {
    section.link = moved[section.link];
    if ((section.flags & kInfoIsLink) != 0) section.info = moved[section.info];
  }
  Section own;
  own.name = add_name(kept_names, kNamesSection);
  own.type = kStringTable;
  own.alignment = 1;
  kept.push_back(own);
  size_t index = kept.size() - 1;
  return finish(image.tables, std::move(kept), index, std::move(kept_names), offset);
}

}  // namespace ingot::elf
