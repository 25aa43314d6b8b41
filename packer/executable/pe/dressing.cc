#include "packer/executable/pe/dressing.h"

#include <algorithm>

#include "packer/executable/pe/icon.h"

namespace ingot::pe {
namespace {

// As Node's own: US English, and numbers from 1 on.
constexpr uint16_t kLanguage = 0x0409;
constexpr uint16_t kFirstNumber = 1;

void add(Presentation& presentation, uint16_t type, uint16_t number, ByteView data) {
  presentation.resources.push_back(
      {ResourceName::of(type), ResourceName::of(number), kLanguage, 0, data});
}

Status add_icon(ByteView file, Dressed& out) {
  std::vector<IconImage> images = TRY(read_icon(file));
  for (size_t i = 0; i < images.size(); ++i)
    add(out.presentation, kIcon, static_cast<uint16_t>(kFirstNumber + i), images[i].data);
  out.storage.push_back(encode_icon_group(images, kFirstNumber));
  add(out.presentation, kIconGroup, kFirstNumber, out.storage.back());
  return {};
}

void update(Hasher& hasher, uint64_t value) {
  uint8_t bytes[8];
  for (size_t i = 0; i < sizeof(bytes); ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  hasher.update(ByteView(bytes, sizeof(bytes)));
}

void update(Hasher& hasher, const ResourceName& name) {
  update(hasher, name.number);
  update(hasher, name.text.size());
  for (char16_t unit : name.text) update(hasher, unit);
}

}  // namespace

bool is_shown(const Resource& resource) {
  return resource.is(kIcon) || resource.is(kIconGroup) || resource.is(kVersion);
}

Result<Dressed> dress(const Image& image, ByteView original, const Dressing& dressing) {
  Dressed out;
  out.presentation.subsystem = image.optional.subsystem;
  if (dressing.hide_console) out.presentation.subsystem = kWindowed;
  for (Resource& resource : TRY(read_resources(image, original))) {
    bool replaced =
        resource.is(kVersion) ? dressing.version.has_value() : dressing.icon.has_value();
    if (is_shown(resource) && !replaced) out.presentation.resources.push_back(std::move(resource));
  }
  if (dressing.icon) TRY(add_icon(*dressing.icon, out));
  if (dressing.version) {
    out.storage.push_back(encode_version_info(*dressing.version));
    add(out.presentation, kVersion, kFirstNumber, out.storage.back());
  }
  std::ranges::sort(out.presentation.resources, std::less<>());
  return out;
}

Digest digest_of(const Presentation& presentation) {
  Hasher hasher(DigestAlgorithm::kSha256);
  update(hasher, presentation.subsystem);
  update(hasher, presentation.resources.size());
  for (const Resource& resource : presentation.resources) {
    update(hasher, resource.type);
    update(hasher, resource.name);
    update(hasher, resource.language);
    update(hasher, resource.code_page);
    update(hasher, resource.data.size());
    hasher.update(resource.data);
  }
  return hasher.finish();
}

}  // namespace ingot::pe
