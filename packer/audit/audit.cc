#include "packer/audit/audit.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/thread_pool.h"
#include "packer/audit/advisory_files.h"

namespace ingot {
namespace {

constexpr size_t kBatch = 2048;  // files held at a time
constexpr size_t kMaxWarnings = 20;

// Reads a database and keeps the advisories about some packages.
class Collector {
 public:
  explicit Collector(const std::vector<AuditedPackage>& packages) {
    for (const AuditedPackage& package : packages) names_.insert(package.name);
  }

  Status add(std::string name, std::string text) {
    batch_.emplace_back(std::move(name), std::move(text));
    if (batch_.size() >= kBatch) finish_batch();
    return {};
  }

  // What cannot be read is told, and does not keep the rest from being read.
  void finish_batch() {
    std::vector<Result<Advisory>> read(batch_.size());
    auto status = parallel_for(batch_.size(), [&](size_t i) -> Status {
      read[i] = read_advisory(std::move(batch_[i].second), batch_[i].first);
      return {};
    });
    INGOT_CHECK(status.has_value());
    for (Result<Advisory>& advisory : read) {
      if (!advisory) {
        if (warnings.size() < kMaxWarnings) warnings.push_back(std::move(advisory.error()));
        ++unreadable;
        continue;
      }
      ++count;
      if (advisory->withdrawn) ++withdrawn;
      bool matters = std::ranges::any_of(advisory->packages, [&](const AffectedPackage& affected) {
        return names_.contains(affected.name);
      });
      if (matters && !advisory->withdrawn) advisories.push_back(std::move(*advisory));
    }
    batch_.clear();
  }

  std::vector<Advisory> advisories;
  std::vector<Error> warnings;
  size_t count = 0;
  size_t withdrawn = 0;
  size_t unreadable = 0;

 private:
  std::set<std::string_view> names_;
  std::vector<std::pair<std::string, std::string>> batch_;
};

bool is_same(const Advisory& a, const Advisory& b) {
  return a.id == b.id || std::ranges::find(a.aliases, b.id) != a.aliases.end() ||
         std::ranges::find(b.aliases, a.id) != b.aliases.end();
}

// The id under which the user has decided to ignore it, if there is one.
const std::string* find_ignored(const IgnoredAdvisories& ignored, const Advisory& advisory) {
  auto found = ignored.find(advisory.id);
  for (size_t i = 0; found == ignored.end() && i < advisory.aliases.size(); ++i)
    found = ignored.find(advisory.aliases[i]);
  return found == ignored.end() ? nullptr : &found->first;
}

std::vector<AuditFinding> find_all(const std::vector<AuditedPackage>& packages,
                                   const std::vector<Advisory>& advisories) {
  std::vector<AuditFinding> findings;
  for (const AuditedPackage& package : packages) {
    size_t first = findings.size();
    for (const Advisory& advisory : advisories) {
      auto affected = std::ranges::find_if(advisory.packages, [&](const AffectedPackage& about) {
        return about.name == package.name && about.affects(package.version);
      });
      bool known = std::any_of(
          findings.begin() + static_cast<ptrdiff_t>(first), findings.end(),
          [&](const AuditFinding& finding) { return is_same(finding.advisory, advisory); });
      if (affected == advisory.packages.end() || known) continue;
      findings.push_back({advisory, package, affected->fixed_after(package.version), ""});
    }
  }
  std::ranges::stable_sort(findings, {}, [](const AuditFinding& finding) {
    return std::tie(finding.package.name, finding.package.version, finding.advisory.id);
  });
  return findings;
}

}  // namespace

Result<AuditReport> audit_packages(const std::vector<AuditedPackage>& packages,
                                   const std::string& database, const IgnoredAdvisories& ignored,
                                   Diagnostics& diagnostics) {
  Collector collector(packages);
  TRY(read_advisory_files(database, [&](std::string name, std::string text) {
    return collector.add(std::move(name), std::move(text));
  }));
  collector.finish_batch();
  if (collector.unreadable > collector.warnings.size())
    collector.warnings.back().notes.push_back(
        "and " + std::to_string(collector.unreadable - collector.warnings.size()) +
        " more records");
  for (Error& warning : collector.warnings) diagnostics.warning(std::move(warning));
  std::ranges::sort(collector.advisories, {}, &Advisory::id);

  AuditReport report;
  report.advisories = collector.count;
  report.withdrawn = collector.withdrawn;
  std::set<std::string> used;
  for (AuditFinding& finding : find_all(packages, collector.advisories)) {
    const std::string* id = find_ignored(ignored, finding.advisory);
    if (id == nullptr) {
      report.findings.push_back(std::move(finding));
      continue;
    }
    used.insert(*id);
    finding.reason = ignored.at(*id);
    report.ignored.push_back(std::move(finding));
  }
  for (const auto& [id, reason] : ignored)
    if (!used.contains(id)) report.unused.push_back(id);
  return report;
}

}  // namespace ingot
