#include "packer/executable/pe/version_info.h"

#include "base/utf8.h"

namespace ingot::pe {
namespace {

constexpr uint16_t kBinary = 0, kText = 1;
constexpr uint16_t kLanguage = 0x0409, kUnicode = 1200;
constexpr uint32_t kFixedSignature = 0xfeef04bd, kFixedVersion = 0x00010000;
constexpr uint32_t kSystem = 0x00040004;  // VOS_NT_WINDOWS32
constexpr uint32_t kApplication = 1;      // VFT_APP

void append(Bytes& out, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void pad(Bytes& out) {
  out.resize(align_up(out.size(), 4));
}

// With a NUL; what is not well-formed becomes U+FFFD.
Bytes utf16(std::string_view text) {
  Bytes out;
  while (!text.empty()) {
    size_t size = utf8_sequence(text);
    uint32_t point = 0xfffd;
    if (size == 1) point = static_cast<uint8_t>(text[0]);
    if (size > 1) point = static_cast<uint8_t>(text[0]) & (0x7fu >> size);
    for (size_t i = 1; i < size; ++i) point = point << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
    if (point > 0xffff) {
      append(out, 0xd800 + ((point - 0x10000) >> 10), 2);
      append(out, 0xdc00 + (point & 0x3ff), 2);
    } else {
      append(out, point, 2);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  append(out, 0, 2);
  return out;
}

// `children` are whole blocks, padded; a text's length is in UTF-16 units, any other in bytes.
Bytes block(std::string_view key, uint16_t type, const Bytes& value, const Bytes& children = {}) {
  Bytes out;
  append(out, 0, 2);
  append(out, type == kText ? value.size() / 2 : value.size(), 2);
  append(out, type, 2);
  Bytes name = utf16(key);
  out.insert(out.end(), name.begin(), name.end());
  pad(out);
  out.insert(out.end(), value.begin(), value.end());
  if (!children.empty()) {
    pad(out);
    out.insert(out.end(), children.begin(), children.end());
  }
  INGOT_CHECK(out.size() <= 0xffff);
  out[0] = static_cast<uint8_t>(out.size());
  out[1] = static_cast<uint8_t>(out.size() >> 8);
  return out;
}

Bytes fixed_info(const std::array<uint16_t, 4>& number) {
  Bytes out;
  uint32_t high = uint32_t{number[0]} << 16 | number[1];
  uint32_t low = uint32_t{number[2]} << 16 | number[3];
  for (uint32_t value : {kFixedSignature, kFixedVersion, high, low, high, low,
                         uint32_t{0x3f},  // all flags are meant
                         uint32_t{0}, kSystem, kApplication, uint32_t{0}, uint32_t{0}, uint32_t{0}})
    append(out, value, 4);
  return out;
}

void append_block(Bytes& blocks, const Bytes& next) {
  pad(blocks);
  blocks.insert(blocks.end(), next.begin(), next.end());
}

}  // namespace

Bytes encode_version_info(const VersionInfo& info) {
  const std::pair<std::string_view, std::string_view> texts[] = {
      {"CompanyName", info.company},      {"FileDescription", info.description},
      {"FileVersion", info.version},      {"InternalName", info.internal_name},
      {"LegalCopyright", info.copyright}, {"OriginalFilename", info.original_filename},
      {"ProductName", info.product_name}, {"ProductVersion", info.version}};
  Bytes strings;
  for (const auto& [name, text] : texts) {
    INGOT_CHECK(text.size() <= kMaxVersionText);
    if (!text.empty()) append_block(strings, block(name, kText, utf16(text)));
  }
  Bytes translation;
  append(translation, kLanguage, 2);
  append(translation, kUnicode, 2);
  Bytes children = block("StringFileInfo", kText, {}, block("040904b0", kText, {}, strings));
  append_block(children,
               block("VarFileInfo", kText, {}, block("Translation", kBinary, translation)));
  return block("VS_VERSION_INFO", kBinary, fixed_info(info.number), children);
}

}  // namespace ingot::pe
