// The names that a PE executable offers to libraries in its process, Node's functions to native
// addons.
//
// Owns reading the names, and a table that leads each on to a library. Knows nothing of what is
// behind a name. Source: Microsoft, "PE Format", section "The .edata Section".
//
//   table     = directory  u32 address * names  u32 address * names  u16 index * names  text*
//               (functions, names, and for each name its function: the same order in all)
//   directory = u32 0  u32 time  u16 major  u16 minor  u32 address-of-own-name  u32 first-number
//               u32 functions  u32 names  u32 functions-address  u32 names-address
//               u32 indexes-address
//   A function's address that is inside the table is that of a text "library.name".
//
// Errors: "pe-exports-malformed".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packer/executable/pe/object.h"

namespace ingot::pe {

inline constexpr size_t kMaxExports = 65535;

// In the file's order, which is that of their bytes; none when the file has no such table.
Result<std::vector<std::string_view>> read_export_names(const Image& image, ByteView file);

// A table at `address` that leads each of the names to `library`'s of the same name. `own_name`:
// the executable's.
Bytes forward_exports(const std::vector<std::string_view>& names, std::string_view own_name,
                      std::string_view library, uint32_t address);

}  // namespace ingot::pe
