// Package URLs: names for packages that other tools understand.
//
// Owns the encoding. Formats: the package URL specification (ECMA-427) and its type "npm", where a
// scope is the namespace and its "@" is escaped: "pkg:npm/%40scope/name@1.0.0".
#pragma once

#include <string>
#include <string_view>

namespace ingot {

// `name` with its scope, if it has one; `version` may be "".
std::string npm_package_url(std::string_view name, std::string_view version);

// "pkg:generic/name@version".
std::string generic_package_url(std::string_view name, std::string_view version);

}  // namespace ingot
