// What one commit of a git repository holds, proved by the commit's own id.
//
// Owns walking from a commit to its tree and files, making the digest of every object again (a
// commit's id covers its tree's, a tree's the files'), and writing the files into an archive that
// depends on the commit alone. So a clone need not be trusted: what is not what the id stands for
// is refused. The digest is git's, mostly SHA-1, and as strong as that. Knows nothing of how a
// repository is got; packer/acquire/git_client.h does.
//
// Source of the format: git's documentation, "gitformat-pack" (object types), "Git Internals: Git
// Objects" (headers, trees) and "gitrepository-layout".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

struct GitObject {
  std::string type;  // "commit", "tree", "blob"
  ByteView content;
};

// By id, in lower-case hex.
using GitObjects = std::map<std::string, GitObject, std::less<>>;

// The output of `git cat-file --batch`: for each object "<id> <type> <size>\n<content>\n". The
// objects view into it. Error: "git-damaged".
Result<GitObjects> parse_git_batch(ByteView output, const std::string& label);

// The commit's files as a tar archive (ustar, with pax headers for long names), below "package/",
// in the tree's order, without times or owners. `commit`: 40 or 64 hex digits, lower-case. `label`:
// what messages call the package. Errors: "git-damaged" (kIntegrity: an object is missing, is not
// what its id says, or cannot be read), "git-submodule" (the commit needs another repository),
// "git-too-large".
Result<Bytes> archive_of_commit(const GitObjects& objects, const std::string& commit,
                                const std::string& label, uint64_t max_bytes);

}  // namespace ingot
