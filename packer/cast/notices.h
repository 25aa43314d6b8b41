// The licences and notices that whoever hands out an executable hands out with it.
//
// Owns collecting them: what each package declares, the text of every licence and notice file of
// it, each text once, and Node.js's. Never decides whether a licence is acceptable.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "packer/cast/sealed_manifest.h"
#include "packer/unpack/assemble.h"

namespace ingot {

// What the file inside an executable is called (--notices).
inline constexpr std::string_view kNoticesName = "THIRD-PARTY-NOTICES.txt";

// Indices into `manifest.files`, by package; what the project itself says is not a notice.
std::vector<std::vector<size_t>> license_files(const SealedManifest& manifest);

// `read`: the content of one of the manifest's files.
Result<std::string> write_notices(const SealedManifest& manifest, std::string_view node_license,
                                  const std::function<Result<std::string>(size_t)>& read);

// Puts them into a tree as kNoticesName. `manifest` has its packages. Error: "notices-exist", when
// the project has a file of that name.
Status add_notices(const SealedManifest& manifest, std::string_view node_license,
                   Assembly& assembly);

}  // namespace ingot
