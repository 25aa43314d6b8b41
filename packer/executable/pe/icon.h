// An .ico file -> the images in it, and their form as resources.
//
// Owns reading and checking the file: what a user gives must not make an executable that shows no
// icon, or a broken one. Never converts an image. Sources: Microsoft, "Icons" (Win32 resources),
// and the format of icon resources in "Resource File Formats".
//
//   file        = u16 0  u16 1  u16 count  entry*  images
//   entry       = common  u32 size  u32 offset-in-file
//   common      = u8 width  u8 height (0: 256)  u8 colours  u8 0  u16 planes  u16 bits
//   image       = a PNG file, or a BITMAPINFOHEADER with twice the height, and its bits
//   group       = u16 0  u16 1  u16 count  (common  u32 size  u16 resource-number)*
//
// Errors: "icon-not-ico" (another kind of image), "icon-too-large", "icon-malformed".
#pragma once

#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::pe {

inline constexpr size_t kMaxIconFile = 4 << 20;  // bytes
inline constexpr size_t kMaxIconImages = 64;

struct IconImage {
  Bytes common;   // as in the grammar
  ByteView data;  // borrowed from the file
};

// In the file's order, at least one.
Result<std::vector<IconImage>> read_icon(ByteView file);

// A group resource for images that are the resources `first_number` and following.
Bytes encode_icon_group(const std::vector<IconImage>& images, uint16_t first_number);

}  // namespace ingot::pe
