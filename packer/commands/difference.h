// What differs between two executables of ours, and what each difference belongs to.
//
// Owns the comparison: what the two sealed manifests say (options, runtime, packages, files, code
// caches), what the payloads do with it (formats, requests, links), and every byte beside that, by
// the names of anatomy.h. Where the two lie differently in their files, what merely moved is no
// difference. Never says which of the two is right: that is verification.h's.
#pragma once

#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

struct Difference {
  std::string kind;    // "target", "option", "runtime", "package", "file", "code cache",
                       // "module table", "launcher", "manifest", "header"
  std::string name;    // what it is about: a key, a path, a field
  std::string before;  // "": not there
  std::string after;
};

// In a fixed order, the causes before the consequences; none: the files are equal, byte for byte.
// Error: those of `open_sealed`, when a file cannot be looked into and the other does not lend it a
// map, as it does when both have the same size.
Result<std::vector<Difference>> find_differences(ByteView before, ByteView after);

}  // namespace ingot
