// Other package managers' settings, in npm's words.
//
// Owns reading yarn's .yarnrc (1) and .yarnrc.yml (2 and later) and bun's bunfig.toml, and saying
// what they say as npm's keys: registries, scopes, credentials by "nerf dart", proxies,
// certificates. So there is one meaning of each of them (packer/acquire/npm_config.h). pnpm reads
// npm's own files. Source: the configuration pages of yarn 1.22, yarn 4 and bun 1.
#pragma once

#include <vector>

#include "base/file_system.h"
#include "lockfile/lockfile.h"
#include "packer/acquire/environment.h"
#include "packer/acquire/npm_layers.h"

namespace ingot {

// `default_registry`: whom credentials are for where no registry is named. Highest precedence
// first; the manager is the one whose lockfile this is. "certfile" and "keyfile" without a host,
// which npm does not have, are for every configured registry. Errors: "npm-config-invalid" (a
// variable that is not set, an address that is none), those of base/yaml.h and
// packer/acquire/toml_file.h.
Result<std::vector<NpmLayer>> manager_layers(LockfileKind manager, const FileSystem& files,
                                             const Environment& environment,
                                             const std::string& project_folder,
                                             const std::string& default_registry);

// The folders in which yarn 2 and later keep archives for a project: its own, then the one for all
// projects of the user. Errors: those of `manager_layers`.
Result<std::vector<std::string>> berry_cache_folders(const FileSystem& files,
                                                     const Environment& environment,
                                                     const std::string& project_folder);

}  // namespace ingot
