#include "packer/audit/advisory.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json.h"

namespace ingot {
namespace {

constexpr std::string_view kPurlType = "pkg:npm/";

Error malformed(const std::string& what, JsonCursor where) {
  return input_error("advisory-malformed", what).at(where.position());
}

// The name in a package URL; versions and qualifiers do not belong there.
std::string name_of_purl(std::string_view purl) {
  purl.remove_prefix(kPurlType.size());
  purl = purl.substr(0, purl.find_first_of("@?#"));
  std::string name(purl);
  if (name.starts_with("%40")) name.replace(0, 3, "@");
  return name;
}

// "" for a package of another ecosystem.
std::string npm_name(JsonCursor affected) {
  auto package = affected.find("package");
  if (!package) return "";
  auto ecosystem = package->find_text("ecosystem").value_or("");
  auto purl = package->find_text("purl").value_or("");
  // An ecosystem may have a suffix after a colon, which narrows it down.
  if (ecosystem.substr(0, ecosystem.find(':')) == "npm")
    return std::string(package->find_text("name").value_or(""));
  return ecosystem.empty() && purl.starts_with(kPurlType) ? name_of_purl(purl) : "";
}

Result<AffectedRange> read_range(JsonCursor range) {
  AffectedRange out;
  auto events = range.find("events");
  if (!events || !events->is_array()) return fail(malformed("a range without events", range));
  for (JsonCursor event : *events) {
    for (JsonCursor member : event) {
      std::string_view text = member.text();
      auto version = Version::parse(text);
      bool any = member.key() == "introduced" && text == "0";
      bool all = member.key() == "limit" && text == "*";
      if (all) continue;
      if (!version && !any)
        return fail(malformed("\"" + std::string(text) + "\" is no version of npm's", member));
      if (member.key() == "introduced")
        out.events.push_back({EventKind::kIntroduced, std::move(version)});
      else if (member.key() == "fixed")
        out.events.push_back({EventKind::kFixed, std::move(version)});
      else if (member.key() == "last_affected")
        out.events.push_back({EventKind::kLastAffected, std::move(version)});
      else if (member.key() == "limit")
        out.limits.push_back(std::move(*version));
    }
  }
  // At the same version an end comes before a new beginning.
  auto rank = [](const AffectedEvent& event) { return event.kind == EventKind::kIntroduced; };
  std::ranges::stable_sort(out.events, [&](const AffectedEvent& a, const AffectedEvent& b) {
    if (!a.version || !b.version) return !a.version && b.version;
    auto order = *a.version <=> *b.version;
    return order != 0 ? order < 0 : rank(a) < rank(b);
  });
  return out;
}

Result<AffectedPackage> read_affected(JsonCursor affected, std::string name) {
  AffectedPackage out{std::move(name), {}, {}};
  if (auto ranges = affected.find("ranges"))
    for (JsonCursor range : *ranges)
      if (range.find_text("type") != "GIT") out.ranges.push_back(TRY(read_range(range)));
  if (auto versions = affected.find("versions"))
    for (JsonCursor version : *versions) out.versions.emplace_back(version.text());
  return out;
}

std::string severity_of(JsonCursor root) {
  if (auto specific = root.find("database_specific"))
    if (auto word = specific->find_text("severity")) return ascii::lower(*word);
  std::string vector;
  if (auto scores = root.find("severity"))
    for (JsonCursor score : *scores)  // the last is the newest kind of score
      vector = std::string(score.find_text("score").value_or(vector));
  return vector;
}

bool is_in(const AffectedRange& range, const Version& version) {
  bool below = range.limits.empty() || std::ranges::any_of(range.limits, [&](const Version& limit) {
                 return version < limit;
               });
  bool affected = false;
  for (const AffectedEvent& event : range.events) {
    bool reached = !event.version || *event.version <= version;
    if (event.kind == EventKind::kIntroduced && reached) affected = true;
    if (event.kind == EventKind::kFixed && reached) affected = false;
    if (event.kind == EventKind::kLastAffected && *event.version < version) affected = false;
  }
  return affected && below;
}

}  // namespace

bool AffectedPackage::affects(std::string_view version) const {
  if (std::ranges::find(versions, version) != versions.end()) return true;
  auto parsed = Version::parse(version, SemverMode::kLoose);
  return parsed && std::ranges::any_of(
                       ranges, [&](const AffectedRange& range) { return is_in(range, *parsed); });
}

std::string AffectedPackage::fixed_after(std::string_view version) const {
  auto parsed = Version::parse(version, SemverMode::kLoose);
  const Version* lowest = nullptr;
  for (const AffectedRange& range : ranges)
    for (const AffectedEvent& event : range.events)
      if (parsed && event.kind == EventKind::kFixed && *parsed < *event.version &&
          (lowest == nullptr || *event.version < *lowest))
        lowest = &*event.version;
  return lowest == nullptr ? "" : lowest->text();
}

Result<Advisory> read_advisory(std::string json, const std::string& file) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(json), file, JsonSyntax::kLastKeyWins));
  JsonCursor root = document.root();
  Advisory out;
  out.id = std::string(root.find_text("id").value_or(""));
  if (out.id.empty()) return fail(malformed("this is no advisory: it has no \"id\"", root));
  out.withdrawn = root.find_text("withdrawn").has_value();
  out.summary = std::string(root.find_text("summary").value_or(""));
  out.severity = severity_of(root);
  if (auto aliases = root.find("aliases"))
    for (JsonCursor alias : *aliases) out.aliases.emplace_back(alias.text());
  auto affected = root.find("affected");
  if (!affected) return out;
  for (JsonCursor element : *affected) {
    std::string name = npm_name(element);
    if (!name.empty()) out.packages.push_back(TRY(read_affected(element, std::move(name))));
  }
  return out;
}

}  // namespace ingot
