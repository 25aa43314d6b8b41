#include "lockfile/lockfile.h"

#include <algorithm>

#include "base/file_system.h"
#include "lockfile/package_name.h"

namespace ingot {

bool LockedPackage::is_local() const {
  if (is_link()) return false;
  return source.kind == SourceKind::kProject ||
         (source.kind == SourceKind::kDirectory && !is_in_node_modules(install_path));
}

const LockedPackage* Lockfile::find(std::string_view install_path) const {
  auto at = std::ranges::lower_bound(packages, install_path, {}, &LockedPackage::install_path);
  return at != packages.end() && at->install_path == install_path ? &*at : nullptr;
}

LockedPackage* Lockfile::find(std::string_view install_path) {
  return const_cast<LockedPackage*>(std::as_const(*this).find(install_path));
}

const LockedPackage* Lockfile::look_up(std::string_view from, std::string_view dependency) const {
  std::string folder(from);
  while (true) {
    std::string candidate = folder.empty() ? "node_modules/" : folder + "/node_modules/";
    candidate += dependency;
    if (const LockedPackage* found = find(candidate)) return found;
    if (folder.empty()) return nullptr;
    folder = parent_path(folder);
  }
}

const LockedPackage& Lockfile::follow(const LockedPackage& package) const {
  if (!package.is_link()) return package;
  const LockedPackage* target = find(*package.link_target);
  INGOT_CHECK(target != nullptr && !target->is_link());
  return *target;
}

std::vector<const LockedPackage*> Lockfile::local_packages() const {
  std::vector<const LockedPackage*> out;
  for (const LockedPackage& package : packages)
    if (package.is_local()) out.push_back(&package);
  return out;
}

}  // namespace ingot
