// CycloneDX 1.6, as far as it is written here:
//
//   bom        = { "$schema", "bomFormat", "specVersion", "serialNumber"?, "version": 1,
//                  "metadata": { "timestamp"?, "lifecycles", "tools", "component", "properties" },
//                  "components": [ component ],          ; the runtime first
//                  "dependencies": [ { "ref", "dependsOn" } ] }
//   component  = { "type", "bom-ref", "group"?, "name", "version"?, "hashes"?, "licenses"?,
//   "purl"?,
//                  "cpe"?, "pedigree"?, "properties"? }
//
// Properties "cdx:npm:*" are those of the CycloneDX property taxonomy.
#include "base/json_writer.h"
#include "packer/bill/bill_text.h"
#include "packer/bill/package_url.h"

namespace ingot {
namespace {

std::string_view hash_name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kMd5:
      return "MD5";
    case DigestAlgorithm::kSha1:
      return "SHA-1";
    case DigestAlgorithm::kSha256:
      return "SHA-256";
    case DigestAlgorithm::kSha384:
      return "SHA-384";
    case DigestAlgorithm::kSha512:
      return "SHA-512";
  }
  return "";
}

class Writer {
 public:
  Writer(const Bill& bill, std::string_view uuid) : bill_(bill), uuid_(uuid) {
    std::vector<std::string> names;
    for (const BillComponent& component : bill.components) names.push_back(reference_of(component));
    references_ = made_unique(std::move(names));
    runtime_ = generic_package_url("node", bill.runtime.version);
  }

  std::string run() {
    json_.open_object().member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    json_.member("bomFormat", "CycloneDX").member("specVersion", "1.6");
    if (!uuid_.empty()) json_.member("serialNumber", "urn:uuid:" + std::string(uuid_));
    json_.member("version", 1u);
    write_metadata();
    json_.key("components").open_array();
    write_runtime();
    for (size_t i = 1; i < bill_.components.size(); ++i) write_component(i, "library");
    json_.close_array();
    write_dependencies();
    return json_.close_object().finish();
  }

 private:
  static std::string reference_of(const BillComponent& component) {
    if (!component.url.empty()) return component.url;
    return component.path.empty() ? "project" : component.path;
  }

  void property(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json_.open_object().member("name", name).member("value", value).close_object();
  }

  void hash(const Digest& digest) {
    json_.open_object().member("alg", hash_name(digest.algorithm));
    json_.member("content", digest.hex()).close_object();
  }
  void sha256_hash(std::string_view hex) {
    json_.open_object().member("alg", "SHA-256").member("content", hex).close_object();
  }

  void write_license(const DeclaredLicense& license) {
    if (license.text.empty()) return;
    json_.key("licenses").open_array().open_object();
    bool is_one = license.expression &&
                  license.expression->kind == LicenseExpression::Kind::kTerm &&
                  license_text(*license.expression) == license.expression->term.id &&
                  !license.expression->term.id.starts_with("LicenseRef-") &&
                  !license.expression->term.id.starts_with("DocumentRef-");
    if (license.expression && !is_one) {
      json_.member("expression", license_text(*license.expression));
      json_.member("acknowledgement", "declared");
    } else {
      json_.key("license").open_object();
      json_.member(is_one ? "id" : "name", is_one ? license.expression->term.id : license.text);
      json_.member("acknowledgement", "declared").close_object();
    }
    json_.close_object().close_array();
  }

  void write_metadata() {
    json_.key("metadata").open_object();
    if (bill_.created) json_.member("timestamp", utc_time(*bill_.created));
    json_.key("lifecycles").open_array().open_object().member("phase", "build");
    json_.close_object().close_array();
    json_.key("tools").open_object().key("components").open_array().open_object();
    json_.member("type", "application").member("name", "ingot");
    json_.member("version", bill_.ingot_version).close_object().close_array().close_object();
    json_.key("component");
    write_component(0, "application");
    json_.key("properties").open_array();
    property("ingot:target", bill_.target);
    property("ingot:lockfile", bill_.lockfile_name);
    property("ingot:lockfile:sha256", bill_.lockfile_sha256);
    json_.close_array().close_object();
  }

  void write_name(const BillComponent& component) {
    size_t slash = component.name.starts_with('@') ? component.name.find('/') : std::string::npos;
    if (slash == std::string::npos) {
      json_.member("name", component.name);
    } else {
      json_.member("group", component.name.substr(0, slash));
      json_.member("name", component.name.substr(slash + 1));
    }
    if (!component.version.empty()) json_.member("version", component.version);
  }

  void write_component(size_t index, const char* type) {
    const BillComponent& component = bill_.components[index];
    json_.open_object().member("type", type).member("bom-ref", references_[index]);
    write_name(component);
    auto digest = digest_of_sri(component.digest);
    bool is_executable = index == 0 && !bill_.executable_sha256.empty();
    if (digest || is_executable) {
      json_.key("hashes").open_array();
      if (digest) hash(*digest);
      if (is_executable) sha256_hash(bill_.executable_sha256);
      json_.close_array();
    }
    write_license(component.license);
    if (!component.url.empty()) json_.member("purl", component.url);
    if (!component.patch.empty()) {
      json_.key("pedigree").open_object();
      json_.member("notes", "patched by " + component.patch + ", sha256 " + component.patch_sha256);
      json_.close_object();
    }
    if (!component.path.empty()) {
      json_.key("properties").open_array();
      property("cdx:npm:package:path", component.path);
      property("ingot:git:commit", commit_of(component));
      if (component.is_bundled) property("cdx:npm:package:bundled", "true");
      json_.close_array();
    }
    json_.close_object();
  }

  void write_runtime() {
    const BillRuntime& runtime = bill_.runtime;
    json_.open_object().member("type", "platform").member("bom-ref", runtime_);
    json_.member("name", "node").member("version", runtime.version);
    json_.member("description", "Node.js, the runtime inside the executable");
    json_.key("hashes").open_array();
    sha256_hash(runtime.sha256);
    json_.close_array();
    write_license(runtime.license);
    json_.member("cpe", "cpe:2.3:a:nodejs:node.js:" + runtime.version + ":*:*:*:*:*:*:*");
    json_.member("purl", runtime_);
    if (!runtime.package.empty()) {
      json_.key("properties").open_array();
      property("ingot:runtime:package", npm_package_url(runtime.package, runtime.version));
      property("ingot:runtime:integrity", runtime.integrity);
      json_.close_array();
    }
    json_.close_object();
  }

  void write_dependencies() {
    json_.key("dependencies").open_array();
    for (size_t i = 0; i < bill_.components.size(); ++i) {
      json_.open_object().member("ref", references_[i]).key("dependsOn").open_array();
      if (i == 0) json_.value(runtime_);
      for (uint32_t dependency : bill_.components[i].dependencies)
        json_.value(references_[dependency]);
      json_.close_array().close_object();
    }
    json_.open_object().member("ref", runtime_).close_object();
    json_.close_array();
  }

  const Bill& bill_;
  std::string_view uuid_;
  std::vector<std::string> references_;  // of the components
  std::string runtime_;                  // reference and package URL of the runtime
  JsonWriter json_{JsonLayout::kIndented};
};

}  // namespace

std::string write_cyclonedx(const Bill& bill, std::string_view uuid) {
  return Writer(bill, uuid).run();
}

}  // namespace ingot
