// `ingot build`: from a project to an executable.
//
// build.cc is the table of contents of the program: the stages, in order. Each stage's own rules
// are in its folder; here is only what one hands to the next, and what the user is told in the end.
#pragma once

#include <string>
#include <vector>

#include "packer/cast/provenance.h"
#include "packer/cast/supplies.h"

namespace ingot {

// One executable. Sizes in bytes.
struct CastFile {
  std::string output;
  std::string target;
  std::string entry;
  uint64_t size = 0;
  uint64_t runtime_size = 0;  // the template
  std::string compact;        // how it is compressed; "": not at all
  uint64_t payload_size = 0;
  size_t packages = 0;  // without the project
  size_t files = 0;
  size_t untraced_files = 0;  // what it would carry without a trace; 0: nothing was traced
  size_t code_caches = 0;
  size_t compiled_now = 0;  // not remembered from an earlier build or target
  std::string node_evidence;
  std::vector<std::string> bills;  // paths of its bills of materials
};

// What a person wants to know afterwards.
struct BuildSummary : PackageCounts {
  std::vector<CastFile> outputs;  // one per target, in their order
  std::string name;
  std::string version;
  std::string node_version;
};

Result<BuildSummary> build(const BuildOptions& options, const BuildEnvironment& environment,
                           Diagnostics& diagnostics);

// The same up to the point where it is known what the first target's executable carries, and why.
// Writes nothing but the store. Errors: those of `build`.
Result<Provenance> survey(const BuildOptions& options, const BuildEnvironment& environment,
                          Diagnostics& diagnostics);

// What the first target's executable would be made of, with the files as an install would leave
// them: no trace, no compilation, no runtime.
struct Materials {
  SealedManifest manifest;  // without digests of files
  FileTree tree;            // manifest.files has a row for each node
};

// Writes nothing but the store. Errors: those of `build`.
Result<Materials> list_materials(const BuildOptions& options, const BuildEnvironment& environment,
                                 Diagnostics& diagnostics);

}  // namespace ingot
