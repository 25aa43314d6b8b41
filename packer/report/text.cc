#include "packer/report/text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace ingot {
namespace {

constexpr std::string_view kEllipsis = "...";
constexpr uint64_t kMegabyte = 1'000'000;

bool is_continuation(char c) {
  return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

// Where each code point begins, and the end.
std::vector<size_t> code_points(std::string_view text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i)
    if (!is_continuation(text[i])) starts.push_back(i);
  starts.push_back(text.size());
  return starts;
}

std::string with_commas(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace

std::string megabytes(uint64_t bytes) {
  if (bytes > 0 && bytes < kMegabyte / 20) return "<0.1 MB";
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / static_cast<double>(kMegabyte));
}

std::string counted(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", with_commas(count), noun, count == 1 ? "" : "s");
}

std::string shown_path(const std::string& path, const std::string& folder) {
  std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  if (folder.empty() || folder == "/" || !path.starts_with(prefix)) return path;
  return path.substr(prefix.size());
}

std::string row(std::string_view title, std::string_view text) {
  return fmt::format("  {:<13} {}\n", title, printable(text));
}

std::string current_folder() {
  char* folder = getcwd(nullptr, 0);
  if (folder == nullptr) return "";
  std::string text = folder;
  std::free(folder);
  return text;
}

std::string printable(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<uint8_t>(text[i]);
    if (byte == '\n') {
      out += "\n    ";
    } else if (byte == 0xC2 && i + 1 < text.size() && static_cast<uint8_t>(text[i + 1]) < 0xA0) {
      out += fmt::format("\\u{:04x}", static_cast<uint8_t>(text[++i]));  // C1 control characters
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string wrapped(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = indent;
  while (!text.empty()) {
    size_t space = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, space);
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

std::string elided(std::string_view text, size_t width) {
  std::vector<size_t> starts = code_points(text);
  size_t length = starts.size() - 1;
  if (length <= width) return std::string(text);
  if (width <= kEllipsis.size()) return std::string(kEllipsis.substr(0, width));
  size_t kept = width - kEllipsis.size();
  size_t head = kept / 2, tail = kept - head;
  return fmt::format("{}{}{}", text.substr(0, starts[head]), kEllipsis,
                     text.substr(starts[length - tail]));
}

}  // namespace ingot
