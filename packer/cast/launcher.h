// What Node finds in an executable of ours, and what it is told to do with it.
//
// Owns the choice of every field of the SEA blob beside the payload's bytes: casting writes exactly
// this, and verifying accepts nothing else.
#pragma once

#include <optional>
#include <string_view>

#include "packer/executable/sea_blob.h"

namespace ingot {

// `stub` is borrowed, and whatever `payload` borrows. `node_options` says who may give more of
// Node's own options at run time.
SeaContent launcher_of(ByteView stub, ByteSource payload, ExecArgvExtension node_options);

// "none", "env", "cli", as the configuration and the manifest say it.
std::string_view node_options_name(ExecArgvExtension policy);
// Nothing: it is none of them.
std::optional<ExecArgvExtension> find_node_options(std::string_view name);

}  // namespace ingot
