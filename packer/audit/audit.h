// Which packages are known to be vulnerable.
//
// Owns comparing packages with a local advisory database, and leaving out what the user has decided
// to live with. Never connects anywhere: what the database does not have is not known.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packer/audit/advisory.h"

namespace ingot {

struct AuditedPackage {
  std::string name;
  std::string version;
  std::vector<std::string> path;  // labels from the project to it, both included
};

struct AuditFinding {
  Advisory advisory;
  AuditedPackage package;
  std::string fixed;   // the lowest version that has it fixed; "" for none
  std::string reason;  // why it is ignored; "" when it is not
};

struct AuditReport {
  std::vector<AuditFinding> findings;  // sorted by package and id
  std::vector<AuditFinding> ignored;
  std::vector<std::string> unused;  // ids that are to be ignored and were not found
  size_t advisories = 0;            // that were looked at
  size_t withdrawn = 0;             // of them
};

// Advisory id or alias -> why it is ignored.
using IgnoredAdvisories = std::map<std::string, std::string>;

// Advisories that are aliases of one another are one finding. Records that cannot be read are
// warnings ("advisory-malformed" and the like), each. Errors: those of advisory_files.h.
Result<AuditReport> audit_packages(const std::vector<AuditedPackage>& packages,
                                   const std::string& database, const IgnoredAdvisories& ignored,
                                   Diagnostics& diagnostics);

}  // namespace ingot
