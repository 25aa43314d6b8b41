// Where each file of an application comes from, and why it is inside.
//
// Owns answering that for one file or package, for an application that is being cast as well as for
// one that lies in an executable: the package that brings it, the ways on which the project's
// dependencies lead there, the rule that took it in, and the modules that ask for it. Never reads
// the disk.
#pragma once

#include <string>
#include <vector>

#include "loader/payload_reader.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/unpack/project_files.h"

namespace ingot {

struct ModuleRequest {
  uint32_t from = 0;  // index into Provenance::files
  uint32_t to = 0;
  std::string specifier;
  bool is_import = false;  // else require()
};

struct SkippedName {
  std::string name;
  std::string version;
  std::string reason;
};

struct Provenance {
  std::string entry;
  std::vector<SealedPackage> packages;  // [0] is the project
  std::vector<SealedFile> files;        // sorted by path
  std::vector<ModuleRequest> requests;
  // Of an executable nobody knows what was left out.
  std::vector<LeftOutFile> left_out;  // of the project's own files, and folders ("coverage/")
  std::vector<SkippedName> skipped;   // packages
};

Provenance provenance_of(const SealedManifest& manifest, const PayloadReader& payload);

// Ways through Provenance::packages, from the project to a package.
struct DependencyWays {
  std::vector<std::vector<uint32_t>> shown;  // the shortest, at most kMaxShownWays
  uint64_t count = 0;                        // how many of that length there are
};
inline constexpr size_t kMaxShownWays = 20;

struct Explanation {
  uint32_t package = 0;
  std::optional<uint32_t> file;  // nothing: the package as a whole is asked about
  DependencyWays ways;
  std::vector<const ModuleRequest*> requests;  // of other files (of other packages)
};

// What `name` means: the path of a file ("node_modules/a/x.js", "./src/x.js", or as a stack trace
// shows it), of a package's folder, or a package's name, with its version or without; then there
// may be several. Error: "not-inside", with what is left out under that name, or what is inside
// under a like one. The requests belong to `provenance`.
Result<std::vector<Explanation>> explain(const Provenance& provenance, const std::string& name);

// The rule that took a file in, in words.
std::string rule_of(const Provenance& provenance, const SealedFile& file);

}  // namespace ingot
