// Which licences somebody accepts.
//
// Owns the decision whether what a package says about its licence is acceptable. An expression is,
// when its user has a choice ("OR") all of whose parts ("AND") are. A licence is accepted when it
// is allowed, or nothing is allowed in particular, and it is not denied:
//   - an allowed licence has to have the same exception, and a version in common:
//   "GPL-2.0-or-later"
//     is allowed by GPL-3.0-only, "LGPL-2.1-only" by LGPL-2.0-or-later;
//   - a denied one is denied with any exception, unless the denial names one, and with "or later"
//     by its first version.
// What is no SPDX expression, or says nothing, is called NOASSERTION here; it may be allowed or
// denied by that name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "packer/bill/declared_license.h"

namespace ingot {

struct LicensePolicy {
  std::vector<LicenseTerm> allowed;
  std::vector<LicenseTerm> denied;
  bool restricted = false;  // only what is allowed is accepted
  bool unknown_allowed = false;
  bool unknown_denied = false;

  bool accepts_all() const { return !restricted && denied.empty() && !unknown_denied; }
};

inline constexpr std::string_view kUnknownLicense = "NOASSERTION";

// Licences joined by "OR", or NOASSERTION, in each text. Errors: "license-expression";
// "license-policy" for an "AND", which no list of licences has a use for.
Result<LicensePolicy> read_license_policy(std::span<const std::string> allowed,
                                          std::span<const std::string> denied);

bool accepts(const LicensePolicy& policy, const DeclaredLicense& license);

}  // namespace ingot
