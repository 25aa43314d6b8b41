// Which kind of module Node takes a file for.
//
// Owns the rules of Node 26.10: the extension, then the "type" of the package.json that rules the
// file. Where Node looks at the syntax of the file the answer is "ambiguous"; `detected_format`
// then says what Node will find, if a scan of the file is certain of it.
#pragma once

#include <string_view>

#include "resolver/modules/module_world.h"
#include "resolver/modules/specifiers.h"

namespace ingot {

enum class ModuleFormat : uint8_t {
  kOther,  // no module by its extension: `require` takes it for JavaScript, `import` refuses it
  kCommonjs,
  kModule,
  kJson,
  kAddon,
  kWasm,
  kAmbiguous,  // .js or no extension, and no "type": Node detects the syntax
  kCommonjsTypescript,
  kModuleTypescript,
  kTypescript,  // .ts and no "type": Node detects the syntax once types are stripped
};

// `path` is a file's. A package.json that is not usable makes a file that depends on it kOther.
ModuleFormat module_format(const ModuleWorld& world, std::string_view path);

// Whether the package.json that rules the file at `path` has a say in its format.
bool is_format_ruled_by_package(std::string_view path);

// kCommonjs or kModule for a kAmbiguous file, and their like for a kTypescript file whose types are
// gone, when Node's detection will certainly say so, else `format` itself. (Node warns of a
// detected ES module outside node_modules.)
ModuleFormat detected_format(ModuleFormat format, const ModuleScan& scan);

}  // namespace ingot
