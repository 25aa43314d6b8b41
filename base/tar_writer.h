// A tar archive in memory that depends on what is put into it alone.
//
// Owns the format as far as files and symbolic links need it: ustar (POSIX.1-1988), with a pax
// header (POSIX.1-2001) where a path is longer than 100 bytes; no times, no owners, modes 0644,
// 0755 and 0777. Checks nothing about paths.
#pragma once

#include <string>
#include <string_view>

#include "base/byte_view.h"

namespace ingot {

class TarWriter {
 public:
  void add_file(const std::string& path, ByteView content, bool executable);
  void add_link(const std::string& path, const std::string& target);

  // Bytes so far.
  uint64_t size() const { return out_.size(); }
  // With the two empty blocks at the end.
  Bytes finish();

 private:
  void add(const std::string& path, std::string_view mode, char type, ByteView content,
           const std::string& link_target);
  void header(const std::string& path, std::string_view mode, char type, uint64_t size,
              const std::string& link_target);
  void body(ByteView content);

  Bytes out_;
};

}  // namespace ingot
