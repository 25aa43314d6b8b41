// Makes tar archives for tests, well-formed and not: a header at a time, every field open to harm.
// Source: POSIX.1-1988 ustar, POSIX.1-2001 pax, GNU tar's manual for 'L' and base-256.
#pragma once

#include <string>
#include <utility>

#include "base/byte_view.h"

namespace ingot::testing {

struct TarField {
  size_t offset;
  std::string bytes;
};

struct TarItem {
  std::string path;  // at most 100 bytes, cut off beyond
  std::string content;
  char type = '0';
  unsigned mode = 0644;
  std::string link;
  std::vector<TarField> harm;  // written over the header before its checksum is made
  bool break_checksum = false;
};

class TarBuilder {
 public:
  TarBuilder& add(const TarItem& item);
  TarBuilder& file(std::string path, std::string content, unsigned mode = 0644);
  TarBuilder& link(std::string path, std::string target, char type = '2');
  // An extended header for the next entry.
  TarBuilder& pax(const std::vector<std::pair<std::string, std::string>>& records);
  TarBuilder& gnu_long_name(const std::string& path);

  // With the two empty blocks at the end.
  std::string tar() const { return out_ + std::string(1024, '\0'); }
  std::string tgz() const;

 private:
  std::string out_;
};

// One gzip member.
std::string gzip(const std::string& bytes);
// The same with so many MiB of zeros after the bytes, which are never made: one compressed MiB is
// repeated, so the checksum at the end is wrong.
std::string gzip_bomb(const std::string& bytes, size_t mebibytes);

}  // namespace ingot::testing
