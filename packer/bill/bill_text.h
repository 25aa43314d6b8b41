// What both formats of a bill of materials have in common.
//
// Owns digests as they write them, times and identifiers made of content. Used by the writers only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "packer/bill/bill.h"

namespace ingot {

std::string write_cyclonedx(const Bill& bill, std::string_view uuid);
std::string write_spdx(const Bill& bill, std::string_view uuid);

// Of an SRI string with one digest; nothing when there is none.
std::optional<Digest> digest_of_sri(std::string_view sri);

// The commit of a package that came from git; "" for another.
std::string_view commit_of(const BillComponent& component);

// "2026-01-31T12:00:00Z".
std::string utc_time(uint64_t seconds);

// A UUID of version 8 (RFC 9562) made of a text.
std::string uuid_of(std::string_view text);

// The names, with "-2", "-3" and so on behind those that were there before.
std::vector<std::string> made_unique(std::vector<std::string> names);

}  // namespace ingot
