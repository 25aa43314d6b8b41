// The user's project as files on disk say it is: package.json, lockfile, workspaces.
//
// Owns finding and reading these files and the checks between them (drift). Changes nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "lockfile/drift.h"
#include "lockfile/lockfile.h"
#include "lockfile/manifest.h"
#include "lockfile/pins.h"
#include "packer/acquire/signatures.h"
#include "packer/cast/lockfile_source.h"

namespace ingot {

// Of a package.json, or another file about a project that people write.
inline constexpr uint64_t kMaxManifest = uint64_t{16} << 20;  // bytes

struct Project {
  std::string folder;  // absolute
  Manifest manifest;
  std::string lockfile_name;     // "package-lock.json"
  std::string lockfile_sha256;   // hex
  Lockfile lockfile;             // in step with the manifests; what is pinned has its digest
  Pins pins;                     // of ingot.lock.json
  SavedSignatures signatures;    // of ingot.signatures.json
  std::set<std::string> pinned;  // install paths of packages that have their digest from there

  // Of package.json, else what an executable is called by default.
  std::string name() const;
  // The last component of the name, or of the folder: what an executable is called by default.
  std::string short_name() const;
};

// Errors: "project-missing", "manifest-missing", those of lockfile/pins.h, `parse_signatures`,
// packer/cast/lockfile_source.h, lockfile/drift.h and lockfile/importer_drift.h.
Result<Project> load_project(const FileSystem& files, const std::string& folder,
                             const LayoutOptions& layout, Diagnostics& diagnostics);

}  // namespace ingot
