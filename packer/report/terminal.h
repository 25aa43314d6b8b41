// What the place that text goes to can show.
//
// Owns asking the system; everything that formats takes the answer as an argument.
#pragma once

#include <cstddef>

#include "packer/acquire/environment.h"

namespace ingot {

struct Terminal {
  bool interactive = false;  // lines can be rewritten
  bool colours = false;
  size_t width = 80;  // columns
};

// Colours: on a terminal that is not "dumb", with NO_COLOR unset (no-color.org).
Terminal terminal_of(int descriptor, const Environment& environment);

}  // namespace ingot
