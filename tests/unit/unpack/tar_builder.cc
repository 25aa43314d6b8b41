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

std::string gzip(const std::string& bytes, uint64_t zeros) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out;
  std::string buffer(1 << 16, '\0');
  auto feed = [&](const std::string& input, int flush) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = static_cast<uInt>(input.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream, flush);
      out.append(buffer, 0, buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  };
  feed(bytes, Z_NO_FLUSH);
  const std::string block(1 << 20, '\0');
  for (; zeros >= block.size(); zeros -= block.size()) feed(block, Z_NO_FLUSH);
  feed(std::string(zeros, '\0'), Z_FINISH);
  deflateEnd(&stream);
  return out;
}

}  // namespace ingot::testing
