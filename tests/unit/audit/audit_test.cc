#include "packer/audit/audit.h"

#include <archive.h>
#include <archive_entry.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "packer/audit/advisory_files.h"

using namespace ingot;

namespace {

class Database {
 public:
  Database() {
    std::string name = (std::filesystem::temp_directory_path() / "ingot-audit-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
  }
  ~Database() { std::filesystem::remove_all(folder); }

  void add(const std::string& name, const std::string& text) const {
    REQUIRE(make_directories((std::filesystem::path(folder) / name).parent_path().string()));
    REQUIRE(write_file_atomically(folder + "/" + name, std::string_view(text)));
  }

  std::string folder;
};

std::string record(const std::string& id, const std::string& package, const std::string& fixed,
                   const std::string& more = "") {
  return "{\"id\": \"" + id + "\"" + more +
         R"(, "affected": [{"package": {"ecosystem": "npm", "name": ")" + package +
         R"("}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": ")" +
         fixed + "\"}]}]}]}";
}

const std::vector<AuditedPackage> kPackages = {
    {"alpha", "1.0.0", {"app@1.0.0", "alpha@1.0.0"}},
    {"beta", "2.0.0", {"app@1.0.0", "alpha@1.0.0", "beta@2.0.0"}}};

AuditReport audit(const std::string& path, const IgnoredAdvisories& ignored = {}) {
  Diagnostics diagnostics;
  auto report = audit_packages(kPackages, path, ignored, diagnostics);
  REQUIRE(report);
  return *report;
}

std::vector<std::string> ids(const std::vector<AuditFinding>& findings) {
  std::vector<std::string> out;
  for (const AuditFinding& finding : findings)
    out.push_back(finding.advisory.id + " " + finding.package.name);
  return out;
}

using Ids = std::vector<std::string>;

void write_zip(const std::string& path,
               const std::vector<std::pair<std::string, std::string>>& files) {
  archive* out = archive_write_new();
  archive_write_set_format_zip(out);
  REQUIRE(archive_write_open_filename(out, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, text] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(out, entry);
    archive_write_data(out, text.data(), text.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
}

}  // namespace

TEST_CASE("packages are compared with every record of a folder, and the way to them is told") {
  Database database;
  database.add("B-2.json", record("B-2", "beta", "2.0.1"));
  database.add("deep/er/A-1.json", record("A-1", "alpha", "1.0.1"));
  database.add("A-0.json", record("A-0", "alpha", "1.0.0"));
  database.add("C-1.json", record("C-1", "gamma", "9.0.0"));
  database.add("W-1.json",
               record("W-1", "beta", "9.0.0", R"(, "withdrawn": "2026-01-01T00:00:00Z")"));
  database.add("readme.txt", "no record");
  AuditReport report = audit(database.folder);
  CHECK(ids(report.findings) == Ids{"A-1 alpha", "B-2 beta"});
  CHECK(report.findings[1].package.path == kPackages[1].path);
  CHECK(report.findings[1].fixed == "2.0.1");
  CHECK(report.advisories == 5);
  CHECK(report.withdrawn == 1);
}

TEST_CASE("a zip archive of records says the same as the folder") {
  Database database;
  write_zip(database.folder + "/all.zip", {{"A-1.json", record("A-1", "alpha", "1.0.1")},
                                           {"note.txt", "no record"},
                                           {"B-2.json", record("B-2", "beta", "2.0.1")}});
  CHECK(ids(audit(database.folder + "/all.zip").findings) == Ids{"A-1 alpha", "B-2 beta"});
  CHECK(ids(audit(database.folder).findings) == Ids{"A-1 alpha", "B-2 beta"});
}

TEST_CASE("records that are aliases of one another are one finding") {
  Database database;
  database.add("a.json", record("GHSA-1", "alpha", "1.0.1", R"(, "aliases": ["CVE-1"])"));
  database.add("b.json", record("CVE-1", "alpha", "1.0.1"));
  CHECK(ids(audit(database.folder).findings) == Ids{"CVE-1 alpha"});
}

TEST_CASE("what is ignored is told with its reason, by id or by alias; what is unused, too") {
  Database database;
  database.add("a.json", record("GHSA-1", "alpha", "1.0.1", R"(, "aliases": ["CVE-1"])"));
  AuditReport report = audit(database.folder, {{"CVE-1", "not reachable"}, {"CVE-2", "old"}});
  CHECK(report.findings.empty());
  REQUIRE(report.ignored.size() == 1);
  CHECK(report.ignored[0].reason == "not reachable");
  CHECK(report.unused == Ids{"CVE-2"});
}

TEST_CASE("a record that cannot be read is a warning and hides no other") {
  Database database;
  database.add("a.json", "{");
  database.add("b.json", "{}");
  database.add("c.json", record("A-1", "alpha", "1.0.1"));
  Diagnostics diagnostics;
  auto report = audit_packages(kPackages, database.folder, {}, diagnostics);
  REQUIRE(report);
  CHECK(report->findings.size() == 1);
  CHECK(diagnostics.warnings().size() == 2);
}

TEST_CASE("what is no database is refused by name") {
  Database database;
  auto code = [](const std::string& path) {
    auto status = read_advisory_files(path, [](std::string, std::string) { return Status(); });
    return status ? "" : status.error().code;
  };
  CHECK(code(database.folder) == "database-empty");
  CHECK(code(database.folder + "/nowhere") == "not-found");
  database.add("file.zip", "no archive");
  CHECK(code(database.folder + "/file.zip") == "database-malformed");
  write_zip(database.folder + "/large.zip", {{"a.json", std::string(kMaxAdvisoryFile + 1, ' ')}});
  CHECK(code(database.folder + "/large.zip") == "database-malformed");
}
