#include "packer/unpack/patch.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/file_system.h"
#include "base/json.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPatched = uint64_t{1} << 30;  // bytes of a package's files, patched

struct Hunk {
  size_t start = 0;                      // of its first old line, from 0
  std::vector<std::string_view> before;  // with their line ends
  std::vector<std::string_view> after;
  size_t line = 0;  // in the patch file
};

struct FileChange {
  std::string from;  // "" for a new file
  std::string to;    // "" for a deleted one
  std::optional<bool> executable;
  std::vector<Hunk> hunks;
  size_t line = 0;
};

// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

class PatchReader {
 public:
  explicit PatchReader(const PatchFile& patch) : patch_(patch), lines_(lines_of(patch.text)) {}

  Result<std::vector<FileChange>> read() {
    while (at_ < lines_.size()) {
      std::string_view line = without_end(lines_[at_]);
      if (line.starts_with("--- ") && at_ + 1 < lines_.size() &&
          lines_[at_ + 1].starts_with("+++ "))
        TRY(read_change());
      else
        TRY(read_header(line));
    }
    TRY(finish_change());
    return std::move(changes_);
  }

 private:
  Error wrong(const std::string& why, size_t line) const {
    return input_error("patch-malformed", why)
        .at({patch_.path, static_cast<uint32_t>(line + 1), 0});
  }

  Status read_header(std::string_view line) {
    size_t here = at_++;
    if (line.starts_with("diff --git ")) return finish_change();
    if (line.starts_with("GIT binary patch") || line.starts_with("Binary files "))
      return fail(wrong("a binary file cannot be patched", here));
    if (line.starts_with("copy from ") || line.starts_with("copy to "))
      return fail(wrong("copies of files are not known here", here));
    if (take_prefix(line, "rename from ")) return set_path(line, current().from, here);
    if (take_prefix(line, "rename to ")) return set_path(line, current().to, here);
    for (std::string_view mode : {"new mode ", "new file mode ", "deleted file mode "}) {
      if (!take_prefix(line, mode)) continue;
      if (line != "100644" && line != "100755")
        return fail(wrong("mode " + json_quote(line) + " is not that of a file", here));
      if (mode != "deleted file mode ") current().executable = line == "100755";
      return {};
    }
    if (line.starts_with("@@ ")) return fail(wrong("this belongs to no file", here));
    return {};
  }

  FileChange& current() {
    if (!open_) {
      open_.emplace();
      open_->line = at_;
    }
    return *open_;
  }

  Status finish_change() {
    if (!open_) return {};
    FileChange change = std::move(*open_);
    open_.reset();
    if (change.from.empty() && change.to.empty()) return mode_only(change);
    changes_.push_back(std::move(change));
    return {};
  }

  // Nothing but a mode, or an empty file: which file it is stands only in the "diff --git" line.
  Status mode_only(const FileChange& change) const {
    return fail(wrong("a change without contents names no file", change.line));
  }

  Status set_path(std::string_view text, std::string& path, size_t line) const {
    if (text.starts_with('"')) return fail(wrong("paths in quotes are not known here", line));
    if (!is_safe_relative_path(text))
      return fail(wrong(json_quote(text) + " is no path in a package", line));
    path = text;
    return {};
  }

  // "--- a/lib/x.js", with what some tools write behind a tab.
  Status read_side(std::string_view text, std::string_view prefix, std::string& path, size_t line) {
    text = text.substr(0, text.find('\t'));
    if (text == "/dev/null") {
      path.clear();
      return {};
    }
    take_prefix(text, prefix);
    return set_path(text, path, line);
  }

  Status read_change() {
    // Two files without a "diff --git" line between them.
    if (open_ && !open_->hunks.empty()) TRY(finish_change());
    FileChange& change = current();
    change.line = at_;
    TRY(read_side(without_end(lines_[at_]).substr(4), "a/", change.from, at_));
    TRY(read_side(without_end(lines_[at_ + 1]).substr(4), "b/", change.to, at_ + 1));
    if (change.from.empty() && change.to.empty())
      return fail(wrong("both sides are /dev/null", at_));
    at_ += 2;
    while (at_ < lines_.size() && lines_[at_].starts_with("@@ ")) TRY(read_hunk(change));
    if (change.hunks.empty()) return fail(wrong("this changes nothing", change.line));
    return {};
  }

