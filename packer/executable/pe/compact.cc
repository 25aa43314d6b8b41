#include "packer/executable/pe/compact.h"

#include <algorithm>
#include <cstring>

#include "packer/executable/pe/exports.h"
#include "packer/executable/pe/layout.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/pe/resources.h"

namespace ingot::pe {
namespace {

constexpr std::string_view kExportSection = ".edata";
constexpr std::string_view kResourceSection = ".rsrc";
constexpr std::string_view kFrameSection = ".ingot";  // loader/program/windows/main.cc looks for it
constexpr std::string_view kOwnName = "node.exe";

bool is_called(const SectionHeader& section, std::string_view name) {
  std::string_view found(section.name, sizeof section.name);
  return found.substr(0, found.find('\0')) == name;
}

// A growing file: sections are added behind what is there, in memory and in the file.
class Growing {
 public:
  Growing(Image image, ByteView file) : image_(std::move(image)) {
    out_.assign(file.begin(), file.end());
    out_.resize(align_up(out_.size(), image_.optional.file_alignment));
  }

  // Where the next section begins in memory.
  uint32_t next_address() const {
    const SectionHeader& last = image_.sections.back();
    return static_cast<uint32_t>(
        align_up(uint64_t{last.address} + last.memory_size, image_.optional.section_alignment));
  }
  Status add(std::string_view name, std::initializer_list<ByteView> parts) {
    TRY(check_room(image_, out_));
    SectionHeader section;
    std::ranges::copy(name, section.name);
    section.address = next_address();
    section.file_offset = static_cast<uint32_t>(out_.size());
    section.characteristics = kInitializedData | kRead;
    for (ByteView part : parts) out_.insert(out_.end(), part.begin(), part.end());
    section.memory_size = static_cast<uint32_t>(out_.size() - section.file_offset);
    out_.resize(align_up(out_.size(), image_.optional.file_alignment));
    if (out_.size() > kLargestFile)
      return fail(input_error("blob-too-large", "the runtime is larger than 2 GiB"));
    section.file_size = static_cast<uint32_t>(out_.size() - section.file_offset);
    image_.sections.push_back(section);
    ++image_.file.section_count;
    image_.optional.initialized_data_size += section.file_size;
    image_.optional.image_size = next_address();
    return {};
  }
  Image& image() { return image_; }
  Bytes finish() {
    Bytes headers = encode_headers(image_);
    std::ranges::copy(headers, out_.begin() + static_cast<ptrdiff_t>(image_.headers_offset));
    return std::move(out_);
  }

 private:
  Image image_;
  Bytes out_;
};

// What Windows takes from the headers of the program that is started.
void take_over(const OptionalHeader& node, OptionalHeader& ours) {
  std::ranges::copy(node.versions, ours.versions);
  ours.subsystem = node.subsystem;
  ours.dll_characteristics = node.dll_characteristics;
  ours.stack_reserve = node.stack_reserve;
  ours.stack_commit = node.stack_commit;
  ours.heap_reserve = node.heap_reserve;
  ours.heap_commit = node.heap_commit;
  ours.checksum = 0;
}

}  // namespace

Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node) {
  Image of_loader = TRY(read_pe(loader)), of_node = TRY(read_pe(node));
  if (of_loader.directory(kExports).size != 0 || of_loader.directory(kResources).size != 0)
    return fail(input_error("pe-no-slot", "the loader has no room for a runtime"));
  Growing out(std::move(of_loader), loader);
  take_over(of_node.optional, out.image().optional);

  auto names = TRY(read_export_names(of_node, node));
  uint32_t at = out.next_address();
  Bytes exports = forward_exports(names, kOwnName, kLibraryName, at);
  TRY(out.add(kExportSection, {exports}));
  out.image().optional.directories[kExports] = {at, static_cast<uint32_t>(exports.size())};

  at = out.next_address();
  Bytes tree = encode_resource_tree(TRY(read_resources(of_node, node)), at);
  TRY(out.add(kResourceSection, {tree}));
  out.image().optional.directories[kResources] = {at, static_cast<uint32_t>(tree.size())};

  TRY(out.add(kFrameSection, {seal_header(header, frame.size()), frame}));
  return out.finish();
}

Result<std::optional<CompactParts>> find_compact(ByteView file) {
  Image image = TRY(read_pe(file));
  for (const SectionHeader& section : image.sections)
    if (is_called(section, kFrameSection))
      return TRY(read_parts(TRY(file.slice(section.file_offset, section.file_size))));
  return std::nullopt;
}

}  // namespace ingot::pe
