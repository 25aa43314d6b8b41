#include "packer/executable/pe/layout.h"

#include <algorithm>
#include <cstddef>

namespace ingot::pe {
namespace {

// Some programs look for resources by this name, so the template's own must not have it any more.
constexpr std::string_view kSectionName = ".rsrc";
constexpr std::string_view kOldSectionName = ".oldrsrc";
static_assert(kOldSectionName.size() == sizeof(SectionHeader::name));
constexpr uint8_t kUnsetFuse = '0';
constexpr uint8_t kSetFuse = '1';
// Of the data that is copied into the new section: icons, texts and the like.
constexpr uint64_t kMaxResourceData = 64u << 20;

Error too_large() {
  return input_error("blob-too-large",
                     "the application is larger than the 2 GiB that an executable for Windows can "
                     "have");
}

Status check_place(const Template& original) {
  const Image& image = original.image;
  uint64_t headers_end = image.sections_end() + sizeof(SectionHeader);
  bool in_headers =
      original.fuse_offset >= image.headers_offset && original.fuse_offset < headers_end;
  if (in_headers || original.fuse_offset >= image.size_without_certificates() ||
      original.certificates.size() != image.directory(kCertificates).size)
    return fail(input_error("pe-malformed", "the headers of the PE executable are misplaced"));
  return {};
}

// The template's resources with the presentation's in the place of those of the same types.
Result<std::vector<Resource>> merge(const Template& original, const Presentation& presentation) {
  std::vector<Resource> merged = presentation.resources;
  uint64_t size = 0;
  std::vector<Resource> own = TRY(read_resources(original.image, original.body));
  for (Resource& resource : own) {
    auto offset = static_cast<uint64_t>(resource.data.data() - original.body.data());
    if (original.fuse_offset - offset < resource.data.size())
      return fail(input_error("pe-malformed", "Node's fuse is in a resource"));
    if (resource.is(kRawData, kBlobResource) || resource.is(kRawData, kUndoResource))
      return fail(input_error("template-already-injected",
                              "this Node binary carries an application already")
                      .hinted("use an unmodified Node binary"));
    bool replaced = std::ranges::any_of(
        presentation.resources, [&](const Resource& other) { return other.type == resource.type; });
    if (!replaced) merged.push_back(std::move(resource));
  }
  for (const Resource& resource : merged) size += resource.data.size();
  if (size > kMaxResourceData)
    return fail(
        input_error("pe-resources-malformed", "the resources of the PE executable are too large"));
  std::ranges::sort(merged, std::less<>());
  auto same = [](const Resource& a, const Resource& b) { return !(a < b); };
  if (std::ranges::adjacent_find(merged, same) != merged.end())
    return fail(input_error("pe-resources-malformed", "a resource is there twice"));
  return merged;
}

// The certificates' directory and the section header's room are part of the headers' literal.
UndoRecord make_undo(const Template& original, const std::vector<Patch>& old) {
  UndoRecord undo;
  undo.original_size = original.image.file_size;
  uint64_t at = 0;
  for (const Patch& patch : old) {
    undo.copy(at, patch.offset - at);
    undo.insert(patch.bytes);
    at = patch.offset + patch.bytes.size();
  }
  undo.copy(at, original.image.size_without_certificates() - at);
  if (!original.certificates.empty())
    undo.insert(Bytes(original.certificates.begin(), original.certificates.end()));
  return undo;
}

SectionHeader new_section(const Image& image, uint64_t offset) {
  const SectionHeader& last = image.sections.back();
  SectionHeader section;
  std::ranges::copy(kSectionName, section.name);
  section.address = static_cast<uint32_t>(
      align_up(uint64_t{last.address} + last.memory_size, image.optional.section_alignment));
  section.file_offset = static_cast<uint32_t>(offset);
  section.characteristics = kInitializedData | kRead;
  return section;
}

Bytes change_headers(Image image, const SectionHeader& section, uint16_t subsystem) {
  for (SectionHeader& old : image.sections)
    if (std::ranges::equal(old.name, section.name)) std::ranges::copy(kOldSectionName, old.name);
  image.sections.push_back(section);
  ++image.file.section_count;
  OptionalHeader& optional = image.optional;
  optional.initialized_data_size += section.file_size;
  optional.image_size = static_cast<uint32_t>(
      align_up(uint64_t{section.address} + section.memory_size, optional.section_alignment));
  optional.checksum = 0;
  optional.subsystem = subsystem;
  optional.directories[kResources] = {section.address, section.memory_size};
  optional.directories[kCertificates] = {};
  return encode_headers(image);
}

}  // namespace

Status check_room(const Image& original, ByteView file) {
  uint64_t at = original.sections_end();
  auto room = file.slice(at, sizeof(SectionHeader));
  if (original.sections.size() < kMaxSections && room &&
      at + sizeof(SectionHeader) <= original.optional.headers_size &&
      std::ranges::all_of(*room, [](uint8_t byte) { return byte == 0; }))
    return {};
  return fail(input_error("pe-no-slot",
                          "this Node binary leaves no room for an application: its headers have "
                          "no place for another section")
                  .hinted("official Node binaries have the room"));
}

Result<Layout> lay_out(const Template& original, const Presentation& presentation,
                       uint64_t blob_size) {
  const Image& image = original.image;
  TRY(check_place(original));
  if (blob_size > kLargestFile) return fail(too_large());
  std::vector<Resource> resources = TRY(merge(original, presentation));

  Layout out;
  out.checksum_offset = image.optional_offset() + offsetof(OptionalHeader, checksum);
  out.kept_size = image.size_without_certificates();
  out.section_offset = align_up(out.kept_size, image.optional.file_alignment);
  out.blob_size = blob_size;

  Bytes old_headers = encode_headers(image);
  old_headers.resize(old_headers.size() + sizeof(SectionHeader));
  std::vector<Patch> old = {{image.headers_offset, std::move(old_headers)},
                            {original.fuse_offset, {kUnsetFuse}}};
  std::ranges::sort(old, {}, &Patch::offset);
  out.undo = make_undo(original, old);

  Bytes record = encode_undo_record(out.undo);
  Resource undo{ResourceName::of(kRawData), ResourceName::of(kUndoResource), 0, 0, record};
  resources.insert(std::ranges::upper_bound(resources, undo, std::less<>()), undo);
  SectionHeader section = new_section(image, out.section_offset);
  ResourceSection encoded = encode_resources(resources, blob_size, section.address);
  out.section_head = std::move(encoded.head);
  out.blob_offset = out.section_offset + out.section_head.size();
  out.file_size = align_up(out.blob_offset + blob_size, image.optional.file_alignment);
  if (out.file_size > kLargestFile || section.address + encoded.memory_size > kLargestFile)
    return fail(too_large());
  section.memory_size = static_cast<uint32_t>(encoded.memory_size);
  section.file_size = static_cast<uint32_t>(out.file_size - out.section_offset);

  out.patches = {{image.headers_offset, change_headers(image, section, presentation.subsystem)},
                 {original.fuse_offset, {kSetFuse}}};
  std::ranges::sort(out.patches, {}, &Patch::offset);
  return out;
}

}  // namespace ingot::pe
