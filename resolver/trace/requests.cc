#include "resolver/trace/requests.h"

#include <algorithm>

namespace ingot {
namespace {

// `join(__dirname, x)`: whatever it is, it lies near the file.
bool begins_at_own_place(const SourceText& text, size_t argument) {
  for (std::string_view call : {"path.join(", "path.resolve(", "join(", "resolve("})
    if (text.continues_with(argument, call)) argument = text.skip(argument + call.size());
  for (std::string_view place : {"__dirname", "import.meta.dirname", "new URL("})
    if (text.continues_with(argument, place)) return true;
  return false;
}

}  // namespace

bool is_relative(std::string_view specifier) {
  return specifier == "." || specifier == ".." || specifier.starts_with("./") ||
         specifier.starts_with("../");
}

std::optional<std::string> package_name_of(std::string_view specifier, bool is_whole) {
  size_t end = specifier.find('/');
  if (specifier.starts_with('@') && end != std::string_view::npos)
    end = specifier.find('/', end + 1);
  else if (specifier.starts_with('@'))
    return std::nullopt;
  if (end == std::string_view::npos && !is_whole) return std::nullopt;
  std::string name(specifier.substr(0, end));
  if (name.empty() || name.find(':') != std::string::npos || name.starts_with('#'))
    return std::nullopt;
  return name;
}

RequestBeginning beginning_of(std::string_view source, const ComputedSpecifier& request) {
  SourceText text(source);
  size_t open = source.find('(', request.offset);
  size_t argument = text.skip(open == std::string_view::npos ? source.size() : open + 1);
  if (begins_at_own_place(text, argument)) return {true, {}};
  std::string_view start;
  bool is_whole = false;
  if (auto literal = text.literal_at(argument)) {
    start = literal->text;
    is_whole = text.at(text.skip(literal->end)) == ',';
  } else if (text.at(argument) == '`') {
    start = source.substr(argument + 1);
    start = start.substr(0, std::min(start.find("${"), start.find_first_of("\\`\n")));
  }
  if (start.starts_with("./") || start.starts_with("../")) return {true, {}};
  return {false, package_name_of(start, is_whole)};
}

bool is_no_value(const SourceText& text, size_t at, std::string_view word) {
  size_t before = text.skip_back(at), after = text.skip(at + word.size());
  if (text.name_before(before) == "typeof") return true;
  if (text.at(after) == '=' && text.at(after + 1) != '=') return true;
  if (text.at(after) == ':' && (text.before(before) == '{' || text.before(before) == ','))
    return true;
  // function (require, ...), function name(require, ...), (require, ...) =>
  if (text.before(before) != '(') return false;
  size_t close = text.text().find(')', after);
  bool is_arrow = close != std::string_view::npos &&
                  text.continues_with(text.skip(close + 1), "=>") &&
                  text.text().substr(after, close - after).find('(') == std::string_view::npos;
  size_t name_end = text.skip_back(before - 1);
  std::string_view name = text.name_before(name_end);
  return is_arrow || name == "function" ||
         text.name_before(text.skip_back(name_end - name.size())) == "function";
}

bool is_kept_name(const SourceText& text, size_t end) {
  size_t statement = text.text().find_last_of(";\n{}", end);
  statement = statement == std::string_view::npos ? 0 : statement + 1;
  size_t equals = text.text().find('=', statement);
  return equals < end && text.name_before(text.skip_back(equals)) == "createRequire";
}

}  // namespace ingot
