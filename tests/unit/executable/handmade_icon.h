// A small .ico file with a bitmap and a PNG image, for tests to spoil.
#pragma once

#include "base/byte_view.h"

namespace ingot {

struct HandmadeIcon {
  struct Image {
    uint8_t width, height;
    Bytes data;
  };
  uint16_t reserved = 0;
  uint16_t type = 1;
  std::vector<Image> images = {{16, 16, bitmap(16, 16)}, {0, 0, png(256, 256)}};
  uint32_t offset_error = 0;  // added to the first image's place

  static void append(Bytes& out, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  static Bytes bitmap(uint32_t width, uint32_t height) {
    Bytes out;
    for (uint32_t value : {40u, width, 2 * height, 1u | 32u << 16, 0u, 0u, 0u, 0u, 0u, 0u})
      append(out, value, 4);
    out.resize(40 + width * height * 4 + height * 4, 0x5a);
    return out;
  }
  // The beginning of one, which is all that is looked at.
  static Bytes png(uint32_t width, uint32_t height) {
    ByteView head(std::string_view("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
    Bytes out(head.begin(), head.end());
    for (uint32_t side : {width, height})
      for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<uint8_t>(side >> shift));
    out.resize(100, 0xa5);
    return out;
  }

  Bytes bytes() const {
    Bytes out;
    append(out, reserved, 2);
    append(out, type, 2);
    append(out, images.size(), 2);
    uint64_t at = 6 + 16 * images.size() + offset_error;
    for (const Image& image : images) {
      append(out, image.width, 1);
      append(out, image.height, 1);
      append(out, 0, 2);
      append(out, 1, 2);
      append(out, 32, 2);
      append(out, image.data.size(), 4);
      append(out, at, 4);
      at += image.data.size();
    }
    for (const Image& image : images) out.insert(out.end(), image.data.begin(), image.data.end());
    return out;
  }
};

}  // namespace ingot
