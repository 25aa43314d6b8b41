#include "tar_builder.h"

#include <zlib.h>

#include <cstdio>

namespace ingot::testing {
namespace {

void put(std::string& header, size_t offset, size_t size, const std::string& text) {
  header.replace(offset, std::min(size, text.size()), text.substr(0, size));
}

std::string octal(uint64_t value, size_t digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*lo", static_cast<int>(digits),
                static_cast<unsigned long>(value));
  return std::string(text) + '\0';
}

}  // namespace

TarBuilder& TarBuilder::add(const TarItem& item) {
  std::string header(512, '\0');
  put(header, 0, 100, item.path);
  put(header, 100, 8, octal(item.mode, 7));
  put(header, 108, 8, octal(0, 7));
  put(header, 116, 8, octal(0, 7));
  put(header, 124, 12, octal(item.content.size(), 11));
  put(header, 136, 12, octal(0, 11));
  header[156] = item.type;
  put(header, 157, 100, item.link);
  put(header, 257, 8, std::string("ustar\00000", 8));
  for (const TarField& field : item.harm)
    put(header, field.offset, field.bytes.size(), field.bytes);
  put(header, 148, 8, "        ");
  unsigned sum = item.break_checksum ? 1 : 0;
  for (char c : header) sum += static_cast<uint8_t>(c);
  put(header, 148, 8, octal(sum, 6) + " ");
  out_ += header + item.content + std::string((512 - item.content.size() % 512) % 512, '\0');
  return *this;
}

TarBuilder& TarBuilder::file(std::string path, std::string content, unsigned mode) {
  TarItem item;
  item.path = std::move(path);
  item.content = std::move(content);
  item.mode = mode;
  return add(item);
}

TarBuilder& TarBuilder::link(std::string path, std::string target, char type) {
  TarItem item;
  item.path = std::move(path);
  item.link = std::move(target);
  item.type = type;
  return add(item);
}

TarBuilder& TarBuilder::pax(const std::vector<std::pair<std::string, std::string>>& records) {
  TarItem item;
  item.path = "PaxHeader/next";
  item.type = 'x';
  for (const auto& [key, value] : records) {
    std::string rest = " " + key + "=" + value + "\n";
    size_t size = rest.size() + 1;
    while (std::to_string(size).size() + rest.size() != size)
      size = std::to_string(size).size() + rest.size();
    item.content += std::to_string(size) + rest;
  }
  return add(item);
}

TarBuilder& TarBuilder::gnu_long_name(const std::string& path) {
  TarItem item;
  item.path = "././@LongLink";
  item.type = 'L';
  item.content = path + '\0';
  return add(item);
}

std::string TarBuilder::tgz() const {
  return gzip(tar());
}

std::string gzip(const std::string& bytes) {
  return gzip_bomb(bytes, 0);
}

std::string gzip_bomb(const std::string& bytes, size_t mebibytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  auto feed = [&](const std::string& input, int flush) {
    std::string out(deflateBound(&stream, input.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, flush);
    out.resize(out.size() - stream.avail_out);
    return out;
  };
  std::string out = feed(bytes, mebibytes > 0 ? Z_FULL_FLUSH : Z_FINISH);
  if (mebibytes > 0) {
    // After a full flush the same input gives the same bytes, which depend on nothing before.
    std::string block = feed(std::string(1 << 20, '\0'), Z_FULL_FLUSH);
    for (size_t i = 0; i < mebibytes; ++i) out += block;
    out += feed("", Z_FINISH);
  }
  deflateEnd(&stream);
  return out;
}

}  // namespace ingot::testing
