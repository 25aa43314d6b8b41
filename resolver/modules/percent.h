// Percent-decoding of the path of a file: URL, as fileURLToPath does it (URL standard,
// section 1.3).
//
// Owns only that: a separator or a NUL that hides behind an escape, a broken escape and bytes that
// are no UTF-8 are refused, as Node refuses them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ingot {

std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace ingot
