// SPDX 2.3, as far as it is written here:
//
//   document = { "spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace",
//                "creationInfo": { "created", "creators" }, "documentDescribes",
//                "packages": [ package ], "hasExtractedLicensingInfos"?, "relationships" }
//   package  = { "SPDXID", "name", "versionInfo"?, "downloadLocation", "filesAnalyzed": false,
//                "checksums"?, "licenseConcluded", "licenseDeclared", "copyrightText",
//                "primaryPackagePurpose", "externalRefs"?, "comment"? }
//
// A time of creation is required: without one that the user gives it is the beginning of time.
#include <map>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "packer/bill/bill_text.h"
#include "packer/bill/package_url.h"

namespace ingot {
namespace {

constexpr const char* kDocument = "SPDXRef-DOCUMENT";
constexpr const char* kNoAssertion = "NOASSERTION";

std::string_view checksum_name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kMd5:
      return "MD5";
    case DigestAlgorithm::kSha1:
      return "SHA1";
    case DigestAlgorithm::kSha256:
      return "SHA256";
    case DigestAlgorithm::kSha384:
      return "SHA384";
    case DigestAlgorithm::kSha512:
      return "SHA512";
  }
  return "";
}

// What identifiers may be made of: letters, digits, "-" and ".".
std::string identifier(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool fits = ascii::is_letter_or_digit(c) || c == '.' || c == '-';
    if (fits)
      out += c;
    else if (!out.empty() && !out.ends_with('-'))
      out += '-';
  }
  return out.empty() ? "unnamed" : out;
}

std::string label(const std::string& name, const std::string& version) {
  return version.empty() ? name : name + "-" + version;
}

class Writer {
 public:
  Writer(const Bill& bill, std::string_view uuid) : bill_(bill), uuid_(uuid) {
    std::vector<std::string> names{"SPDXRef-" + identifier(label("Node.js", bill.runtime.version))};
    for (const BillComponent& component : bill.components)
      names.push_back("SPDXRef-Package-" + identifier(label(component.name, component.version)));
    ids_ = made_unique(std::move(names));
    runtime_ = ids_.front();
    ids_.erase(ids_.begin());
  }

  std::string run() {
    const BillComponent& project = bill_.components.front();
    std::string name = label(project.name, project.version);
    json_.open_object().member("spdxVersion", "SPDX-2.3").member("dataLicense", "CC0-1.0");
    json_.member("SPDXID", kDocument).member("name", name);
    json_.member("documentNamespace",
                 "https://spdx.org/spdxdocs/" + identifier(name) + "-" + std::string(uuid_));
    json_.key("creationInfo").open_object();
    json_.member("created", utc_time(bill_.created.value_or(0))).key("creators").open_array();
    json_.value("Tool: ingot-" + bill_.ingot_version).close_array().close_object();
    json_.key("documentDescribes").open_array().value(ids_.front()).close_array();
    json_.key("packages").open_array();
    for (size_t i = 0; i < bill_.components.size(); ++i) write_package(i);
    write_runtime();
    json_.close_array();
    write_extracted();
    write_relationships();
    return json_.close_object().finish();
  }

 private:
  void checksum(std::string_view algorithm, std::string_view hex) {
    json_.open_object().member("algorithm", algorithm).member("checksumValue", hex).close_object();
  }

  // "LicenseRef-" names are explained at the end of the document.
  std::string declared(const DeclaredLicense& license) {
    if (license.text.empty()) return kNoAssertion;
    if (!license.expression) {
      std::string id = "LicenseRef-" + identifier(license.text);
      extracted_.emplace(id, license.text);
      return id;
    }
    explain(*license.expression);
    return license_text(*license.expression);
  }
  void explain(const LicenseExpression& expression) {
    if (expression.term.id.starts_with("LicenseRef-"))
      extracted_.emplace(expression.term.id, "The package has the text of this licence.");
    for (const LicenseExpression& part : expression.parts) explain(part);
  }

  void begin_package(const std::string& id, const std::string& name, const std::string& version) {
    json_.open_object().member("SPDXID", id).member("name", name);
    if (!version.empty()) json_.member("versionInfo", version);
    json_.member("downloadLocation", kNoAssertion).member("filesAnalyzed", false);
  }
  void end_package(const DeclaredLicense& license, const char* purpose, const std::string& url) {
    json_.member("licenseConcluded", kNoAssertion).member("licenseDeclared", declared(license));
    json_.member("copyrightText", kNoAssertion).member("primaryPackagePurpose", purpose);
    if (!url.empty()) {
      json_.key("externalRefs").open_array().open_object();
      json_.member("referenceCategory", "PACKAGE-MANAGER").member("referenceType", "purl");
      json_.member("referenceLocator", url).close_object().close_array();
    }
    json_.close_object();
  }

  void write_package(size_t index) {
    const BillComponent& component = bill_.components[index];
    begin_package(ids_[index], component.name, component.version);
    auto digest = digest_of_sri(component.digest);
    bool is_executable = index == 0 && !bill_.executable_sha256.empty();
    if (digest || is_executable) {
      json_.key("checksums").open_array();
      if (digest) checksum(checksum_name(digest->algorithm), digest->hex());
      if (is_executable) checksum("SHA256", bill_.executable_sha256);
      json_.close_array();
    }
    std::string comment = component.path.empty() ? "" : "installed at " + component.path;
    if (!component.patch.empty())
      comment += ", patched by " + component.patch + ", sha256 " + component.patch_sha256;
    if (!commit_of(component).empty())
      comment += ", from the git commit " + std::string(commit_of(component));
    if (!comment.empty()) json_.member("comment", comment);
    end_package(component.license, index == 0 ? "APPLICATION" : "LIBRARY", component.url);
  }

  void write_runtime() {
    const BillRuntime& runtime = bill_.runtime;
    begin_package(runtime_, "Node.js", runtime.version);
    json_.key("checksums").open_array();
    checksum("SHA256", runtime.sha256);
    json_.close_array();
    if (!runtime.package.empty())
      json_.member("comment", "from " + npm_package_url(runtime.package, runtime.version) + ", " +
                                  runtime.integrity);
    end_package(runtime.license, "FRAMEWORK", generic_package_url("node", runtime.version));
  }

  void write_extracted() {
    if (extracted_.empty()) return;
    json_.key("hasExtractedLicensingInfos").open_array();
    for (const auto& [id, text] : extracted_)
      json_.open_object().member("licenseId", id).member("extractedText", text).close_object();
    json_.close_array();
  }

  void relationship(const std::string& from, const char* type, const std::string& to) {
    json_.open_object().member("spdxElementId", from).member("relationshipType", type);
    json_.member("relatedSpdxElement", to).close_object();
  }

  void write_relationships() {
    json_.key("relationships").open_array();
    relationship(kDocument, "DESCRIBES", ids_.front());
    relationship(ids_.front(), "DEPENDS_ON", runtime_);
    for (size_t i = 0; i < bill_.components.size(); ++i)
      for (uint32_t dependency : bill_.components[i].dependencies)
        relationship(ids_[i], "DEPENDS_ON", ids_[dependency]);
    json_.close_array();
  }

  const Bill& bill_;
  std::string_view uuid_;
  std::vector<std::string> ids_;  // of the components
  std::string runtime_;
  std::map<std::string, std::string> extracted_;  // licence id -> what is known of its text
  JsonWriter json_{JsonLayout::kIndented};
};

}  // namespace

std::string write_spdx(const Bill& bill, std::string_view uuid) {
  return Writer(bill, uuid).run();
}

}  // namespace ingot
