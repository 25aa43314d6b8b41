// A folder of tarballs that the user names as a source of bytes (--tarballs).
//
// Owns finding one there by what is promised about it: by any digest, whatever the file is called;
// where only yarn's checksum of an archive is known, by the names that npm and registries give to
// tarballs. Files are hashed when they are first needed, once. Proves nothing: whoever reads a file
// verifies it. Never writes there.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/result.h"

namespace ingot {

class TarballFolder {
 public:
  // Files called *.tgz or *.tar.gz, in folders below `folder` too. Errors: "tarballs-missing" (no
  // such folder), and those of `files`.
  static Result<TarballFolder> open(const FileSystem& files, const std::string& folder);

  // The path of a file that had this digest when it was hashed. May be called from several threads
  // at once.
  std::optional<std::string> find(const Digest& digest) const;
  // Files that may be this package by their name: "<name>-<version>.tgz", with the scope or
  // without.
  std::vector<std::string> named(const std::string& name, const std::string& version) const;

 private:
  using Index = std::map<Bytes, std::string>;  // digest -> path

  explicit TarballFolder(const FileSystem& files)
      : files_(&files), state_(std::make_unique<State>()) {}
  Index hash_all(DigestAlgorithm algorithm) const;

  struct State {
    std::mutex mutex;
    std::map<DigestAlgorithm, Index> indexes;
  };
  const FileSystem* files_;
  std::vector<std::string> paths_;
  std::unique_ptr<State> state_;
};

}  // namespace ingot
