// Getting a commit of a git repository, by the git client of this machine.
//
// Owns the ways to a repository, in the order they are tried, and how git is called: no prompts, no
// hooks, no submodules, no protocols but https, ssh and files, into a bare repository of its own
// that is removed afterwards. The user's own configuration (credential helpers, proxies,
// "insteadOf") counts. Nothing is checked out, so no filter of the repository runs. What comes back
// is proved by packer/acquire/git_objects.h.
#pragma once

#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/acquire/npm_config.h"

namespace ingot {

struct GitSource {
  // Addresses that git takes, best first. On the large forges https comes before ssh: npm records
  // ssh there, whatever it used itself.
  std::vector<std::string> addresses;
  std::string commit;  // 40 or 64 hex digits, lower-case
};

// `location` as PackageSource has it: "git+ssh://git@host/a/b.git#<commit>", "github:a/b#<commit>",
// "git@host:a/b.git#<commit>". Errors: "git-commit" (it names no full commit), "git-protocol",
// "url-invalid".
Result<GitSource> git_source_of(const std::string& location);

// The commit's files, as `archive_of_commit` makes them. Errors: "git-missing" (there is no git
// client), "git-failed" (with what git says), and those of packer/acquire/git_objects.h.
Result<Bytes> get_commit(const GitSource& source, const Environment& environment,
                         const std::string& label, uint64_t max_bytes);

}  // namespace ingot
