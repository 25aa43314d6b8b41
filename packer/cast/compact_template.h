// The template of compact executables: the loader for a target with that target's Node binary
// compressed in it.
//
// Owns the compression and its levels. The compressed binary is made once and remembered in the
// store; whatever comes out of the store is decompressed and hashed before it is used.
//
// docs/compact.md has what it comes to for each target, and what else was tried.
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
