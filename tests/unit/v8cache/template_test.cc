// With the real compiler, when there is one: $INGOT_TEMPLATE_NODE, or the template in ingot's
// store.
#include <algorithm>

#include "packer/compile/v8/canonical.h"
#include "real_compiler.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

TEST_CASE("Code caches of the real compiler do not depend on what was compiled before") {
  auto node = find_template_node();
  if (!node) return;
  const std::vector<Source> sources = generated_sources();
  std::vector<size_t> order = numbers_of(sources);
  auto forward = raw_caches(*node, sources, order);
  std::reverse(order.begin(), order.end());
  auto backward = raw_caches(*node, sources, order);

  size_t compared = 0, differed_before = 0;
  for (auto& [i, cache] : forward) {
    CAPTURE(i);
    differed_before += cache != backward[i];
    REQUIRE(canonicalize(cache));
    REQUIRE(canonicalize(backward[i]));
    CHECK(cache == backward[i]);
    const Bytes once = cache;
    REQUIRE(canonicalize(cache));
    CHECK(cache == once);
    ++compared;
  }
  WARN(compared << " code caches compared in two orders, of which " << differed_before
                << " differed as V8 made them");
  CHECK(compared == kGeneratedSources);
  CHECK(differed_before > kGeneratedSources / 2);
}

TEST_CASE("The compile stage keeps every cache of the real compiler, with the same bytes") {
  auto node = find_template_node();
  if (!node) return;
  const std::vector<Source> sources = generated_sources();
  std::vector<CompileUnit> units;
  for (const Source& source : sources) units.push_back({std::string_view(source.text), source.as});
  std::vector<CompileUnit> reversed(units.rbegin(), units.rend());
  const CompilerTemplate compiler{*node, std::string(pin_of("linux-x64").binary_sha256)};

  ScratchFolder folder;
  auto first = compile_groups(compiler, Store(folder.path("first")), {units});
  auto second = compile_groups(compiler, Store(folder.path("second")), {reversed});
  auto recalled = compile_groups(compiler, Store(folder.path("first")), {units});
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(recalled);
  CHECK(first->compiled == kGeneratedSources);
  CHECK(first->dropped == 0);
  CHECK(second->dropped == 0);
  CHECK(recalled->compiled == 0);
  for (size_t i = 0; i < kGeneratedSources; ++i) {
    CAPTURE(i);
    const ByteView cache = first->groups[0][i].code_cache;
    CHECK_FALSE(cache.empty());
    CHECK(cache.text() == second->groups[0][kGeneratedSources - 1 - i].code_cache.text());
    CHECK(cache.text() == recalled->groups[0][i].code_cache.text());
  }
}
