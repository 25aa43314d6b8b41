// What an executable for Windows shows of itself: from package.json, or as the user says.
//
// Owns the choice of every text: by default the product is the package's name, its company the
// author, and so on; of Node's own texts none is kept, for the executable is not Node. Reads
// package.json and the icon; how they are put into an executable is packer/executable/pe/.
//
//   product name   "name"                     version    "version", and its numbers
//   description    "description", else "name"
//   company        "author"                   copyright  "author" and "license"
//
// Errors: those of reading files and of packer/executable/pe/icon.h, at the icon's path.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/file_system.h"
#include "packer/cast/options.h"
#include "packer/cast/project.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/executable/pe/dressing.h"

namespace ingot {

// "1", "1.2", "1.2.3" or "1.2.3.4", each number up to 65535; nothing for any other text.
std::optional<std::array<uint16_t, 4>> windows_version(std::string_view text);

Result<pe::Dressing> windows_dressing(const FileSystem& files, const Project& project,
                                      const WindowsOptions& options);

// What the manifest is to say of it. `digest`: of the whole presentation,
// packer/executable/inject.h.
SealedWindows seal_windows(const pe::Dressing& dressing, const Digest& digest);

}  // namespace ingot
