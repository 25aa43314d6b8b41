#include "packer/unpack/tarball.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/file_system.h"
#include "packer/unpack/entry_path.h"
#include "packer/unpack/inflate.h"
#include "packer/unpack/tar_reader.h"
#include "packer/unpack/zip_archive.h"

namespace ingot {
namespace {

Error too_large(const std::string& label, const std::string& what) {
  return input_error("tarball-too-large", "the tarball of " + label + " " + what);
}

// The entries of one archive in memory, put through the policy one by one.
class Unpacker {
 public:
  Unpacker(std::shared_ptr<const Bytes> storage, const std::string& label,
           const TarballLimits& limits)
      : label_(label), limits_(limits), reader_(*storage, label) {
    out_.storage = std::move(storage);
  }

  Result<UnpackedTarball> run() {
    uint64_t entries = 0;
    while (std::optional<TarEntry> entry = TRY(reader_.next())) {
      if (++entries > limits_.entries)
        return fail(
            too_large(label_, "has more than " + std::to_string(limits_.entries) + " entries"));
      TRY(take(*entry));
    }
    return finish();
  }

 private:
  Status take(const TarEntry& entry) {
    EntryPath where = TRY(check_entry_path(entry.path, label_, limits_));
    switch (entry.kind) {
      case TarEntryKind::kDirectory:
        return {};
      case TarEntryKind::kSymbolicLink:
        return drop_link(where, entry.link_target, stays_inside(where, entry.link_target));
      case TarEntryKind::kHardLink:
        return drop_link(where, entry.link_target,
                         stays_inside_as_hard_link(where, entry.link_target));
      case TarEntryKind::kSparseFile:
        return fail(wrong_kind(where, "a sparse file"));
      case TarEntryKind::kOther:
        return fail(wrong_kind(where, "a device or a pipe"));
      case TarEntryKind::kFile:
        return take_file(std::move(where), entry);
    }
    return {};
  }

  Status take_file(EntryPath where, const TarEntry& entry) {
    if (entry.size > limits_.file_bytes)
      return fail(too_large(
          label_, "has a file " + where.path + " of " + std::to_string(entry.size) + " bytes"));
    ByteView content = TRY(reader_.content());
    if (where.path.empty())
      out_.dropped.push_back({where.root, "it lies in no folder: npm removes the first one"});
    else
      add({std::move(where.path), entry.executable, content});
    return {};
  }

  Status drop_link(const EntryPath& where, const std::string& target, bool inside) {
    std::string name = where.path.empty() ? where.root : where.path;
    if (!inside)
      return fail(input_error("tarball-entry-escapes", "the tarball of " + label_ + " has a link " +
                                                           name + " to " + shown_path(target) +
                                                           ", outside the package"));
    out_.dropped.push_back({name, "it is a link (to " + target + "), and npm leaves links out"});
    return {};
  }

  Error wrong_kind(const EntryPath& where, const std::string& kind) const {
    return input_error("tarball-entry-kind", "the tarball of " + label_ + " has an entry " +
                                                 where.path + " that is " + kind);
  }

  void add(PackageFile file) {
    bool ignore_list = false;
    if (base_name(file.path) == ".npmignore") {
      ignore_lists_.insert(file.path);
    } else if (base_name(file.path) == ".gitignore") {
      std::string renamed = file.path.substr(0, file.path.size() - 10) + ".npmignore";
      if (ignore_lists_.contains(renamed)) {
        out_.dropped.push_back({file.path, "there is an .npmignore beside it"});
        return;
      }
      file.path = std::move(renamed);
      ignore_list = true;
    }
    auto [known, added] = index_.try_emplace(file.path, out_.files.size());
    if (added) {
      out_.files.push_back(std::move(file));
      return;
    }
    PackageFile& earlier = out_.files[known->second];
    if (!ignore_list && base_name(file.path) != ".npmignore" &&
        !std::ranges::equal(earlier.content.span(), file.content.span()))
      out_.warnings.push_back(input_error("tarball-path-twice",
                                          "the tarball of " + label_ + " has two different files " +
                                              file.path + ": the last one counts, as for npm"));
    earlier = std::move(file);
  }

  Result<UnpackedTarball> finish() {
    for (const std::string& oddity : reader_.oddities())
      out_.warnings.push_back(
          input_error("tarball-odd", "the tarball of " + label_ + " has an odd entry: " + oddity));
    if (out_.files.empty())
      return fail(input_error("tarball-empty", "the tarball of " + label_ + " holds no files"));
    std::sort(out_.files.begin(), out_.files.end(),
              [](const PackageFile& a, const PackageFile& b) { return a.path < b.path; });
    for (const PackageFile& file : out_.files)
      if (out_.is_directory(file.path))
        return fail(input_error("tarball-path-conflict",
                                "the tarball of " + label_ + " has a file " + file.path +
                                    " and other files in a folder of that name"));
    return std::move(out_);
  }

  const std::string& label_;
  const TarballLimits& limits_;
  TarReader reader_;
  UnpackedTarball out_;
  std::unordered_map<std::string, size_t> index_;  // path -> files
  std::unordered_set<std::string> ignore_lists_;   // the .npmignore files so far
};

auto first_at_or_after(const std::vector<PackageFile>& files, std::string_view path) {
  return std::lower_bound(
      files.begin(), files.end(), path,
      [](const PackageFile& file, std::string_view wanted) { return file.path < wanted; });
}

}  // namespace

const PackageFile* UnpackedTarball::find(std::string_view path) const {
  auto at = first_at_or_after(files, path);
  return at != files.end() && at->path == path ? &*at : nullptr;
}

bool UnpackedTarball::is_directory(std::string_view path) const {
  std::string prefix(path);
  prefix += '/';
  auto at = first_at_or_after(files, prefix);
  return at != files.end() && at->path.starts_with(prefix);
}

Result<UnpackedTarball> unpack_tarball(ByteView tarball, const std::string& label,
                                       const TarballLimits& limits) {
  auto storage = std::make_shared<Bytes>();
  if (is_gzip(tarball)) {
    *storage = TRY(inflate_gzip(tarball, label, limits));
  } else if (is_zip(tarball)) {
    *storage = TRY(tar_of_zip(tarball, label, limits));
  } else {
    if (tarball.size() > limits.total_bytes)
      return fail(too_large(label, "has " + std::to_string(tarball.size()) + " bytes"));
    storage->assign(tarball.begin(), tarball.end());
  }
  return Unpacker(std::move(storage), label, limits).run();
}

}  // namespace ingot
