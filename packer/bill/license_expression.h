// SPDX licence expressions: what they say, and in which words.
//
// Owns parsing and writing them. Whether one is acceptable is packer/bill/license_policy.h's to
// say. Format: SPDX specification 2.3, Annex D.
//
//   expression = conjunction *( "OR" conjunction )
//   conjunction = part *( "AND" part )
//   part       = "(" expression ")" / license [ "WITH" exception ]
//   license    = id [ "+" ]             ; of the list (license_list.h), in either case
//              / [ "DocumentRef-" name ":" ] "LicenseRef-" name
//   exception  = an id of the list of exceptions, in either case
//   name       = 1*( ALPHA / DIGIT / "-" / "." )
//
// Error: "license-expression" (kInput), with what is wrong in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

// One licence, as it stands in an expression.
struct LicenseTerm {
  std::string id;         // as the list spells it
  bool or_later = false;  // with a "+"; ids that end with "-or-later" keep their name
  std::string exception;  // as the list spells it; "" for none
};

struct LicenseExpression {
  enum class Kind { kTerm, kAnd, kOr };
  Kind kind = Kind::kTerm;
  LicenseTerm term;                      // of a kTerm
  std::vector<LicenseExpression> parts;  // of the others: two or more
};

Result<LicenseExpression> parse_license_expression(std::string_view text);

// With the list's spelling and no more parentheses than are needed.
std::string license_text(const LicenseExpression& expression);
std::string license_text(const LicenseTerm& term);

}  // namespace ingot
