// A bill of materials: what an executable is made of, in the two formats that others read.
//
// Owns the model and both texts, which depend on nothing but the model: the serial number is made
// of the content, and there is no time but one that the user gives. Never reads a file.
//
// Formats: CycloneDX 1.6 (ECMA-424) and SPDX 2.3 (ISO/IEC 5962 and later), both as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packer/bill/declared_license.h"

namespace ingot {

enum class BillFormat { kCycloneDx, kSpdx };

struct BillComponent {
  std::string path;  // where it is installed; "" for the project
  std::string name;
  std::string version;
  std::string url;  // package URL; "" for what has none
  DeclaredLicense license;
  std::string digest;  // SRI of its tarball, or "git:<commit>"; may be ""
  bool is_bundled = false;
  std::string patch;  // path of the patch applied to it; "" for none
  std::string patch_sha256;
  std::vector<uint32_t> dependencies;  // indices into Bill::components, ascending
};

struct BillRuntime {
  std::string version;
  DeclaredLicense license;
  std::string sha256;     // of the official binary
  std::string package;    // that it came in; "" for a user's own
  std::string integrity;  // SRI of that package
};

struct Bill {
  std::string ingot_version;
  std::string target;
  std::string lockfile_name;
  std::string lockfile_sha256;
  std::string executable_sha256;          // "" when there is none yet
  std::vector<BillComponent> components;  // [0] is the project
  BillRuntime runtime;
  std::optional<uint64_t> created;  // seconds since 1970
};

// The time that reproducible builds are given (SOURCE_DATE_EPOCH): seconds since 1970, up to the
// year 9999. Error: "source-date-invalid".
Result<uint64_t> read_source_date(std::string_view text);

// Ends with a line end.
std::string write_bill(const Bill& bill, BillFormat format);

}  // namespace ingot
