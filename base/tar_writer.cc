#include "base/tar_writer.h"

namespace ingot {
namespace {

constexpr size_t kBlock = 512;

// "<length> <key>=<value>\n", where the length counts itself; nothing for what fits elsewhere.
std::string pax_record(const std::string& key, const std::string& value, size_t fits) {
  if (value.size() <= fits) return {};
  std::string rest = " " + key + "=" + value + "\n";
  size_t length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length) ++length;
  return std::to_string(length) + rest;
}

}  // namespace

void TarWriter::add_file(const std::string& path, ByteView content, bool executable) {
  add(path, executable ? "0000755" : "0000644", '0', content, "");
}

void TarWriter::add_link(const std::string& path, const std::string& target) {
  add(path, "0000777", '2', {}, target);
}

Bytes TarWriter::finish() {
  out_.resize(out_.size() + 2 * kBlock);
  return std::move(out_);
}

void TarWriter::add(const std::string& path, std::string_view mode, char type, ByteView content,
                    const std::string& link_target) {
  std::string records = pax_record("path", path, 100) + pax_record("linkpath", link_target, 100);
  if (!records.empty()) {
    header("pax", "0000644", 'x', records.size(), "");
    body(std::string_view(records));
  }
  header(path, mode, type, content.size(), link_target);
  body(content);
}

void TarWriter::header(const std::string& path, std::string_view mode, char type, uint64_t size,
                       const std::string& link_target) {
  std::string block(kBlock, '\0');
  auto put = [&](size_t at, std::string_view text) { block.replace(at, text.size(), text); };
  auto octal = [](uint64_t value, size_t digits) {
    std::string text(digits, '0');
    for (size_t i = digits; i-- > 0; value >>= 3) text[i] = static_cast<char>('0' + (value & 7));
    return text;
  };
  put(0, std::string_view(path).substr(0, 100));
  put(100, mode);
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(148, "        ");
  block[156] = type;
  put(157, std::string_view(link_target).substr(0, 100));
  put(257, std::string_view("ustar\00000", 8));
  uint64_t sum = 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6));
  block[154] = '\0';
  out_.insert(out_.end(), block.begin(), block.end());
}

void TarWriter::body(ByteView content) {
  out_.insert(out_.end(), content.begin(), content.end());
  out_.resize((out_.size() + kBlock - 1) / kBlock * kBlock);
}

}  // namespace ingot
