#include "lockfile/yarn_syntax.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/utf8.h"

namespace ingot {
namespace {

class LineReader {
 public:
  // The line is at `offset` of the text that `lines` are of.
  LineReader(std::string_view line, const std::shared_ptr<const TextLines>& lines, size_t offset)
      : rest_(line), lines_(lines), offset_(offset) {
    if (rest_.ends_with('\r')) rest_.remove_suffix(1);
  }

  // Leading spaces, which are taken off.
  size_t indent() {
    size_t count = rest_.find_first_not_of(' ');
    if (count == std::string_view::npos) count = rest_.size();
    take(count);
    return count;
  }
  bool at_end() const { return rest_.empty(); }
  bool is_comment() const { return rest_.starts_with('#'); }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    take(1);
    return true;
  }
  Place position() const { return {lines_, static_cast<uint32_t>(offset_)}; }

  Error error(std::string message) const {
    return input_error("yarn-syntax", std::move(message)).at(position());
  }

  Result<std::string> token() {
    if (rest_.starts_with('"')) return quoted();
    size_t end = rest_.find_first_of(" \t,:\"");
    if (end == std::string_view::npos) end = rest_.size();
    if (end == 0) return fail(error("a name or a value is missing here"));
    std::string out(rest_.substr(0, end));
    take(end);
    return out;
  }

 private:
  void take(size_t count) {
    rest_.remove_prefix(count);
    offset_ += count;
  }

  Result<std::string> quoted() {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return fail(error("this string does not end"));
    auto document = JsonDocument::parse(std::string(rest_.substr(0, end + 1)), lines_->name());
    if (!document) return fail(error("this is no string"));
    std::string out(document->root().text());
    take(end + 1);
    return out;
  }

  std::string_view rest_;
  const std::shared_ptr<const TextLines>& lines_;
  size_t offset_;
};

class SyntaxReader {
 public:
  SyntaxReader(std::string_view text, const std::string& name)
      : text_(text), lines_(std::make_shared<const TextLines>(name, text)) {}

  Result<std::vector<YarnEntry>> read() {
    for (size_t start = 0; start < text_.size();) {
      size_t end = std::min(text_.find('\n', start), text_.size());
      LineReader reader(text_.substr(start, end - start), lines_, start);
      TRY(read_line(reader));
      start = end + 1;
    }
    return std::move(entries_);
  }

 private:
  Status read_line(LineReader& line) {
    size_t indent = line.indent();
    if (line.at_end() || line.is_comment()) return {};
    if (indent == 0) return read_patterns(line);
    if (entries_.empty()) return fail(line.error("this belongs to no entry"));
    if (indent == 2) return read_field(line);
    if (indent == 4 && block_ != nullptr) return read_dependency(line);
    return fail(line.error("this is indented as nothing can be here"));
  }

  Status read_patterns(LineReader& line) {
    YarnEntry entry;
    entry.position = line.position();
    do {
      line.indent();
      std::string pattern = TRY(line.token());
      if (!patterns_.insert(pattern).second)
        return fail(input_error("yarn-duplicate", json_quote(pattern) + " is there twice")
                        .at(entry.position));
      entry.patterns.push_back(std::move(pattern));
    } while (line.skip(','));
    if (!line.skip(':') || !line.at_end()) return fail(line.error("a \":\" should end this line"));
    entries_.push_back(std::move(entry));
    block_ = nullptr;
    return {};
  }

  Status read_field(LineReader& line) {
    block_ = nullptr;
    std::string name = TRY(line.token());
    if (line.skip(':')) {
      if (!line.at_end()) return fail(line.error("nothing can follow this \":\""));
      // Other blocks (yarn's own "permissions") say nothing about packages.
      other_.clear();
      block_ = name == "dependencies"           ? &entries_.back().dependencies
               : name == "optionalDependencies" ? &entries_.back().optional_dependencies
                                                : &other_;
      if (!block_->empty())
        return fail(
            input_error("yarn-duplicate", "\"" + name + "\" is there twice").at(line.position()));
      return {};
    }
    std::string value = TRY(read_value(line));
    if (!entries_.back().fields.emplace(name, std::move(value)).second)
      return fail(
          input_error("yarn-duplicate", "\"" + name + "\" is there twice").at(line.position()));
    return {};
  }

  Status read_dependency(LineReader& line) {
    Place position = line.position();
    std::string name = TRY(line.token());
    std::string range = TRY(read_value(line));
    block_->push_back({std::move(name), std::move(range), std::move(position)});
    return {};
  }

  static Result<std::string> read_value(LineReader& line) {
    if (line.indent() == 0) return fail(line.error("a value is missing here"));
    std::string value = TRY(line.token());
    if (!line.at_end()) return fail(line.error("something follows the value"));
    return value;
  }

  std::string_view text_;
  std::shared_ptr<const TextLines> lines_;
  std::vector<YarnEntry> entries_;
  std::vector<YarnDependency>* block_ = nullptr;  // that lines of 4 spaces go to
  std::vector<YarnDependency> other_;
  std::set<std::string> patterns_;
};

}  // namespace

Result<std::vector<YarnEntry>> parse_yarn_syntax(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (size_t valid = valid_utf8_size(text); valid < text.size())
    return fail(input_error("yarn-syntax", "this byte is not UTF-8")
                    .at(Place{std::make_shared<const TextLines>(name, text),
                              static_cast<uint32_t>(valid)}));
  return SyntaxReader(text, name).read();
}

}  // namespace ingot
