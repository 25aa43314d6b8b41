// The resources of a PE executable: named data that a program and its system can ask for.
//
// Owns reading a resource tree into a plain list and writing a list as a tree again, in a section
// of its own. Knows the names of the two resources that ingot adds; never what is in any of them.
// Source: Microsoft, "PE Format", section "The .rsrc Section".
//
//   tree      = directory (types) -> directory (names) -> directory (languages) -> data-entry
//   directory = u32 characteristics  u32 time  u16 major  u16 minor
//               u16 named-entries  u16 numbered-entries  entry*
//   entry     = u32 name: 2^31 + offset of a string, or a number
//               u32 child: 2^31 + offset of a directory, or the offset of a data-entry
//               the named ones first, each kind ascending; offsets count from the tree's start
//   data-entry = u32 address  u32 size  u32 code-page  u32 0
//   string    = u16 length  length x u16 (UTF-16)
//
// Errors: "pe-resources-malformed".
#pragma once

#include <string>
#include <vector>

#include "packer/executable/pe/object.h"

namespace ingot::pe {

inline constexpr size_t kMaxResources = 4096;

enum ResourceType : uint16_t {
  kIcon = 3,
  kRawData = 10,
  kIconGroup = 14,
  kVersion = 16,
};

// A type or a name: a text or a number. Texts come before numbers, as in the tree.
struct ResourceName {
  std::u16string text;  // "" for a number
  uint16_t number = 0;

  static ResourceName of(uint16_t number) { return {{}, number}; }
  static ResourceName of(std::u16string_view text) { return {std::u16string(text), 0}; }
  bool operator==(const ResourceName&) const = default;
  bool operator<(const ResourceName& other) const;
};

inline constexpr std::u16string_view kBlobResource = u"NODE_SEA_BLOB";  // both are kRawData
inline constexpr std::u16string_view kUndoResource = u"INGOT_UNDO";

struct Resource {
  ResourceName type;
  ResourceName name;
  uint16_t language = 0;
  uint32_t code_page = 0;
  ByteView data;  // borrowed

  bool is(uint16_t wanted_type) const { return type == ResourceName::of(wanted_type); }
  bool is(uint16_t wanted_type, std::u16string_view wanted_name) const {
    return is(wanted_type) && name == ResourceName::of(wanted_name);
  }
  bool operator<(const Resource& other) const;  // in the tree's order; the data does not count
};

// All resources of a file, in the tree's order: none when it has no tree. The tree must have three
// levels, no two entries for the same thing, and its data inside the sections' data. `file` is the
// file of `image`, or any other with the same bytes there.
Result<std::vector<Resource>> read_resources(const Image& image, ByteView file);

// A resource section without its last part, the blob.
struct ResourceSection {
  Bytes head;                // from the section's start up to the blob
  uint64_t memory_size = 0;  // bytes, blob included
};

// `resources` are in the tree's order and differ; among them is none called kBlobResource: it is
// added here, for `blob_size` bytes at a multiple of kSeaBlobAlignment. `address`: the section's.
// The sizes have been checked: everything fits into 32 bits.
ResourceSection encode_resources(const std::vector<Resource>& resources, uint64_t blob_size,
                                 uint64_t address);

// The tree alone, with the data of all its resources.
Bytes encode_resource_tree(const std::vector<Resource>& resources, uint64_t address);

}  // namespace ingot::pe
