// The template of compact executables: the loader for a target with that target's Node binary
// compressed in it.
//
// Owns the compression and its levels. The compressed binary is made once and remembered in the
// store; whatever comes out of the store is decompressed and hashed before it is used.
//
// What it comes to for linux-x64 without symbols (116.4 MB): zstd -9 35.2 MB in 3 s of CPU, -19
// 30.6 MB in 75 s; for win-x64 (104.7 MB) 33.7 MB and 29.9 MB. A window of 16 MB, which would take
// the loader 8 MB more, gains 0.15 MB; -22 with it 0.2 MB. Calls in the code with absolute in the
// place of relative addresses (a BCJ filter) would gain 1.1 MB at -9 and 1.0 MB at -19, for a step
// more in every loader and every check. A dictionary has nothing to give to one frame of that size.
//
// Errors: those of packer/executable/compact.h and of the store; "compact-unsupported".
#pragma once

#include <string>

#include "packer/acquire/store.h"
#include "packer/cast/options.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/cast/template_source.h"

namespace ingot {

struct CompactTemplate {
  Bytes bytes;  // to be cast in the place of the Node binary
  SealedCompact sealed;
};

inline constexpr std::string_view kCompactStoreKind = "runtime-compressed";

// "fast", "small" or "paranoid", as in --compact.
std::string_view compact_level_name(CompactLevel level);
std::optional<CompactLevel> find_compact_level(std::string_view name);

// Whether this ingot has a loader for the target.
bool can_be_compact(const Target& target);

Result<CompactTemplate> compact_template(const RuntimeTemplate& runtime, const Target& target,
                                         CompactLevel level, const Store& store);

}  // namespace ingot
