// Which packages would have been compiled by an install script.
//
// Owns the judgement from names alone: a package is unbuilt when npm would have run a compiler for
// it (binding.gyp, or a script that names a build tool) and neither it nor one of its optional
// dependencies has an addon for the target. Never runs or reads the scripts' files.
#pragma once

#include <string>
#include <string_view>

#include "base/target.h"
#include "packer/unpack/package_facts.h"

namespace ingot {

// Whether a file inside a package (`path` relative to it) is an addon that the target can load, as
// far as its name tells: folders and endings that prebuildify and node-gyp-build choose by count.
bool is_usable_addon(std::string_view path, const Target& target);

// What npm would have run to build an addon; "" when nothing.
std::string build_script(const PackageFacts& facts, bool has_binding_gyp);

}  // namespace ingot
