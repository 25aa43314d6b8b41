// bun.lock, the text lockfile of bun 1.2 and later.
//
// Owns turning its text into a `Lockfile`: like npm's it records where each package is installed.
// bun.lockb, the binary one, is not read. Never asks whether the file fits package.json.
//
//   file     = { lockfileVersion: 0|1|2, workspaces: {path: manifest}, packages: {place: entry},
//   ... } place    = names joined by "/": "a/@s/b" is @s/b in the node_modules of a entry    = [
//   "name@1.0.0", registry or tarball URL or "", info, integrity ]     of a registry
//            | [ "name@https://...tgz" or "name@./x.tgz", info, integrity? ]
//            | [ "name@git+..#commit" or "name@github:user/repo#commit", info, tag, integrity? ]
//            | [ "name@workspace:path" ] | [ "name@file:folder", info ] | [ "name@link:path", info
//            ] | [ "name@root:", info ]
//   info     = { dependencies, optionalDependencies, peerDependencies, optionalPeers, os, cpu,
//   libc,
//                bin, bundled, ... }
//
// Source of the format: the files bun 1.2 to 1.4 write. JSON with comments and trailing commas.
//
// Errors: those of lockfile/npm_lockfile.h, with "json-*" for what is not even JSON.
#pragma once

#include "lockfile/lockfile.h"

namespace ingot {

struct BunLockfile {
  Lockfile lockfile;
  // Whether bun would keep packages apart for it unless bunfig.toml says otherwise: since 1.3, for
  // projects with workspaces. The places in the file are those of the flat layout all the same.
  bool isolated = false;
};

Result<BunLockfile> parse_bun_lockfile(std::string text, std::string name,
                                       Diagnostics& diagnostics);

}  // namespace ingot
