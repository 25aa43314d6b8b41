// One small lockfile of each other package manager, and how each is read and placed.
#pragma once

#include <string>

#include "lockfile/berry_lockfile.h"
#include "lockfile/bun_lockfile.h"
#include "lockfile/peer_instances.h"
#include "lockfile/placement.h"
#include "lockfile/pnpm_lockfile.h"
#include "lockfile/yarn_lockfile.h"

namespace ingot {

inline const std::string kDigest =
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/"
    "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

inline const std::string kPnpm9 = R"(lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
overrides:
  c: 1.0.0
importers:
  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0(p@2.0.0)
      alias:
        specifier: npm:@s/b@^1
        version: '@s/b@1.0.0'
      w:
        specifier: workspace:*
        version: link:packages/w
    devDependencies:
      p:
        specifier: 2.0.0
        version: 2.0.0
  packages/w:
    dependencies:
      '@s/b':
        specifier: ^1.0.0
        version: 1.0.0
packages:
  '@s/b@1.0.0':
    resolution: {integrity: DIGEST}
    os: [linux, darwin]
    cpu: ['!arm']
  a@1.0.0:
    resolution: {integrity: DIGEST}
    peerDependencies:
      p: '*'
  p@2.0.0:
    resolution: {integrity: DIGEST}
snapshots:
  '@s/b@1.0.0': {}
  a@1.0.0(p@2.0.0):
    dependencies:
      p: 2.0.0
    optionalDependencies:
      '@s/b': 1.0.0
  p@2.0.0: {}
)";

inline const std::string kPnpm5 = R"(lockfileVersion: 5.4
specifiers:
  a: ^1.0.0
dependencies:
  a: 1.0.0_p@2.0.0
packages:
  /a/1.0.0_p@2.0.0:
    resolution: {integrity: DIGEST}
    dependencies:
      '@s/b': 1.0.0
      p: 2.0.0
    dev: false
  /@s/b/1.0.0:
    resolution: {integrity: DIGEST}
    dev: false
  /p/2.0.0:
    resolution: {integrity: DIGEST}
    dev: false
)";

inline const std::string kYarn = R"(# yarn lockfile v1


"@s/b@^1.0.0", "@s/b@^1.0.1":
  version "1.0.1"
  resolved "https://registry.example.org/@s/b/-/b-1.0.1.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"
  integrity DIGEST

a@^1.0.0:
  version "1.0.0"
  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"
  dependencies:
    "@s/b" "^1.0.0"
  optionalDependencies:
    g "https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789"

"alias@npm:a@^1.0.0":
  version "1.0.0"
  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"

"g@https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789":
  version "1.0.0"
  resolved "https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789"
)";

inline const std::string kBerry = R"(__metadata:
  version: 8
  cacheKey: 10c0

"@s/b@npm:^1.0.0":
  version: 1.0.0
  resolution: "@s/b@npm:1.0.0"
  conditions: (os=linux | os=darwin) & cpu=x64 & libc=glibc
  languageName: node
  linkType: hard

"a@npm:^1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    "@s/b": "npm:^1.0.0"
  dependenciesMeta:
    "@s/b":
      optional: true
  peerDependencies:
    p: "*"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch":
  version: 1.0.0
  resolution: "a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=abcdef"
  dependencies:
    "@s/b": "npm:^1.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    a: "npm:^1.0.0"
    p: "npm:p@2.0.0"
    w: "workspace:^"
  languageName: unknown
  linkType: soft

"p@npm:2.0.0, p@npm:p@2.0.0":
  version: 2.0.0
  resolution: "p@npm:2.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"w@workspace:^, w@workspace:packages/w":
  version: 0.0.0-use.local
  resolution: "w@workspace:packages/w"
  languageName: unknown
  linkType: soft
)";

inline const std::string kBun = R"({
  "lockfileVersion": 1,
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "^1.0.0", "w": "workspace:*"},
         "devDependencies": {"d": "1"}},
    "packages/w": {"name": "w", "version": "1.0.0", "dependencies": {"@s/b": "^2.0.0"}},
  },
  "packages": {
    "a": ["a@1.0.0", "", {"dependencies": {"@s/b": "^1"}, "peerDependencies": {"p": "*"},
          "optionalPeers": ["p"], "os": ["linux", "darwin"], "bin": {"a": "cli.js"}}, "DIGEST"],
    "d": ["d@1.0.0", "", {}, "DIGEST"],
    "@s/b": ["@s/b@1.0.0", "https://npm.example.org/", {}, "DIGEST"],
    "w": ["w@workspace:packages/w"],
    "w/@s/b": ["@s/b@2.0.0", "", {}, "DIGEST"],
    "g": ["g@github:u/r#98e8ff1", {}, "u-r-98e8ff1"],
  }
})";

inline std::string filled(std::string text) {
  std::string hex(128, 'a');
  for (auto [mark, value] : {std::pair(std::string("DIGEST"), kDigest), {"HEX", hex}})
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, mark.size(), value);
  return text;
}

inline const Manifest& app_manifest() {
  static const Manifest manifest = parse_manifest(R"({"name": "app", "version": "1.0.0",
        "dependencies": {"a": "^1.0.0", "alias": "npm:a@^1.0.0"}})",
                                                  "package.json")
                                       .value();
  return manifest;
}
inline const LocalManifest kApp[] = {{"", &app_manifest()}};

inline Result<Lockfile> read_pnpm(std::string text) {
  Diagnostics diagnostics;
  return place_isolated(TRY(parse_pnpm_lockfile(std::move(text), "f", diagnostics)),
                        {"node_modules/.pnpm", HoistedLinks::kDependencies}, diagnostics);
}
inline Result<Lockfile> read_yarn(std::string text) {
  Diagnostics diagnostics;
  return place_hoisted(TRY(parse_yarn_lockfile(std::move(text), "f", kApp, diagnostics)),
                       diagnostics);
}
inline Result<Lockfile> read_berry(std::string text) {
  Diagnostics diagnostics;
  InstanceGraph graph = TRY(parse_berry_lockfile(std::move(text), "f", kApp, diagnostics));
  return place_isolated(TRY(with_peer_instances(graph)),
                        {"node_modules/.store", HoistedLinks::kNone}, diagnostics);
}
inline Result<Lockfile> read_bun(std::string text) {
  Diagnostics diagnostics;
  BunLockfile read = TRY(parse_bun_lockfile(std::move(text), "f", diagnostics));
  return std::move(read.lockfile);
}

}  // namespace ingot
