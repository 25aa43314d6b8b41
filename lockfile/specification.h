// What a dependency asks for: the right-hand side of "name": "^1.0.0".
//
// Owns telling the kinds apart that npm knows (npm-package-arg: version, range, tag, alias, file,
// directory, remote, git) and those other package managers add (link:, workspace:). Never resolves
// anything: a tag stays a tag.
#pragma once

#include <string>
#include <string_view>

namespace ingot {

enum class SpecificationKind {
  kVersion,    // "1.2.3": `text` is the version
  kRange,      // "^1.0.0", "", "*": `text` is the range
  kTag,        // "latest"
  kAlias,      // "npm:other@^1": `name` is the real name, `text` what is asked of it
  kFile,       // a tarball on disk; `text` is its path
  kDirectory,  // a folder; `text` is its path
  kRemote,     // a tarball at the URL `text`
  kGit,        // `repository`, and one of `committish` and `range`
  kLink,       // link:path
  kWorkspace,  // workspace:range
  kInvalid,    // nothing that can be asked for
};

struct Specification {
  SpecificationKind kind = SpecificationKind::kInvalid;
  std::string text;
  std::string name;
  // For git: "host/path" without user, protocol and ".git", so that two spellings of one repository
  // are equal.
  std::string repository;
  std::string committish;  // branch, tag or commit; may be empty
  std::string range;       // of "#semver:^1.0.0"
  std::string subfolder;   // of "#<commit>::path:packages/a": what of the repository is the package

  bool is_registry() const {
    return kind == SpecificationKind::kVersion || kind == SpecificationKind::kRange ||
           kind == SpecificationKind::kTag || kind == SpecificationKind::kAlias;
  }
  // Whether a git specification names one commit, 40 or 64 hex digits.
  bool names_commit() const;
};

Specification parse_specification(std::string_view text);

// Whether a path ends like a tarball: ".tgz", ".tar.gz", ".tar".
bool is_tarball_path(std::string_view path);

}  // namespace ingot
