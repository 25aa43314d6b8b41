// Where something stands in a text, as cheap to keep as an offset.
//
// Owns the starts of a text's lines, which all places in it share, and counting line and column
// when a diagnostic is made: a lockfile has a hundred thousand places, and hardly one is ever
// shown.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ingot {

class TextLines {
 public:
  static constexpr uint32_t kWholeFile = std::numeric_limits<uint32_t>::max();

  // `name`: what positions call the text, which has less than 4 GiB and is not kept.
  TextLines(std::string name, std::string_view text);

  const std::string& name() const { return name_; }
  Position position(uint32_t offset) const;

 private:
  std::string name_;
  std::vector<uint32_t> starts_;  // of each line
};

// Cheap to copy, and valid on its own.
class Place {
 public:
  Place() = default;  // unknown
  Place(std::shared_ptr<const TextLines> lines, uint32_t offset)
      : lines_(std::move(lines)), offset_(offset) {}
  static Place whole_file(std::string name);

  bool is_known() const { return lines_ != nullptr; }
  Position position() const { return lines_ ? lines_->position(offset_) : Position{}; }
  operator Position() const { return position(); }  // NOLINT: what takes a position takes a place

 private:
  std::shared_ptr<const TextLines> lines_;
  uint32_t offset_ = 0;
};

}  // namespace ingot
