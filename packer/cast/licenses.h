// What the packages of an application say about their licences.
//
// Owns reading it from each package.json, in the forms that npm ever took, and refusing packages by
// it. The texts that go with a licence are packer/cast/notices.h's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packer/bill/license_policy.h"
#include "packer/cast/sealed_manifest.h"
#include "resolver/file_tree.h"
#include "resolver/package_graph.h"

namespace ingot {

// "license" of a package.json, else the older "licenses": the text, or the types of a list joined
// to an expression. "" when it says nothing, or is no JSON.
std::string license_of(std::string package_json);

// Of each package of the graph; "" for a link. `tree` has their package.json files.
std::vector<std::string> declared_licenses(const FileTree& tree, const PackageGraph& graph);

// Whether the packages' licences are accepted: all but the project and the folders that belong to
// it. Error: "license-refused", one for each package, the first returned and the others in the
// diagnostics.
Status check_licenses(const std::vector<SealedPackage>& packages, const LicensePolicy& policy,
                      Diagnostics& diagnostics);

}  // namespace ingot
