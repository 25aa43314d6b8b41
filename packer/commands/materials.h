// What a project or an executable is made of, for the commands that tell of packages.
//
// Owns the choice between the two by what PATH is, and the options that both kinds have in common
// on the command line. Writes nothing but the store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "packer/cast/build.h"
#include "packer/commands/byte_sources.h"
#include "packer/commands/console.h"

namespace CLI {
class App;
}

namespace ingot {

struct MaterialsArguments {
  std::string path = ".";
  std::vector<std::string> targets;
  SourceArguments sources;
};

// PATH, --target, and those of `add_source_options`.
void add_materials_arguments(CLI::App& command, MaterialsArguments& arguments);

struct OpenMaterials {
  SealedManifest manifest;
  // The content of one of the manifest's files; kIntegrity, "file-altered" or "file-damaged", when
  // it is not the one that was sealed.
  std::function<Result<std::string>(size_t file)> read;
  ByteView executable;   // empty for a project
  LicensePolicy policy;  // as the project's configuration has it
  std::shared_ptr<const void> owner = {};
};

// Of a folder, what its first target would carry, by its configuration; of a file, what
// is in it. Errors: those of `build` up to the unpacking, and of `open_sealed`.
Result<OpenMaterials> open_materials(const MaterialsArguments& arguments, const Console& console,
                                     Diagnostics& diagnostics);

// Node.js's own licence; asks the store and the network as for a project. Errors: those of
// packer/cast/template_source.h.
Result<std::string> node_license_text(const std::string& version,
                                      const MaterialsArguments& arguments, const Console& console,
                                      Diagnostics& diagnostics);

}  // namespace ingot
