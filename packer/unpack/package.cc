#include "packer/unpack/package.h"

#include <algorithm>

#include "lockfile/semver.h"
#include "packer/unpack/repository_files.h"

namespace ingot {
namespace {

constexpr size_t kShownScript = 200;

bool same_version(const std::string& a, const std::string& b) {
  if (a == b) return true;
  auto left = Version::parse(a, SemverMode::kLoose);
  auto right = Version::parse(b, SemverMode::kLoose);
  return left && right && *left == *right;
}

Error mismatch(const char* code, const LockedPackage& locked, const std::string& what,
               const std::string& actual, const std::string& expected) {
  Error error = integrity_error(
      code, "the tarball locked for " + package_label(locked) + " says that its " + what + " is " +
                (actual.empty() ? "nothing" : "\"" + actual + "\"") + ", not \"" + expected + "\"");
  if (locked.position.is_known()) error.position = locked.position;
  error.hint =
      "the lockfile leads to another package than it names: find out who changed \"resolved\" and "
      "\"integrity\" there, then lock this dependency again";
  return error;
}

Error unprepared_error(const std::string& label, const std::string& script) {
  return input_error("git-unprepared",
                     label +
                         " comes from git, and package managers run a script before they pack "
                         "it; here none is run: " +
                         script.substr(0, kShownScript))
      .hinted(
          "depend on a published version, or take its files as they are in the repository with "
          "--allow-unprepared");
}

// Of https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: what stands in the place of a file
// that git keeps elsewhere.
bool is_lfs_pointer(const PackageFile& file) {
  constexpr std::string_view kFirstLine = "version https://git-lfs.github.com/spec/";
  constexpr size_t kMaxPointer = 1024;
  return file.content.size() < kMaxPointer && file.content.text().starts_with(kFirstLine);
}

Error lfs_error(const std::string& label, const std::string& path) {
  return input_error("git-lfs", label + " comes from git, and its commit has no " + path +
                                    ", only a pointer to it (Git LFS)")
      .hinted(
          "depend on a published version, or take its files as they are in the repository with "
          "--allow-unprepared");
}

}  // namespace

std::string package_label(const LockedPackage& locked) {
  std::string name = locked.name.empty() ? locked.install_path : locked.name;
  return locked.version.empty() ? name : name + "@" + locked.version;
}

Result<UnpackedPackage> unpack_package(ByteView tarball, const std::string& label,
                                       const TarballLimits& limits) {
  UnpackedPackage package;
  package.tarball = TRY(unpack_tarball(tarball, label, limits));
  TRY(read_package(label, package));
  return package;
}

Status read_package(const std::string& label, UnpackedPackage& package) {
  const PackageFile* manifest = package.tarball.find("package.json");
  if (!manifest)
    return fail(
        input_error("package-json-missing", "the tarball of " + label + " has no package.json"));
  package.facts =
      TRY(read_package_facts(std::string(manifest->content.text()), label + "/package.json"));
  for (const auto& [command, path] : package.facts.manifest.bin) {
    auto at = std::lower_bound(
        package.tarball.files.begin(), package.tarball.files.end(), path,
        [](const PackageFile& file, const std::string& wanted) { return file.path < wanted; });
    if (at != package.tarball.files.end() && at->path == path) at->executable = true;
  }
  return {};
}

Result<UnpackedPackage> unpack_locked(ByteView bytes, const LockedPackage& locked,
                                      const GitRules& rules) {
  std::string label = package_label(locked);
  UnpackedPackage package = TRY(unpack_package(bytes, label));
  if (locked.source.kind == SourceKind::kGit) {
    const auto& script = package.facts.manifest.scripts.preparation;
    bool as_it_is = rules.unprepared == Unprepared::kAllowed;
    if (script && !as_it_is) return fail(unprepared_error(label, *script));
    if (!rules.everything) TRY(keep_what_is_packed(package));
    auto pointer = std::ranges::find_if(package.tarball.files, is_lfs_pointer);
    if (pointer != package.tarball.files.end() && !as_it_is)
      return fail(lfs_error(label, pointer->path));
  }
  TRY(check_identity(package.facts, locked));
  return package;
}

Status check_identity(const PackageFacts& facts, const LockedPackage& locked) {
  if (!locked.name.empty() && facts.manifest.name != locked.name)
    return fail(
        mismatch("package-name-mismatch", locked, "name", facts.manifest.name, locked.name));
  if (!locked.version.empty() && !same_version(facts.manifest.version, locked.version))
    return fail(mismatch("package-version-mismatch", locked, "version", facts.manifest.version,
                         locked.version));
  return {};
}

}  // namespace ingot
