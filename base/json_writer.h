// Writes JSON, member after member.
//
// Owns commas and quoting; never the meaning. Objects and arrays are opened and closed by the
// caller, in order. Output is compact, or with a line for each member (`kIndented`), with a line
// end after the outermost value.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

enum class JsonLayout { kCompact, kIndented };

class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout = JsonLayout::kCompact) : layout_(layout) {}

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return close('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return close(']'); }

  // The name of the member that comes next.
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::same_as<bool> auto flag) { return scalar(flag ? "true" : "false"); }
  JsonWriter& value(std::unsigned_integral auto number) requires(
      !std::same_as<decltype(number), bool>) {
    return scalar(std::to_string(uint64_t{number}));
  }
  // With three decimals.
  JsonWriter& seconds(double value);
  JsonWriter& null() { return scalar("null"); }

  template <typename Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    key(name);
    return value(content);
  }
  // null instead of an empty text.
  JsonWriter& text_or_null(std::string_view name, std::string_view text) {
    key(name);
    return text.empty() ? null() : value(text);
  }

  std::string finish();

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& scalar(std::string_view text);
  void separate();
  void begin_line();

  JsonLayout layout_;
  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace ingot
