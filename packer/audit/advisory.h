// Known advisories about npm packages, and which versions they are about.
//
// Owns reading one record and the question whether it is about a version. Format: Open Source
// Vulnerability schema 1.x, one JSON object per record; of it "id", "aliases", "withdrawn",
// "summary", "severity", "database_specific.severity" and "affected" are read:
//
//   affected = { "package": { "ecosystem": "npm", "name" } or { "purl": "pkg:npm/..." },
//                "ranges"?: [ { "type": "SEMVER" / "ECOSYSTEM" / "GIT", "events": [ event ] } ],
//                "versions"?: [ version ] }
//   event    = { "introduced" / "fixed" / "last_affected" / "limit": version }
//
// A version is affected when it is listed, or when the last event of a range at or before it, by
// the precedence of semantic versions, lets it be. npm's versions are semantic ones, so ranges of
// type ECOSYSTEM are read like those of type SEMVER; commits (GIT) say nothing about a package.
//
// Error: "advisory-malformed", and those of base/json.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lockfile/semver.h"

namespace ingot {

enum class EventKind { kIntroduced, kFixed, kLastAffected };

struct AffectedEvent {
  EventKind kind = EventKind::kIntroduced;
  std::optional<Version> version;  // nothing: before all versions ("0")
};

struct AffectedRange {
  std::vector<AffectedEvent> events;  // sorted by version
  std::vector<Version> limits;        // with any: only versions below one of them
};

// What an advisory says about one package.
struct AffectedPackage {
  std::string name;
  std::vector<AffectedRange> ranges;
  std::vector<std::string> versions;

  bool affects(std::string_view version) const;
  // The lowest version above this one that a range names as fixed; "" when none does.
  std::string fixed_after(std::string_view version) const;
};

struct Advisory {
  std::string id;
  std::vector<std::string> aliases;
  std::string summary;   // "" for none
  std::string severity;  // "low", "moderate", "high", "critical", a CVSS vector, or ""
  bool withdrawn = false;
  std::vector<AffectedPackage> packages;  // of npm
};

// `file`: what messages call it.
Result<Advisory> read_advisory(std::string json, const std::string& file);

}  // namespace ingot
