#include "packer/cast/licenses.h"

#include <catch2/catch.hpp>

#include "packer/cast/bill_of.h"
#include "packer/cast/notices.h"
#include "resolver/license_file.h"

using namespace ingot;

namespace {

SealedManifest small_manifest() {
  SealedManifest manifest;
  manifest.name = "app";
  manifest.node_version = "26.10.0";
  manifest.packages = {{"", "app", "1.0.0", "project", "none", "", {1, 3}},
                       {"node_modules/a", "a", "1.0.0", "registry", "sha512", ""},
                       {"node_modules/b", "b", "2.0.0", "registry", "sha512", ""},
                       {"node_modules/w", "w", "", "link", "none", "", {4}},
                       {"w", "w", "0.0.0", "directory", "none", "", {2}}};
  manifest.packages[0].license = "UNLICENSED";
  manifest.packages[1].license = "MIT";
  manifest.packages[2].license = "GPL-3.0-only";
  return manifest;
}

std::string refused(const SealedManifest& manifest, std::vector<std::string> allowed,
                    std::vector<std::string> denied) {
  auto policy = read_license_policy(allowed, denied);
  REQUIRE(policy);
  Diagnostics diagnostics;
  Status status = check_licenses(manifest.packages, *policy, diagnostics);
  if (status) return "";
  CHECK(status.error().code == "license-refused");
  return status.error().message;
}

}  // namespace

TEST_CASE("a licence is read in each form that npm ever took") {
  CHECK(license_of(R"({"license": "MIT"})") == "MIT");
  CHECK(license_of(R"({"license": {"type": "ISC", "url": "x"}})") == "ISC");
  CHECK(license_of(R"({"licenses": [{"type": "MIT"}, {"type": "Zlib"}]})") == "(MIT OR Zlib)");
  CHECK(license_of(R"({"licenses": ["MIT"]})") == "MIT");
  CHECK(license_of(R"({"licence": "MIT"})") == "MIT");
  CHECK(license_of(R"({"license": null, "licenses": "MIT"})") == "MIT");
  for (const char* nothing : {"{}", "[]", "", "no JSON", R"({"license": 7})", R"({"license": {}})",
                              R"({"licenses": [{}, 3]})"}) {
    CAPTURE(nothing);
    CHECK(license_of(nothing).empty());
  }
  CHECK(license_of("{\"license\": \"" + std::string(5000, 'x') + "\"}").empty());
}

TEST_CASE("licence files are known by their names, and program text is none") {
  for (const char* name : {"LICENSE", "a/LICENSE.md", "licence", "COPYING", "NOTICE.txt",
                           "MIT-LICENSE.txt", "ThirdPartyNotices.txt", "x/UNLICENSE"}) {
    CAPTURE(name);
    CHECK(is_license_file(name));
  }
  for (const char* name : {"index.js", "license.js", "lib/copying.mjs", "licenses.json",
                           "LICENSE/readme.md", "package.json", ""}) {
    CAPTURE(name);
    CHECK_FALSE(is_license_file(name));
  }
}

TEST_CASE("a package whose licence is not accepted is named, the project's own are not asked") {
  SealedManifest manifest = small_manifest();
  CHECK(refused(manifest, {}, {}).empty());
  CHECK(refused(manifest, {"MIT", "GPL-3.0-only"}, {}).empty());
  CHECK(refused(manifest, {"MIT"}, {}) == "b@2.0.0 has GPL-3.0-only, which is not accepted");
  CHECK(refused(manifest, {}, {"MIT"}) == "a@1.0.0 has MIT, which is not accepted");
  manifest.packages[2].license = "";
  CHECK(refused(manifest, {}, {"NOASSERTION"}) == "b@2.0.0 has no licence, which is not accepted");
  manifest.packages[2].license = "see LICENSE";
  CHECK(refused(manifest, {"MIT"}, {}) == "b@2.0.0 has \"see LICENSE\", which is not accepted");
}

TEST_CASE("a bill has no links: who depends on one depends on what it leads to") {
  auto bill = bill_of(small_manifest(), "", {});
  REQUIRE(bill);
  REQUIRE(bill->components.size() == 4);
  CHECK(bill->components[0].dependencies == std::vector<uint32_t>{1, 3});
  CHECK(bill->components[3].path == "w");
  CHECK(bill->components[3].dependencies == std::vector<uint32_t>{2});
  CHECK_FALSE(bill->created);
  auto dated = bill_of(small_manifest(), "", {{"SOURCE_DATE_EPOCH", "12"}});
  REQUIRE(dated);
  CHECK(dated->created == 12);
  CHECK_FALSE(bill_of(small_manifest(), "", {{"SOURCE_DATE_EPOCH", "soon"}}));
  CHECK_FALSE(bill_of(SealedManifest(), "", {}));
}

TEST_CASE("notices have each text once, with all that it is for, and those of Node.js") {
  SealedManifest manifest = small_manifest();
  manifest.files = {{"LICENSE", 0, 0, "", false, "", ""},
                    {"node_modules/a/LICENSE", 1, 0, "", false, "", ""},
                    {"node_modules/a/index.js", 1, 0, "", false, "", ""},
                    {"node_modules/b/COPYING", 2, 0, "", false, "", ""},
                    {"node_modules/b/NOTICE", 2, 0, "", false, "", ""}};
  const std::vector<std::string> texts = {"own", "shared text\r\n", "code", "shared text\n\n",
                                          "a notice"};
  auto notices = write_notices(manifest, "node's text",
                               [&](size_t file) -> Result<std::string> { return texts[file]; });
  REQUIRE(notices);
  CHECK(notices->find("a@1.0.0, b@2.0.0\n\nshared text\n") != std::string::npos);
  CHECK(notices->find("b@2.0.0\n\na notice\n") != std::string::npos);
  CHECK(notices->find("shared text") == notices->rfind("shared text"));
  CHECK(notices->find("a@1.0.0  MIT\n") != std::string::npos);
  CHECK(notices->find("node's text\n") != std::string::npos);
  CHECK(notices->find("own") == std::string::npos);
  CHECK(notices->find("code") == std::string::npos);
}

TEST_CASE("notices go into a tree that has no file of their name") {
  Assembly assembly;
  FileNode file;
  file.path = "zebra.js";
  assembly.tree.add(file);
  REQUIRE(assembly.tree.seal());
  REQUIRE(add_notices(small_manifest(), "node's text", assembly));
  const FileNode* found = assembly.tree.find(kNoticesName);
  REQUIRE(found);
  CHECK(found->content.text().find("node's text") != std::string_view::npos);
  REQUIRE(assembly.reasons.size() == 1);
  Status again = add_notices(small_manifest(), "", assembly);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == "notices-exist");
}
