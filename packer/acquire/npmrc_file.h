// The text of one .npmrc file, read into keys and values.
//
// Source of the format: npm's "npmrc" manual page and the observed behaviour of npm 11 (its "ini"
// dialect). Knows nothing of what a key means. Nothing is an error: npm reads past what it does not
// understand, and so do we.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packer/acquire/environment.h"

namespace ingot {

struct NpmrcEntry {
  std::string key;  // without the "[]" of a list
  std::string value;
  bool is_list_element = false;  // written "key[] = value"
};

// In file order; sections are left out, because npm gives them no meaning.
std::vector<NpmrcEntry> parse_npmrc(std::string_view text, const Environment& environment);

// "${NAME}" becomes the variable's value, or stays when there is none; "${NAME?}" becomes nothing
// then. A backslash before the '$' keeps the expression as it is.
std::string expand_variables(std::string_view text, const Environment& environment);

}  // namespace ingot
