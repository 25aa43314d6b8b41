// What an executable is to carry.
//
// Owns the stages between the verified packages and the payload: the tree of files, TypeScript
// without its types, what module requests lead to, code caches by this machine's template, and how
// files are stored. None of them asks which target it is for, but for addons that would have been
// built: targets that need the same packages can share the result. Fetches nothing and writes
// nothing but the store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "packer/cast/build.h"
#include "packer/cast/project.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/cast/template_source.h"
#include "packer/compile/compiled_tree.h"
#include "packer/executable/inject.h"
#include "packer/pack/pack.h"
#include "packer/unpack/assemble.h"
#include "packer/unpack/package_supply.h"

namespace ingot {

// What all targets have in common.
struct Work {
  const BuildOptions& options;
  const Project& project;
  const std::string& entry;
  const CastOptions& cast;
  const RuntimeTemplate& compiler;
  PackageSupply& supply;
  std::vector<std::string> apart;  // files in the project's folder that are outputs
  const BuildEnvironment& environment;
  Diagnostics& diagnostics;
  std::string_view node_license = {};  // for notices
  bool needs_entry = true;

  CompilerTemplate compiler_template() const { return {compiler.path, compiler.sha256}; }

  void begin(std::string_view stage, const Target& target) const {
    std::string text(stage);
    if (options.targets.size() > 1) text = std::string(target.name) + ": " + text;
    environment.listener.on_stage(text);
  }
};

// What lies on a disk after an install, and whose it is.
struct AssembledPackages {
  Assembly assembly;
  std::vector<SealedPackage> packages;  // of the graph, with the licences that they declare
};

// All licences are accepted, and notices are among the files if they are wanted. Errors: those of
// `assemble_tree`, `check_licenses` and `add_notices`.
Result<AssembledPackages> assemble_packages(const Work& work, const PackageGraph& graph);

// Before it is compiled.
struct Contents {
  Assembly assembly;
  std::vector<SealedPackage> packages;
  std::string entry;
  StrippedTypes stripped;
  ResolutionTable modules;
  size_t untraced_files = 0;  // before a trace
};

// Errors: those of `assemble_packages`, `find_entry`, `strip_types`, `resolve_modules` and
// `narrow`.
Result<Contents> find_contents(const Work& work, const PackageGraph& graph);

// The same compiled and packed.
struct PackedContents {
  Target made_for;  // the first target that has them
  Assembly assembly;
  std::vector<SealedPackage> packages;
  std::string entry;
  StrippedTypes stripped;
  size_t untraced_files = 0;
  CompiledTree compiled;  // with this machine's code caches
  PackedTree packed;
};

// Errors more: those of `compile_tree` and `pack_tree`.
Result<std::shared_ptr<const PackedContents>> pack_contents(const Work& work,
                                                            const PackageGraph& graph);

}  // namespace ingot
