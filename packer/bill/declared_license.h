// What a package says its licence is.
//
// Owns telling SPDX expressions from the other things that people write ("SEE LICENSE IN x",
// "UNLICENSED", "Apache 2"). Never guesses which licence was meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "packer/bill/license_expression.h"

namespace ingot {

struct DeclaredLicense {
  std::string text;                             // as written; "" when nothing is said
  std::optional<LicenseExpression> expression;  // when it is one
};

DeclaredLicense declared_license(std::string_view text);

// For people: the expression, the text in quotes, or "no licence".
std::string license_phrase(const DeclaredLicense& license);

}  // namespace ingot
