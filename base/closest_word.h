// What somebody meant who mistyped a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot {

// The known word that is spelled most like `word`, if one is close enough to be what was meant;
// else "".
std::string closest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace ingot
