// `ingot build`: from a project to an executable.
//
// build.cc is the table of contents of the program: the stages, in order. Each stage's own rules
// are in its folder; here is only what one hands to the next, and what the user is told in the end.
#pragma once

#include <string>
#include <vector>

#include "packer/acquire/environment.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/options.h"
#include "packer/cast/project.h"
#include "packer/cast/provenance.h"

namespace ingot {

// One executable. Sizes in bytes.
struct CastFile {
  std::string output;
  std::string target;
  std::string entry;
  uint64_t size = 0;
  uint64_t runtime_size = 0;  // the template
  uint64_t payload_size = 0;
  size_t packages = 0;  // without the project
  size_t files = 0;
  size_t untraced_files = 0;  // what it would carry without a trace; 0: nothing was traced
  size_t code_caches = 0;
  size_t compiled_now = 0;  // not remembered from an earlier build or target
  std::string node_evidence;
};

// What a person wants to know afterwards.
struct BuildSummary {
  std::vector<CastFile> outputs;  // one per target, in their order
  std::string name;
  std::string version;
  std::string node_version;
  size_t packages = 0;                                  // of any target, without the project
  std::vector<std::pair<std::string, size_t>> proofs;   // kind -> packages
  std::vector<std::pair<std::string, size_t>> origins;  // where the bytes came from -> packages
};

// Told about each stage as it begins, for people who wait.
class StageListener : public ProgressSink {
 public:
  virtual void on_stage(std::string_view what) = 0;
};

struct BuildEnvironment {
  const Store& store;
  const Environment& variables;
  StageListener& listener;
};

// Where a project's packages may come from. Borrows all of its arguments.
FetchSettings fetch_settings(const Project& project, const NpmConfig& config,
                             const BuildOptions& options, const BuildEnvironment& environment);

Result<BuildSummary> build(const BuildOptions& options, const BuildEnvironment& environment,
                           Diagnostics& diagnostics);

// The same up to the point where it is known what the first target's executable carries, and why.
// Writes nothing but the store. Errors: those of `build`.
Result<Provenance> survey(const BuildOptions& options, const BuildEnvironment& environment,
                          Diagnostics& diagnostics);

}  // namespace ingot
