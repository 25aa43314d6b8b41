// The files of a local copy of an advisory database.
//
// Owns finding and reading them: a folder of JSON files, in folders of any depth, or a zip archive
// of them, or a folder with such archives in it, as databases export them. Never connects anywhere.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace ingot {

inline constexpr uint64_t kMaxAdvisoryFile = uint64_t{16} << 20;  // bytes, uncompressed

// `name`: relative to the database.
using AdvisoryUse = std::function<Status(std::string name, std::string text)>;

// In order of names, those of an archive in its order. Errors: "not-found", "database-empty" (no
// JSON file), "database-malformed" (an archive that cannot be read, a file larger than
// kMaxAdvisoryFile), and the first of `use`.
Status read_advisory_files(const std::string& path, const AdvisoryUse& use);

}  // namespace ingot
