// The project's own settings for its builds: the "ingot" key of package.json, or ingot.json.
//
// Owns finding and reading them, and refusing what it does not know, by name and place. What keys
// there are is the table's to say (packer/cast/settings.h). Never looks at the values' meaning.
//
//   configuration = { "$schema"?: string, *( key: value ) }   ; as "ingot" in package.json, or
//                                                             ; as all of ingot.json
//   value         = string (SettingKind::kText, kLevel)
//                 / string, or an array of strings (kList)
//                 / true / false (kSwitch)
//
// and "policy" and "audit", which are packer/cast/policy.h's.
//
// ingot.json may hold comments and trailing commas. A project has one of the two.
#pragma once

#include <optional>
#include <string>

#include "base/file_system.h"
#include "base/json.h"
#include "packer/cast/settings.h"

namespace ingot {

struct Configuration {
  JsonDocument document;
  JsonCursor object;
};

// As it is written; nothing when there is none. Errors: "config-twice", and for ingot.json those of
// base/json.h and FileSystem::read.
Result<std::optional<Configuration>> find_configuration(const FileSystem& files,
                                                        const std::string& project);

// `project` is the project's folder, absolute. Nothing configured is no error, and neither is a
// package.json that cannot be read: `load_project` says so. Errors, all of them in `diagnostics`
// and the first returned: "config-key-unknown", "config-value" (of another type), and those of
// `find_configuration`.
Result<SettingValues> read_configuration(const FileSystem& files, const std::string& project,
                                         Diagnostics& diagnostics);

}  // namespace ingot
