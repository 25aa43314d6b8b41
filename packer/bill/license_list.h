// The names of licences that SPDX knows.
//
// Owns the two lists of identifiers, deprecated ones included, and look-up in them. Knows nothing
// of what a licence says. Source: SPDX License List; a test compares them with the list that the
// npm package spdx-license-ids has.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace ingot {

// Sorted without regard to case. An id that only adds "+" to another is not among them: in an
// expression it is that licence, or later.
std::span<const std::string_view> license_ids();
std::span<const std::string_view> license_exceptions();

// The list's spelling of a name in either case.
std::optional<std::string_view> find_license_id(std::string_view name);
std::optional<std::string_view> find_license_exception(std::string_view name);

}  // namespace ingot
