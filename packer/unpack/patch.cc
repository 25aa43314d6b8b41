#include "packer/unpack/patch.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "base/utf8.h"
#include "lockfile/semver.h"
#include "packer/unpack/patch_hunks.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPatched = uint64_t{1} << 30;  // bytes of a package's files, patched

struct PatchedFile {
  std::string_view original;  // in the package's storage
  std::string changed;
  bool is_changed = false;
  bool executable = false;

  std::string_view text() const { return is_changed ? changed : original; }
  void set(std::string text) {
    changed = std::move(text);
    is_changed = true;
  }
};

using Files = std::map<std::string, PatchedFile>;

// Why an effect cannot be had.
struct Misfit {
  std::string why;
  size_t line = 0;  // in the patch file, from 0
};
using Fit = std::expected<void, Misfit>;

Fit misfit(std::string why, size_t line) {
  return std::unexpected(Misfit{std::move(why), line});
}

bool is_folder(const Files& files, const std::string& path) {
  auto below = files.lower_bound(path + "/");
  return below != files.end() && below->first.starts_with(path + "/");
}

// Whether a file can be made there: nothing in the way of it is a folder, nothing of the folders a
// file.
bool has_room(const Files& files, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (files.contains(path.substr(0, slash))) return false;
  return !is_folder(files, path);
}

class Patcher {
 public:
  Patcher(Files& files, PatchManner manner) : files_(files), manner_(manner) {}

  Fit apply(const PatchEffect& effect) {
    if (effect.kind == PatchEffect::Kind::kCreation) return create(effect);
    auto file = files_.find(effect.path);
    if (file == files_.end()) return misfit("there is no file " + effect.path, effect.line);
    switch (effect.kind) {
      case PatchEffect::Kind::kDeletion:
        files_.erase(file);
        return {};
      case PatchEffect::Kind::kRename:
        return rename(effect, file);
      case PatchEffect::Kind::kMode:
        if (manner_ != PatchManner::kBerry) file->second.executable = effect.executable;
        return {};
      default:
        return change(effect, effect.hunks, file->second, true);
    }
  }

  // Whether the effects could be undone, the last one first. What is left of pnpm's trial is that
  // modes are those from before.
  bool could_undo(std::span<const PatchEffect> effects) {
    for (const PatchEffect& effect : effects | std::views::reverse) {
      const std::string& path = effect.kind == PatchEffect::Kind::kRename ? effect.to : effect.path;
      auto file = files_.find(path);
      bool is_there = file != files_.end();
      if (effect.kind == PatchEffect::Kind::kDeletion) {
        if (is_there || is_folder(files_, path)) return false;
        continue;
      }
      if (!is_there) return false;
      if (effect.kind == PatchEffect::Kind::kMode) file->second.executable = effect.was_executable;
      if (effect.kind == PatchEffect::Kind::kPatch &&
          !change(effect, undone(effect.hunks), file->second, false))
        return false;
    }
    return true;
  }

 private:
  Fit create(const PatchEffect& effect) {
    if (!has_room(files_, effect.path))
      return misfit("there is no room for a file " + effect.path, effect.line);
    std::string text;
    if (!effect.hunks.empty()) {
      const PatchHunk& hunk = effect.hunks.front();
      if (hunk.parts.empty()) return misfit(effect.path + " would have no lines", hunk.line);
      const PatchPart& part = hunk.parts.front();
      for (size_t i = 0; i < part.lines.size(); ++i) {
        if (i > 0) text += '\n';
        text += part.lines[i];
      }
      if (!part.no_newline) text += '\n';
    }
    auto [file, added] = files_.try_emplace(effect.path);
    file->second.set(std::move(text));
    if (added || manner_ == PatchManner::kBerry) file->second.executable = effect.executable;
    return {};
  }

  Fit rename(const PatchEffect& effect, Files::iterator file) {
    if (manner_ == PatchManner::kBerry)
      return misfit("yarn renames no files, such as " + effect.path, effect.line);
    bool replaces = manner_ != PatchManner::kPnpm;
    if (!has_room(files_, effect.to) || (!replaces && files_.contains(effect.to)))
      return misfit("there is no room for a file " + effect.to, effect.line);
    PatchedFile moved = std::move(file->second);
    files_.erase(file);
    files_[effect.to] = std::move(moved);
    return {};
  }

  Fit change(const PatchEffect& effect, std::span<const PatchHunk> hunks, PatchedFile& file,
             bool keeps) const {
    std::string text = with_replacements(file.text());
    auto made = apply_hunks(text, hunks, manner_);
    if (!made)
      return misfit("hunk " + std::to_string(made.error() + 1) + " of " + effect.path +
                        " fits at no line where it is looked for, " +
                        std::to_string(hunks[made.error()].old_start) + " and those near it",
                    hunks[made.error()].line);
    if (keeps) file.set(std::move(*made));
    return {};
  }

