#include "templates/pins.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/digest.h"

using namespace ingot;

TEST_CASE("every target has a pin of the default Node version, in the order of the targets") {
  REQUIRE(template_pins().size() == std::size(kTargets));
  for (size_t i = 0; i < std::size(kTargets); ++i) {
    CHECK(template_pins()[i].target == kTargets[i].name);
    CHECK(find_template_pin(kTargets[i]) == &template_pins()[i]);
  }
  CHECK(find_template_pin(kTargets[0], "26.9.0") == nullptr);
}

TEST_CASE("a pin is two well-formed digests, and no two pins share one") {
  std::set<std::string_view> seen;
  for (const TemplatePin& pin : template_pins()) {
    CAPTURE(pin.target);
    REQUIRE(pin.integrity.starts_with("sha512-"));
    auto integrity = from_base64(pin.integrity.substr(7));
    REQUIRE(integrity);
    CHECK(integrity->size() == digest_size(DigestAlgorithm::kSha512));
    auto binary = from_hex(pin.binary_sha256);
    REQUIRE(binary);
    CHECK(binary->size() == digest_size(DigestAlgorithm::kSha256));
    CHECK(to_hex(*binary) == pin.binary_sha256);
    CHECK(seen.insert(pin.integrity).second);
    CHECK(seen.insert(pin.binary_sha256).second);
    CHECK_FALSE(pin.evidence.empty());
    CHECK(find_template_pin_by_digest(pin.binary_sha256) == &pin);
  }
  CHECK(find_template_pin_by_digest("") == nullptr);
}

TEST_CASE("what a pin has beside the binary goes with its system") {
  for (const TemplatePin& pin : template_pins()) {
    bool linux_target = pin.target.starts_with("linux-");
    CHECK(pin.minimum_glibc == (linux_target ? "2.28" : ""));
    CHECK(pin.needed_libraries.size() == (linux_target ? 1 : 0));
    // Only ELF files have symbols that can be left out.
    CHECK(pin.stripped_sha256.empty() == !linux_target);
    CHECK((pin.stripped_size > 0) == linux_target);
    CHECK(pin.stripped_size < pin.binary_size);
    // Only Mach-O files list their pages.
    CHECK(pin.pages_sha256.size() == (pin.target.starts_with("darwin-") ? 64 : 0));
  }
}
