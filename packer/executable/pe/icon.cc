#include "packer/executable/pe/icon.h"

namespace ingot::pe {
namespace {

constexpr uint64_t kHeaderSize = 6;
constexpr uint64_t kEntrySize = 16;
constexpr uint64_t kCommonSize = 8;
constexpr uint16_t kTypeIcon = 1;
constexpr uint32_t kBitmapHeaderSize = 40;
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";
constexpr uint64_t kPngWidth = 16, kPngHeight = 20;
constexpr uint32_t kLargestSide = 256;

Error malformed(size_t index, const char* what) {
  return input_error("icon-malformed",
                     "image " + std::to_string(index + 1) + " of the icon " + what);
}

// The sides as the image itself has them.
struct Sides {
  uint32_t width = 0;
  uint32_t height = 0;
};

Result<Sides> sides_of(ByteView data, size_t index) {
  if (data.text().starts_with(kPng)) {
    auto width = data.be<uint32_t>(kPngWidth), height = data.be<uint32_t>(kPngHeight);
    if (!width || !height) return fail(malformed(index, "is cut off"));
    return Sides{*width, *height};
  }
  auto size = data.le<uint32_t>(0);
  auto width = data.le<uint32_t>(4), height = data.le<uint32_t>(8);
  if (!size || *size != kBitmapHeaderSize || data.size() < kBitmapHeaderSize)
    return fail(malformed(index, "is neither a bitmap nor a PNG image"));
  return Sides{*width, *height / 2};
}

Result<IconImage> read_image(ByteView file, size_t index, uint64_t directory_end) {
  uint64_t at = kHeaderSize + index * kEntrySize;
  ByteView common = TRY(file.slice(at, kCommonSize));
  uint32_t size = TRY(file.le<uint32_t>(at + 8));
  uint32_t offset = TRY(file.le<uint32_t>(at + 12));
  auto data = file.slice(offset, size);
  if (!data || offset < directory_end) return fail(malformed(index, "is not inside the file"));
  Sides sides = TRY(sides_of(*data, index));
  auto declared = [&](uint64_t place) {
    uint8_t side = common.span()[place];
    return side == 0 ? kLargestSide : side;
  };
  if (sides.width != declared(0) || sides.height != declared(1))
    return fail(malformed(index, "has other sides than the icon says"));
  return IconImage{Bytes(common.begin(), common.end()), *data};
}

void append(Bytes& out, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

Result<std::vector<IconImage>> read_icon(ByteView file) {
  if (file.size() > kMaxIconFile)
    return fail(input_error("icon-too-large", "the icon is larger than 4 MiB"));
  auto reserved = file.le<uint16_t>(0), type = file.le<uint16_t>(2), count = file.le<uint16_t>(4);
  if (!reserved || !type || !count || *reserved != 0 || *type != kTypeIcon)
    return fail(input_error("icon-not-ico", "the icon is no .ico file")
                    .hinted("image programs, for instance ImageMagick, convert other images"));
  uint64_t end = kHeaderSize + *count * kEntrySize;
  if (*count == 0 || *count > kMaxIconImages || end > file.size())
    return fail(input_error("icon-malformed", "the icon has no images, or says it has too many"));
  std::vector<IconImage> images;
  for (size_t i = 0; i < *count; ++i) images.push_back(TRY(read_image(file, i, end)));
  return images;
}

Bytes encode_icon_group(const std::vector<IconImage>& images, uint16_t first_number) {
  Bytes out;
  append(out, 0, 2);
  append(out, kTypeIcon, 2);
  append(out, images.size(), 2);
  for (size_t i = 0; i < images.size(); ++i) {
    out.insert(out.end(), images[i].common.begin(), images[i].common.end());
    append(out, images[i].data.size(), 4);
    append(out, first_number + i, 2);
  }
  return out;
}

}  // namespace ingot::pe
