// A small PE file with all that casting needs of a template, made part by part, so that a test can
// spoil any of them.
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "handmade_elf.h"  // kFuseText
#include "packer/executable/pe/object.h"

namespace ingot {

struct HandmadePe {
  static constexpr uint32_t kHeadersOffset = 0x84;  // of what follows "PE\0\0"
  static constexpr uint32_t kTextOffset = 0x600;
  static constexpr uint32_t kDataOffset = 0x800;
  static constexpr uint32_t kResourcesOffset = 0xa00;
  static constexpr uint32_t kRelocationsOffset = 0x1600;
  static constexpr uint32_t kSize = 0x1800;  // without certificates
  static constexpr uint32_t kResourcesAddress = 0x3000;

  struct Resource {
    uint32_t type, name, language;
    std::string data;
    bool operator<(const Resource& other) const {
      return std::tie(type, name, language) < std::tie(other.type, other.name, other.language);
    }
  };

  pe::FileHeader file;
  pe::OptionalHeader optional;
  std::vector<pe::SectionHeader> sections;
  std::string data = "some data " + kFuseText + "0 and more";
  std::vector<Resource> resources = {{3, 1, 1033, "icon 1"},
                                     {3, 2, 1033, "icon 2, larger"},
                                     {14, 1, 1033, "a group of icons"},
                                     {16, 1, 1033, "Node's version"},
                                     {24, 1, 1033, "<assembly/>"}};
  std::string certificates = std::string("\x20\0\0\0\0\2\2\0", 8) + std::string(24, 'c');
  // May change the resource section after it was made.
  std::function<void(Bytes&)> spoil_resources = [](Bytes&) {};

  explicit HandmadePe(uint16_t machine = pe::kMachineX64) {
    file.machine = machine;
    file.optional_header_size = sizeof(pe::OptionalHeader);
    file.characteristics = 0x22;
    optional.magic = pe::kMagicPe32Plus;
    optional.entry = 0x1010;
    optional.image_base = 0x140000000;
    optional.section_alignment = 0x1000;
    optional.file_alignment = 0x200;
    optional.image_size = 0x5000;
    optional.headers_size = 0x600;
    optional.subsystem = pe::kConsole;
    optional.directory_count = pe::kDirectories;
    optional.directories[pe::kResources] = {kResourcesAddress, 0xc00};
    auto add = [&](const char* name, uint32_t size, uint32_t address, uint32_t offset,
                   uint32_t flags) {
      pe::SectionHeader section;
      std::memcpy(section.name, name, strlen(name));
      section.memory_size = size;
      section.address = address;
      section.file_size = static_cast<uint32_t>(align_up(size, 0x200));
      section.file_offset = offset;
      section.characteristics = flags;
      sections.push_back(section);
    };
    add(".text", 0x100, 0x1000, kTextOffset, 0x60000020);
    add(".data", 0x1f0, 0x2000, kDataOffset, 0xc0000040);
    add(".rsrc", 0xc00, kResourcesAddress, kResourcesOffset, 0x40000040);
    add(".reloc", 0x20, 0x4000, kRelocationsOffset, 0x42000040);
  }

  Bytes bytes() const {
    Bytes out(kSize);
    put(out, 0, std::string_view("MZ"));
    put_integer(out, 0x3c, kHeadersOffset - 4);
    put(out, kHeadersOffset - 4, std::string_view("PE\0\0", 4));
    pe::Image image;
    image.file = file;
    image.file.section_count = static_cast<uint16_t>(file.section_count + sections.size());
    image.optional = optional;
    if (!certificates.empty() && optional.directories[pe::kCertificates].size == 0)
      image.optional.directories[pe::kCertificates] = {kSize,
                                                       static_cast<uint32_t>(certificates.size())};
    image.sections = sections;
    put(out, kHeadersOffset, pe::encode_headers(image));
    put(out, kTextOffset, std::string_view("code"));
    put(out, kDataOffset, std::string_view(data));
    Bytes tree = resource_tree();
    spoil_resources(tree);
    put(out, kResourcesOffset, tree);
    put(out, kRelocationsOffset, std::string_view("relocations"));
    out.insert(out.end(), certificates.begin(), certificates.end());
    return out;
  }

  static void put(Bytes& out, size_t offset, ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<ptrdiff_t>(offset));
  }
  static void put_integer(Bytes& out, size_t offset, uint32_t value) {
    std::memcpy(out.data() + offset, &value, sizeof(value));
  }

 private:
  // Directories of one entry per resource, breadth first, each level after the other, and 0x40
  // bytes of data for each resource from the middle of the section on.
  Bytes resource_tree() const {
    Bytes out(0xc00);
    std::map<uint32_t, std::map<uint32_t, std::vector<const Resource*>>> types;
    for (const Resource& resource : resources)
      types[resource.type][resource.name].push_back(&resource);
    uint32_t free = directory_size(types.size());
    uint32_t next_data = 0x600;
    auto begin = [&](uint32_t at, size_t entries) {
      put_integer(out, at + 12, static_cast<uint32_t>(entries << 16));
    };
    auto reserve = [&](uint32_t size) { return std::exchange(free, free + size); };
    begin(0, types.size());
    uint32_t type_entry = 16;
    for (const auto& [type, names] : types) {
      uint32_t name_directory = reserve(directory_size(names.size()));
      put_integer(out, type_entry, type);
      put_integer(out, type_entry + 4, name_directory | 0x80000000);
      type_entry += 8;
      begin(name_directory, names.size());
      uint32_t name_entry = name_directory + 16;
      for (const auto& [name, languages] : names) {
        uint32_t language_directory = reserve(directory_size(languages.size()));
        put_integer(out, name_entry, name);
        put_integer(out, name_entry + 4, language_directory | 0x80000000);
        name_entry += 8;
        begin(language_directory, languages.size());
        uint32_t language_entry = language_directory + 16;
        for (const Resource* resource : languages) {
          uint32_t data_entry = reserve(16);
          put_integer(out, language_entry, resource->language);
          put_integer(out, language_entry + 4, data_entry);
          language_entry += 8;
          put_integer(out, data_entry, kResourcesAddress + next_data);
          put_integer(out, data_entry + 4, static_cast<uint32_t>(resource->data.size()));
          put(out, next_data, std::string_view(resource->data));
          next_data += 0x40;
        }
      }
    }
    return out;
  }
  static uint32_t directory_size(size_t entries) { return static_cast<uint32_t>(16 + 8 * entries); }
};

}  // namespace ingot
