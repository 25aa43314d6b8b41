// The Node runtimes ingot trusts: which package holds each, and what its bytes must hash to.
//
// Owns the one table of pins, a row per target and Node version. A template is used only when the
// npm tarball matches `integrity` and the binary inside matches `binary_sha256`: the packages are
// made by a community repackager, so the tarball's digest alone would prove nothing about Node.
// What is left of that binary without its symbols is a function of it
// (packer/executable/elf/strip.h), whose result is pinned as well, so that an executable can be
// verified without the binary; and so is a list of page hashes. Never names a registry, fetches
// nothing, and knows nothing of executable formats.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/target.h"

namespace ingot {

inline constexpr std::string_view kDefaultNodeVersion = "26.10.0";

// An extracted template lies in ingot's store as a derived file of this kind, with the binary's
// SHA-256 in hex as its key.
inline constexpr std::string_view kTemplateStoreKind = "template";
// And without its symbols as one of this kind, with the same key.
inline constexpr std::string_view kStrippedStoreKind = "template-stripped";

struct TemplatePin {
  std::string_view target;           // Target::name
  std::string_view node_version;     // "26.10.0"
  std::string_view v8_version;       // decides which code caches fit
  std::string_view package;          // npm package name; its version is `node_version`
  std::string_view integrity;        // SRI of the npm tarball
  uint64_t tarball_size;             // bytes
  std::string_view binary_path;      // inside the package, without the leading "package/"
  std::string_view binary_sha256;    // lower-case hex
  uint64_t binary_size;              // bytes
  std::string_view stripped_sha256;  // of the binary without its symbols; "": it has none to lose
  uint64_t stripped_size;            // bytes
  // Over the SHA-256 of each 4096-byte page of the binary, where finished files list those; else
  // "". Says the same as `binary_sha256`, and the pages need no second hashing.
  std::string_view pages_sha256;
  std::string_view minimum_glibc;                      // "" where there is none
  std::span<const std::string_view> needed_libraries;  // those a small system may lack
  std::string_view evidence;  // who vouches for `binary_sha256`, for people
};

// Sorted as kTargets is.
std::span<const TemplatePin> template_pins();

// Nothing when that version is not pinned for the target.
const TemplatePin* find_template_pin(const Target& target,
                                     std::string_view node_version = kDefaultNodeVersion);

// The pin whose binary has this digest (lower-case hex), or nothing: tells which official runtime
// an executable was cast from.
const TemplatePin* find_template_pin_by_digest(std::string_view binary_sha256);

}  // namespace ingot
