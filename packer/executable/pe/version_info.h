// The version resource: what Windows shows as the properties of a program.
//
// Owns its encoding, in US English and Unicode only, as Node's own is. Where the texts come from is
// others' affair (packer/cast/windows_dressing.h). Source: Microsoft, "VS_VERSIONINFO structure"
// and the structures it refers to.
//
//   block     = u16 length  u16 value-length  u16 type (0 binary, 1 text)
//               key (UTF-16, NUL) padding value (padding block)*       (padding: to 4 bytes)
//   resource  = block "VS_VERSION_INFO": VS_FIXEDFILEINFO
//                 block "StringFileInfo": block "040904b0": block <name>: text ...
//                 block "VarFileInfo": block "Translation": u16 0x0409  u16 1200
#pragma once

#include <array>
#include <string>

#include "base/byte_view.h"

namespace ingot::pe {

inline constexpr size_t kMaxVersionText = 1024;  // bytes of UTF-8

// All UTF-8 and no longer than kMaxVersionText; what is empty is left out.
struct VersionInfo {
  std::array<uint16_t, 4> number = {};  // of file and product
  std::string product_name;
  std::string version;  // as people write it
  std::string description;
  std::string company;
  std::string copyright;
  std::string internal_name;
  std::string original_filename;

  bool operator==(const VersionInfo&) const = default;
};

Bytes encode_version_info(const VersionInfo& info);

}  // namespace ingot::pe
