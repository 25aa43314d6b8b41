// What unpacking has to know from a package's package.json.
//
// Owns reading it as npm reads a published one (of equal keys the last counts, oddities are not
// errors) and the few fields that only matter to files: what else is an entry, and whether npm
// would have built an addon. Everything else is lockfile/manifest.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lockfile/manifest.h"

namespace ingot {

struct PackageFacts {
  Manifest manifest;
  std::string browser;                // when it is one file
  std::vector<std::string> exported;  // every path in "exports", patterns included
  bool gypfile = true;                // false: npm must not build binding.gyp by itself
};

// `file`: what positions call the document. Errors: those of base/json.h, "package-json-invalid"
// when it is no object.
Result<PackageFacts> read_package_facts(std::string text, const std::string& file);

}  // namespace ingot
