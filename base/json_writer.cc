#include "base/json_writer.h"

#include <array>
#include <charconv>

#include "base/error.h"
#include "base/json.h"

namespace ingot {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += json_quote(name);
  out_ += layout_ == JsonLayout::kIndented ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  return scalar(json_quote(text));
}

JsonWriter& JsonWriter::seconds(double value) {
  std::array<char, 64> text;
  auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 3);
  INGOT_CHECK(error == std::errc());
  return scalar(std::string_view(text.data(), end));
}

std::string JsonWriter::finish() {
  INGOT_CHECK(depth_ == 0);
  return std::move(out_) + "\n";
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  INGOT_CHECK(depth_ > 0);
  --depth_;
  if (!first_) begin_line();
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::scalar(std::string_view text) {
  separate();
  out_ += text;
  return *this;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
  } else {
    if (!first_) out_ += ',';
    if (depth_ > 0) begin_line();
  }
  first_ = false;
}

void JsonWriter::begin_line() {
  if (layout_ == JsonLayout::kIndented) out_.append("\n").append(2 * depth_, ' ');
}

}  // namespace ingot
