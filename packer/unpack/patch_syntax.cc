#include "packer/unpack/patch_syntax.h"

#include <algorithm>
#include <optional>

#include "base/file_system.h"
#include "base/json.h"
#include "resolver/modules/js_characters.h"

namespace ingot {
namespace {

constexpr int64_t kMaxLine = int64_t{1} << 40;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// What is said of one file, as it stands there. "" is nothing.
struct FileSection {
  std::string_view diff_from, diff_to;
  std::string_view old_mode, new_mode, new_file_mode, deleted_file_mode;
  std::string_view rename_from, rename_to;
  std::string_view from_path, to_path;
  std::string_view versions;
  std::vector<PatchHunk> hunks;
  size_t line = 0;
};

// "12,3 " or "12 ".
bool read_range(std::string_view& text, int64_t& start, int64_t& count) {
  auto number = [&](int64_t& value) {
    size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return false;
    value = 0;
    for (char digit : text.substr(0, digits))
      value = std::min(kMaxLine, value * 10 + (digit - '0'));
    text.remove_prefix(digits);
    return true;
  };
  count = 1;
  if (!number(start)) return false;
  start = std::max<int64_t>(start, 1);
  if (take_prefix(text, ",") && !number(count)) return false;
  return take_prefix(text, " ");
}

class PatchReader {
 public:
  PatchReader(std::string_view text, const std::string& name, PatchManner manner)
      : name_(name), manner_(manner) {
    while (!text.empty()) {
      size_t end = std::min(text.find('\n'), text.size());
      lines_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Result<ParsedPatch> read() {
    TRY(read_sections(false));
    if (miscounted() && manner_ != PatchManner::kBerry) TRY(read_sections(true));
    if (const PatchHunk* hunk = miscounted())
      return fail(wrong("the hunk has other lines than it counts", hunk->line));
    for (const FileSection& section : sections_) TRY(add_effects(section));
    if (parsed_.effects.empty() && manner_ == PatchManner::kBerry)
      return fail(wrong("this changes nothing", 0));
    return std::move(parsed_);
  }

 private:
  Error wrong(const std::string& why, size_t line) const {
    return input_error("patch-malformed", why).at({name_, static_cast<uint32_t>(line + 1), 0});
  }

  Status read_sections(bool ended_by_paths) {
    sections_.clear();
    parsed_.binary.clear();
    section_ = {};
    bool in_hunks = false;
    for (size_t i = 0; i < lines_.size();) {
      std::string_view line = lines_[i];
      if (!in_hunks && line.starts_with("@@")) {
        in_hunks = true;
      } else if (!in_hunks) {
        TRY(read_header(line, i++));
      } else if (!is_of_hunk(line) || (ended_by_paths && line.starts_with("--- a/"))) {
        in_hunks = false;
        end_section(i);
      } else {
        TRY(read_hunk_line(line, i++));
      }
    }
    end_section(lines_.size());
    return {};
  }

  void end_section(size_t next) {
    sections_.push_back(std::move(section_));
    section_ = {};
    section_.line = next;
  }

  Status read_header(std::string_view line, size_t at) {
    if (take_prefix(line, "diff --git ")) {
      if (!section_.diff_from.empty()) end_section(at);
      section_.line = at;
      size_t middle = line.find(" b/");
      if (!line.starts_with("a/") || middle == std::string_view::npos)
        return fail(wrong("this names no files", at));
      section_.diff_from = line.substr(2, middle - 2);
      section_.diff_to = js_trim_end(line.substr(middle + 3));
      return {};
    }
    if (line.starts_with("GIT binary patch") || line.starts_with("Binary files "))
      parsed_.binary.push_back(at);
    struct Field {
      std::string_view prefix;
      std::string_view& value;
    };
    for (const Field& field : {Field{"old mode ", section_.old_mode},
                               {"new mode ", section_.new_mode},
                               {"deleted file mode ", section_.deleted_file_mode},
                               {"new file mode ", section_.new_file_mode},
                               {"rename from ", section_.rename_from},
                               {"rename to ", section_.rename_to},
                               {"semver exclusivity ", section_.versions}})
      if (take_prefix(line, field.prefix)) {
        field.value = js_trim(line);
        return {};
      }
    for (const Field& field : {Field{"--- ", section_.from_path}, Field{"+++ ", section_.to_path}})
      if (take_prefix(line, field.prefix)) {
        field.value = js_trim(line.substr(std::min<size_t>(2, line.size())));
        return {};
      }
    return {};
  }

  bool is_of_hunk(std::string_view line) const {
    if (line.empty() || std::string_view("@-+ \\").contains(line.front())) return true;
    return line.front() == '\r' && manner_ != PatchManner::kBerry;
  }

  Status read_hunk_line(std::string_view line, size_t at) {
    if (line.starts_with('@')) return start_hunk(line, at);
    INGOT_CHECK(!section_.hunks.empty());
    std::vector<PatchPart>& parts = section_.hunks.back().parts;
    if (line.starts_with('\\')) {
      if (!line.starts_with("\\ No newline at end of file") || parts.empty())
        return fail(wrong("this is no line of a hunk", at));
      parts.back().no_newline = true;
      return {};
    }
    auto kind = line.starts_with('-')   ? PatchPart::Kind::kDeletion
                : line.starts_with('+') ? PatchPart::Kind::kInsertion
                                        : PatchPart::Kind::kContext;
    if (parts.empty() || parts.back().kind != kind) parts.push_back({kind, {}, false});
    // Some editors cut the space of an empty line off.
    parts.back().lines.push_back(line.substr(line.empty() ? 0 : 1));
    return {};
  }

  Status start_hunk(std::string_view line, size_t at) {
    PatchHunk hunk;
    hunk.line = at;
    line = js_trim(line);
    bool fits = take_prefix(line, "@@ -") && read_range(line, hunk.old_start, hunk.old_count) &&
                take_prefix(line, "+") && read_range(line, hunk.new_start, hunk.new_count) &&
                line.starts_with("@@");
    if (!fits) return fail(wrong("this is no range of lines", at));
    section_.hunks.push_back(std::move(hunk));
    return {};
  }

  const PatchHunk* miscounted() const {
    for (const FileSection& section : sections_)
      for (const PatchHunk& hunk : section.hunks) {
        int64_t before = 0, after = 0;
        for (const PatchPart& part : hunk.parts) {
          auto count = static_cast<int64_t>(part.lines.size());
          if (part.kind != PatchPart::Kind::kInsertion) before += count;
          if (part.kind != PatchPart::Kind::kDeletion) after += count;
        }
        if (before != hunk.old_count || after != hunk.new_count) return &hunk;
      }
    return nullptr;
  }

  Result<std::string> path_of(std::string_view text, size_t line) const {
    std::string path;
    for (std::string_view rest = text; !rest.empty();) {
      std::string_view part = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      if (part.empty() ? path.empty() : part == "..") return fail(no_path(text, line));
      if (part.empty() || part == ".") continue;
      path += (path.empty() ? "" : "/") + std::string(part);
    }
    if (!is_safe_relative_path(path)) return fail(no_path(text, line));
    return path;
  }

  Error no_path(std::string_view text, size_t line) const {
    return wrong(json_quote(text) + " is no path in a package", line);
  }

  Result<bool> executable_of(std::string_view mode, size_t line) const {
    size_t digits = std::min(mode.find_first_not_of("01234567"), mode.size());
    std::string_view permissions = mode.substr(0, digits);
    if (permissions.size() > 3) permissions.remove_prefix(permissions.size() - 3);
    if (permissions == "755") return true;
    if (permissions == "644") return false;
    return fail(wrong("mode " + json_quote(mode) + " is not that of a file", line));
  }

  PatchEffect effect(PatchEffect::Kind kind, const FileSection& section, std::string path) const {
    PatchEffect made;
    made.kind = kind;
    made.path = std::move(path);
    made.line = section.line;
    if (manner_ == PatchManner::kBerry) made.versions = section.versions;
    return made;
  }

  Status add_effects(const FileSection& section) {
    using Kind = PatchEffect::Kind;
    auto first = [](std::string_view a, std::string_view b) { return a.empty() ? b : a; };
    std::string_view target = first(section.to_path, section.diff_to);
    if (!section.rename_from.empty()) {
      PatchEffect rename =
          effect(Kind::kRename, section, TRY(path_of(section.rename_from, section.line)));
      rename.to = TRY(path_of(section.rename_to, section.line));
      parsed_.effects.push_back(std::move(rename));
      target = section.rename_to;
    } else if (!section.deleted_file_mode.empty() || !section.new_file_mode.empty()) {
      bool deletes = !section.deleted_file_mode.empty();
      std::string_view path = deletes ? first(section.diff_from, section.from_path)
                                      : first(section.diff_to, section.to_path);
      PatchEffect change = effect(deletes ? Kind::kDeletion : Kind::kCreation, section,
                                  TRY(path_of(path, section.line)));
      change.executable = TRY(
          executable_of(deletes ? section.deleted_file_mode : section.new_file_mode, section.line));
      change.hunks = section.hunks;
      parsed_.effects.push_back(std::move(change));
      return {};
    }
    if (target.empty()) return {};
    if (!section.old_mode.empty() && !section.new_mode.empty() &&
        section.old_mode != section.new_mode) {
      PatchEffect mode = effect(Kind::kMode, section, TRY(path_of(target, section.line)));
      mode.executable = TRY(executable_of(section.new_mode, section.line));
      mode.was_executable = TRY(executable_of(section.old_mode, section.line));
      parsed_.effects.push_back(std::move(mode));
    }
    if (section.hunks.empty()) return {};
    PatchEffect patch = effect(Kind::kPatch, section, TRY(path_of(target, section.line)));
    patch.hunks = section.hunks;
    parsed_.effects.push_back(std::move(patch));
    return {};
  }

  const std::string& name_;
  PatchManner manner_;
  std::vector<std::string_view> lines_;
  FileSection section_;
  std::vector<FileSection> sections_;
  ParsedPatch parsed_;
};

}  // namespace

std::string_view js_trim_end(std::string_view text) {
  while (!text.empty()) {
    auto character = class_of(text.back());
    size_t size = 0;
    if (character == CharacterClass::kSpace || character == CharacterClass::kNewline) size = 1;
    for (size_t tried : {2, 3})
      if (size == 0 && text.size() >= tried &&
          unicode_space(text.substr(text.size() - tried)) == tried)
        size = tried;
    if (size == 0) break;
    text.remove_suffix(size);
  }
  return text;
}

std::string_view js_trim(std::string_view text) {
  while (!text.empty()) {
    auto character = class_of(text.front());
    bool ascii = character == CharacterClass::kSpace || character == CharacterClass::kNewline;
    size_t size = ascii ? 1 : unicode_space(text);
    if (size == 0) break;
    text.remove_prefix(size);
  }
  return js_trim_end(text);
}

Result<ParsedPatch> parse_patch(std::string_view text, const std::string& name,
                                PatchManner manner) {
  return PatchReader(text, name, manner).read();
}

}  // namespace ingot