  // "12,3 " or "12 ".
  static bool read_range(std::string_view& text, size_t& start, size_t& count) {
    auto number = [&](size_t& value) {
      auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc()) return false;
      text.remove_prefix(static_cast<size_t>(end - text.data()));
      return true;
    };
    count = 1;
    if (!number(start)) return false;
    if (take_prefix(text, ",") && !number(count)) return false;
    return take_prefix(text, " ");
  }

  Status read_hunk(FileChange& change) {
    Hunk hunk;
    hunk.line = at_;
    std::string_view line = without_end(lines_[at_++]);
    size_t start = 0, before = 0, new_start = 0, after = 0;
    bool fits = take_prefix(line, "@@ -") && read_range(line, start, before) &&
                take_prefix(line, "+") && read_range(line, new_start, after) &&
                line.starts_with("@@");
    if (!fits || (start == 0 && before > 0))
      return fail(wrong("this is no range of lines", hunk.line));
    // Where nothing is taken away, it is the line after which to add.
    hunk.start = before == 0 ? start : start - 1;
    while (hunk.before.size() < before || hunk.after.size() < after) {
      if (at_ == lines_.size()) return fail(wrong("it ends in the middle of a hunk", hunk.line));
      std::string_view text = lines_[at_++];
      char kind = text.front();
      std::string_view content = text.substr(1);
      if (text == "\n" || text == "\r\n") {  // some editors cut the space of an empty line off
        kind = ' ';
        content = text;
      }
      if (kind != ' ' && kind != '-' && kind != '+')
        return fail(wrong("this is no line of a hunk", at_ - 1));
      if (at_ < lines_.size() && lines_[at_].starts_with("\\ ")) {
        ++at_;
        if (content.ends_with('\n')) content.remove_suffix(1);
      }
      if (kind != '+') hunk.before.push_back(content);
      if (kind != '-') hunk.after.push_back(content);
    }
    if (hunk.before.size() != before || hunk.after.size() != after)
      return fail(wrong("the hunk has other lines than it counts", hunk.line));
    change.hunks.push_back(std::move(hunk));
    return {};
  }

  const PatchFile& patch_;
  std::vector<std::string_view> lines_;
  size_t at_ = 0;
  std::optional<FileChange> open_;
  std::vector<FileChange> changes_;
};

struct PatchedFile {
  std::string content;
  bool executable = false;
};

class Patcher {
 public:
  Patcher(const PatchFile& patch, const std::string& label, const UnpackedTarball& tarball)
      : patch_(patch), label_(label) {
    for (const PackageFile& file : tarball.files)
      files_[file.path] = {std::string(file.content.text()), file.executable};
  }

  Status apply(const FileChange& change) {
    PatchedFile file;
    if (!change.from.empty()) {
      auto old = files_.find(change.from);
      if (old == files_.end()) return fail(misfit("there is no " + change.from, change.line));
      file = std::move(old->second);
      files_.erase(old);
    }
    if (change.to != change.from && files_.contains(change.to))
      return fail(misfit("there is a " + change.to + " already", change.line));
    file.content = TRY(patched(file.content, change));
    if (change.executable) file.executable = *change.executable;
    if (!change.to.empty()) {
      files_[change.to] = std::move(file);
    } else if (!file.content.empty()) {
      return fail(misfit(change.from + " is to be deleted, but has more in it", change.line));
    }
    return {};
  }

  Status finish(UnpackedTarball& tarball) {
    uint64_t size = 0;
    for (const auto& [path, file] : files_) size += file.content.size();
    if (size > kMaxPatched) return fail(misfit("the package is too large to be patched", 0));
    auto storage = std::make_shared<Bytes>();
    storage->reserve(size);
    for (const auto& [path, file] : files_)
      storage->insert(storage->end(), file.content.begin(), file.content.end());
    tarball.files.clear();
    uint64_t offset = 0;
    for (auto& [path, file] : files_) {
      ByteView content = TRY(ByteView(*storage).slice(offset, file.content.size()));
      offset += file.content.size();
      tarball.files.push_back({path, file.executable, content});
    }
    tarball.storage = std::move(storage);
    for (const PackageFile& file : tarball.files)
      if (tarball.is_directory(file.path))
        return fail(misfit(file.path + " would be a file and a folder", 0));
    return {};
  }

 private:
  Error misfit(const std::string& why, size_t line) const {
    return input_error("patch-does-not-fit", "it does not fit " + label_ + ": " + why)
        .at({patch_.path, static_cast<uint32_t>(line + 1), 0})
        .hinted("make the patch anew, for this version of the package");
  }

  Result<std::string> patched(const std::string& old, const FileChange& change) const {
    std::vector<std::string_view> lines = lines_of(old);
    std::string out;
    size_t at = 0;
    for (const Hunk& hunk : change.hunks) {
      bool fits = hunk.start >= at && hunk.start <= lines.size() &&
                  lines.size() - hunk.start >= hunk.before.size() &&
                  std::equal(hunk.before.begin(), hunk.before.end(),
                             lines.begin() + static_cast<ptrdiff_t>(hunk.start));
      if (!fits)
        return fail(misfit("line " + std::to_string(hunk.start + 1) + " of " + change.from +
                               " and those after it are not the ones expected",
                           hunk.line));
      for (; at < hunk.start; ++at) out += lines[at];
      for (std::string_view line : hunk.after) out += line;
      at += hunk.before.size();
    }
    for (; at < lines.size(); ++at) out += lines[at];
    return out;
  }

  const PatchFile& patch_;
  const std::string& label_;
  std::map<std::string, PatchedFile> files_;
};

}  // namespace

Status apply_patch(const PatchFile& patch, const std::string& label, UnpackedPackage& package) {
  std::vector<FileChange> changes = TRY(PatchReader(patch).read());
  Patcher patcher(patch, label, package.tarball);
  for (const FileChange& change : changes) TRY(patcher.apply(change));
  TRY(patcher.finish(package.tarball));
  return read_package(label, package);
}

}  // namespace ingot
