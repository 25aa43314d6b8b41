// Installed packages whose places the lockfile does not tell.
//
// yarn 2 and later choose places in node_modules that are not ours, and so do pnpm, bun and yarn in
// their stores, whose folders have names with digests. Owns finding every package below the
// node_modules folders of a project and its workspaces, and comparing each with the locked package
// whose name and version it says it has. A link has to lead to one of them, or to a folder of the
// user, and what a package asks for has to lead, as Node looks for it, to what the lockfile says: a
// link or a folder that leads it elsewhere is changed. Follows no link and changes nothing.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "packer/cast/installed.h"

namespace ingot {

// Whether packages are looked for by what they are and not by their place.
bool has_places_of_its_own(const Lockfile& lockfile);

class InstalledCopies {
 public:
  // What `where` refers to has to outlive this. Errors: those of `FileSystem::list`,
  // "path-too-deep".
  static Result<InstalledCopies> find(const InstalledPlace& where);

  // Whether a folder says it is this package.
  bool has(const LockedPackage& locked) const;

  // Compares the package with every folder that says it is this one; that there is none counts when
  // it is `required`. Of several packages of one name and version (patched or not) the one that a
  // folder is nearest to counts for it. May be called from several threads at once.
  Status compare(const LockedPackage& locked, bool required, const UnpackedPackage& package);

  // Adds what was found, once every package was compared.
  void finish(InstalledCheck& check) const;

 private:
  struct Copy {
    std::string place;  // relative to the project
    std::string name;
    std::string version;
    bool is_stub = false;                         // yarn installed nothing there
    bool came_along = false;                      // in the tarball of the package around it
    std::optional<InstalledCheck> compared = {};  // with the nearest package so far
  };
  struct Link {
    std::string place;
    std::string target;  // relative to the project, normal
  };

  explicit InstalledCopies(const InstalledPlace& where)
      : where_(where), mutex_(std::make_unique<std::mutex>()) {}
  Status look_into(const std::string& folder, size_t depth);
  Status look_into_store(const std::string& store, size_t depth);
  Status take(const std::string& place, FileKind kind, size_t depth);

  // Where everything that was found lies.
  struct Index {
    std::map<std::string_view, const Copy*> copies;
    std::map<std::string_view, std::string_view> links;  // to their targets
  };
  // The place that Node finds `name` at from the package at `from`; "" when there is none.
  static std::string look_up(const Index& index, std::string_view from, const std::string& name);
  bool is_locked_one(const Index& index, const std::string& place,
                     const LockedPackage& locked) const;
  void check_dependencies(InstalledCheck& check) const;

  InstalledPlace where_;
  std::vector<Copy> copies_;
  std::vector<Link> links_;
  std::unique_ptr<std::mutex> mutex_;  // of `copies_` while comparing, and of what follows
  std::set<std::string> missing_;
};

}  // namespace ingot
