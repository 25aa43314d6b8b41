#include "lockfile/pins.h"

#include "base/json.h"
#include "lockfile/cache_key.h"

namespace ingot {

Result<Pins> parse_pins(std::string text) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), std::string(kPinsName)));
  JsonCursor root = document.root();
  auto version = root.find("version");
  if (!version || version->text() != "1")
    return fail(input_error("pins-version", "its version is not 1").at(root.position()));
  auto packages = root.find("packages");
  if (!packages || !packages->is_object())
    return fail(input_error("pins-malformed", "there are no \"packages\"").at(root.position()));
  Pins pins;
  for (JsonCursor entry : *packages) {
    if (!entry.is_string())
      return fail(input_error("pins-malformed",
                              "the digest of " + json_quote(entry.key()) + " is not a string")
                      .at(entry.position()));
    auto integrity = Integrity::parse(entry.text());
    if (!integrity) return fail(std::move(integrity.error()).at(entry.position()));
    if (integrity->empty() || !integrity->is_strong())
      return fail(input_error("pins-weak", json_quote(entry.key()) + " has no strong digest")
                      .at(entry.position()));
    pins.emplace(entry.key(), std::move(*integrity));
  }
  return pins;
}

std::string write_pins(const Pins& pins) {
  std::string out = "{\n  \"version\": 1,\n  \"packages\": {";
  bool first = true;
  for (const auto& [name, integrity] : pins) {
    out += std::string(first ? "" : ",") + "\n    " + json_quote(name) + ": " +
           json_quote(integrity.text());
    first = false;
  }
  return out + (first ? "}\n}\n" : "\n  }\n}\n");
}

std::optional<std::string> pin_name(const LockedPackage& package) {
  if (package.is_link() || !package.integrity.empty()) return std::nullopt;
  if (package.archive_checksum && parse_cache_key(package.archive_checksum->cache_key))
    return std::nullopt;
  switch (package.source.kind) {
    case SourceKind::kRegistry:
      return package.name + "@" + package.version;
    case SourceKind::kRemoteTarball:
    case SourceKind::kLocalTarball:
    case SourceKind::kGit:
      return package.name + "@" + package.source.location;
    case SourceKind::kProject:
    case SourceKind::kDirectory:
    case SourceKind::kBundled:
      return std::nullopt;
  }
  return std::nullopt;
}

std::set<std::string> apply_pins(const Pins& pins, Lockfile& lockfile) {
  std::set<std::string> pinned;
  for (LockedPackage& package : lockfile.packages) {
    auto name = pin_name(package);
    auto pin = name ? pins.find(*name) : pins.end();
    if (pin == pins.end()) continue;
    package.integrity = pin->second;
    pinned.insert(package.install_path);
  }
  return pinned;
}

}  // namespace ingot