  static std::vector<PatchHunk> undone(const std::vector<PatchHunk>& hunks) {
    using Kind = PatchPart::Kind;
    std::vector<PatchHunk> out = hunks;
    for (PatchHunk& hunk : out) {
      std::swap(hunk.old_start, hunk.new_start);
      std::swap(hunk.old_count, hunk.new_count);
      for (PatchPart& part : hunk.parts)
        if (part.kind != Kind::kContext)
          part.kind = part.kind == Kind::kDeletion ? Kind::kInsertion : Kind::kDeletion;
      for (size_t i = 0; i + 1 < hunk.parts.size(); ++i)
        if (hunk.parts[i].kind == Kind::kInsertion && hunk.parts[i + 1].kind == Kind::kDeletion)
          std::swap(hunk.parts[i], hunk.parts[i + 1]), ++i;
    }
    return out;
  }

  Files& files_;
  PatchManner manner_;
};

Error as_error(const Misfit& misfit, const PatchFile& patch, const std::string& label) {
  return input_error("patch-does-not-fit", "it does not fit " + label + ": " + misfit.why)
      .at({patch.path, static_cast<uint32_t>(misfit.line + 1), 0})
      .hinted("make the patch anew, for this version of the package");
}

Fit apply_effects(std::span<const PatchEffect> effects, const std::string& version,
                  PatchManner manner, Files& files) {
  Patcher patcher(files, manner);
  for (const PatchEffect& effect : effects) {
    if (!effect.versions.empty() &&
        !satisfies(version, effect.versions, {SemverMode::kLoose, true}))
      continue;
    Fit fit = patcher.apply(effect);
    if (fit) continue;
    if (manner == PatchManner::kPnpm && patcher.could_undo(effects)) return {};
    return fit;
  }
  return {};
}

Status apply_patch(const PatchFile& patch, const std::string& label, PatchManner manner,
                   const std::string& version, Files& files, std::vector<Error>& warnings) {
  std::string text = with_replacements(patch.text);
  ParsedPatch parsed = TRY(parse_patch(text, patch.path, manner));
  for (size_t line : parsed.binary)
    warnings.push_back(
        input_error("patch-binary", "a binary file cannot be patched; this part is left out")
            .at({patch.path, static_cast<uint32_t>(line + 1), 0}));
  Files before;
  if (patch.optional && manner == PatchManner::kBerry) before = files;
  Fit fit = apply_effects(parsed.effects, version, manner, files);
  if (fit) return {};
  Error error = as_error(fit.error(), patch, label);
  if (!patch.optional) return fail(std::move(error));
  if (manner == PatchManner::kBerry) files = std::move(before);
  error.code = "patch-left-out";
  warnings.push_back(std::move(error));
  return {};
}

Status store_files(const Files& files, const std::string& label, UnpackedTarball& tarball) {
  uint64_t size = 0;
  for (const auto& [path, file] : files) size += file.text().size();
  if (size > kMaxPatched)
    return fail(input_error("patch-does-not-fit", label + " is too large to be patched"));
  auto storage = std::make_shared<Bytes>();
  storage->reserve(size);
  for (const auto& [path, file] : files)
    storage->insert(storage->end(), file.text().begin(), file.text().end());
  tarball.files.clear();
  uint64_t offset = 0;
  for (const auto& [path, file] : files) {
    ByteView content = TRY(ByteView(*storage).slice(offset, file.text().size()));
    offset += file.text().size();
    tarball.files.push_back({path, file.executable, content});
  }
  tarball.storage = std::move(storage);
  return {};
}

}  // namespace

std::string PackagePatches::path() const {
  std::string all;
  for (const PatchFile& file : files) all += (all.empty() ? "" : " & ") + file.path;
  return all;
}

std::string PackagePatches::text() const {
  std::string all;
  for (const PatchFile& file : files) {
    if (!all.empty() && !all.ends_with('\n')) all += '\n';
    all += file.text;
  }
  return all;
}

Status apply_patches(const PackagePatches& patches, const std::string& label,
                     UnpackedPackage& package) {
  UnpackedTarball& tarball = package.tarball;
  Files files;
  for (const PackageFile& file : tarball.files)
    files[file.path] = {file.content.text(), "", false, file.executable};
  for (const PatchFile& patch : patches.files)
    TRY(apply_patch(patch, label, patches.manner, package.facts.manifest.version, files,
                    tarball.warnings));
  TRY(store_files(files, label, tarball));
  return read_package(label, package);
}

}  // namespace ingot
