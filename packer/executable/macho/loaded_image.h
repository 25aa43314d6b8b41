// The headers of a Mach-O file as its loaders see them, for the checks of a finished file.
//
// Owns reading them by the loaders' rules about load commands. Shares nothing with object.h on
// purpose: see check_layout.h.
//
// Errors: "macho-layout".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

struct LoadedSection {
  std::string_view name;
  std::string_view segment;
  uint64_t address = 0;
  uint64_t size = 0;       // bytes
  uint32_t offset = 0;     // in the file
  uint32_t alignment = 0;  // power of two
  uint32_t relocations = 0;
  uint32_t flags = 0;
};

struct LoadedSegment {
  std::string_view name;
  uint64_t address = 0;
  uint64_t memory_size = 0;
  uint64_t offset = 0;
  uint64_t file_size = 0;
  uint32_t max_protection = 0;
  uint32_t protection = 0;
  std::vector<LoadedSection> sections;
};

struct LoadedCommand {
  uint32_t type = 0;
  ByteView bytes;
};

struct LoadedImage {
  uint32_t cpu = 0;
  uint32_t file_type = 0;
  uint32_t flags = 0;
  uint64_t header_end = 0;  // of the load commands, in the file
  std::vector<LoadedCommand> commands;
  std::vector<LoadedSegment> segments;

  uint64_t page() const;  // bytes
  const LoadedSegment* segment(std::string_view name) const;
  size_t count(uint32_t command_type) const;
  const LoadedCommand* command(uint32_t type) const;
};

// Views into `file`.
Result<LoadedImage> load_image(ByteView file);

Error layout_broken(const std::string& rule);
Status require(bool kept, const char* rule);

}  // namespace ingot::macho
