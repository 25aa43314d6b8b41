// What to do about an error whose maker could not know.
//
// Owns advice by error code, for the codes that arise deep inside, where neither the command nor
// the file at fault is known. A hint that an error brings along is better and wins.
#pragma once

#include <string>
#include <string_view>

namespace ingot {

// "" when there is nothing general to say about this code. `file`: the one at fault, as the error
// names it, or "".
std::string general_hint(std::string_view code, std::string_view file);

}  // namespace ingot
