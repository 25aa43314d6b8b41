// Which files of a package hold its licence or the notices that go with it.
//
// Owns the names. Never reads a file.
#pragma once

#include <string_view>

namespace ingot {

// By the last component of the path, in either case: LICENSE.md, MIT-LICENSE, COPYING, NOTICE,
// ThirdPartyNotices.txt. Program text with such a name is none.
bool is_license_file(std::string_view path);

}  // namespace ingot
