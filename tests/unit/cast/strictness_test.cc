#include <catch2/catch.hpp>

#include "packer/cast/settings.h"

using namespace ingot;

namespace {

bool allowed(std::optional<bool> strict, const Environment& environment, size_t warnings) {
  BuildOptions options;
  options.allow_unverified = true;
  options.strict = strict;
  Diagnostics diagnostics;
  settle_strictness(environment, options, diagnostics);
  CHECK(diagnostics.warnings().size() == warnings);
  CHECK(options.strict == !options.allow_unverified);
  return options.allow_unverified;
}

}  // namespace

TEST_CASE("what has no proof can be allowed, unless strict is on, and it is where CI is true") {
  CHECK(allowed({}, {}, 0));
  CHECK(allowed({}, {{"CI", "false"}}, 0));
  CHECK_FALSE(allowed({}, {{"CI", "true"}}, 1));
  CHECK(allowed(false, {{"CI", "true"}}, 0));
  CHECK_FALSE(allowed(true, {}, 1));
}
