#include "base/json_writer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"

namespace ingot {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += json_quote(name);
  out_ += ':';
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  return scalar(json_quote(text));
}

JsonWriter& JsonWriter::seconds(double value) {
  return scalar(fmt::format("{:.3f}", value));
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
  out_ += bracket;
  --depth_;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::scalar(std::string_view text) {
  separate();
  out_ += text;
  return *this;
}

void JsonWriter::separate() {
  if (after_key_)
    after_key_ = false;
  else if (!first_)
    out_ += ',';
  first_ = false;
}

}  // namespace ingot
