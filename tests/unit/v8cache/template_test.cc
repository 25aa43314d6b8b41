// With the real compiler, when there is one: $INGOT_TEMPLATE_NODE, or the template in ingot's
// store.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/file_system.h"
#include "base/subprocess.h"
#include "packer/compile/code_cache.h"
#include "packer/compile/v8/canonical.h"
#include "runtime/runtime.h"
#include "templates/pins.h"

using namespace ingot;

namespace {

constexpr size_t kSources = 50;

const TemplatePin& pin() {
  return *find_template_pin(*find_target("linux-x64"));
}

std::string in_store() {
  auto store = default_store_folder(process_environment());
  return store ? Store(*store).derived_path(kTemplateStoreKind, pin().binary_sha256) : "";
}

// Nothing, with a visible line, when no template is at hand or this machine cannot run it.
std::optional<std::string> find_node() {
  const char* given = std::getenv("INGOT_TEMPLATE_NODE");
  std::string path = given != nullptr ? given : in_store();
  if (host_target().name == pin().target && std::filesystem::exists(path)) return path;
  WARN("SKIPPED: no Node " << pin().node_version << " at $INGOT_TEMPLATE_NODE or in the store");
  return std::nullopt;
}

// A folder of the test's own.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "ingot-v8cache-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Source {
  std::string text;
  CompileAs as = CompileAs::kCommonJs;
};

// Programs with functions that are compiled at once and functions that are not, nested, with
// classes, generators, templates, big literals and names beyond Latin-1; every fifth a module.
std::vector<Source> generated_sources() {
  std::mt19937 random(1);
  const char* const kStatements[] = {
      "(function () { return a@ => a@ + @; })();\n",
      "function lazy@(x, { y, ...z } = {}) { return [x, y, z].map((v) => v + '@'); }\n",
      "class C@ { #p = @; static s = () => @n; get p() { return this.#p; } }\n",
      "var g@ = (function* () { for (const i of [1, 2.5, @]) yield i; })();\n",
      "var t@ = `a${@}b`, r@ = /x@+/gu, o@ = { a: 1, 'b-@': [1, 2, 'three'], c() {} };\n",
      "async function w@() { try { await lazy@(); } catch { label: for (;;) break label; } }\n",
      "var \u00fcn\u00ef@ = '\u4e16\u754c@', big@ = 123456789012345678901234567890n;\n",
      "switch (+new Date()) { case @: (() => { with@ = 1; var with@; })(); break; default: }\n",
  };
  std::vector<Source> out(kSources);
  for (size_t i = 0; i < kSources; ++i) {
    for (size_t count = 1 + random() % 60; count > 0; --count)
      for (const char* c = kStatements[random() % std::size(kStatements)]; *c != 0; ++c)
        out[i].text += *c == '@' ? std::to_string(i * 1000 + count) : std::string(1, *c);
    if (i % 5 == 0) out[i] = {"export let e = import.meta;\n" + out[i].text, CompileAs::kModule};
  }
  return out;
}

void append_u32(Bytes& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

// What runtime/compiler.js makes of the sources in this order, by number of the source.
std::map<size_t, Bytes> raw_caches(const std::string& node, const std::vector<Source>& sources,
                                   const std::vector<size_t>& order) {
  Folder folder;
  Bytes input;
  for (size_t i : order) {
    append_u32(input, static_cast<uint32_t>(sources[i].as));
    append_u32(input, static_cast<uint32_t>(sources[i].text.size()));
    input.insert(input.end(), sources[i].text.begin(), sources[i].text.end());
  }
  REQUIRE(write_file_atomically(folder.file("compiler.js"), compiler_script(), 0600));
  REQUIRE(write_file_atomically(folder.file("input"), input, 0600));
  auto outcome =
      run_process({node, "--expose-internals", "--predictable", "--random-seed=1",
                   folder.file("compiler.js"), folder.file("input"), folder.file("output")},
                  {"LANG=C"});
  REQUIRE(outcome);
  INFO(outcome->error_output);
  REQUIRE(outcome->exit_code == 0);
  auto output = real_file_system().read(folder.file("output"), 1 << 30);
  REQUIRE(output);
  const ByteView bytes(std::string_view{*output});
  std::map<size_t, Bytes> out;
  uint64_t at = 0;
  for (size_t i : order) {
    auto cache = bytes.slice(at + 8, bytes.le<uint32_t>(at + 4).value());
    REQUIRE(cache);
    REQUIRE_FALSE(cache->empty());
    out[i].assign(cache->begin(), cache->end());
    at += 8 + cache->size();
  }
  CHECK(at == bytes.size());
  return out;
}

}  // namespace

TEST_CASE("Code caches of the real compiler do not depend on what was compiled before") {
  auto node = find_node();
  if (!node) return;
  const std::vector<Source> sources = generated_sources();
  std::vector<size_t> order(sources.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
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
  CHECK(compared == kSources);
  CHECK(differed_before > kSources / 2);
}

TEST_CASE("The compile stage keeps every cache of the real compiler, with the same bytes") {
  auto node = find_node();
  if (!node) return;
  const std::vector<Source> sources = generated_sources();
  std::vector<CompileUnit> units;
  for (const Source& source : sources) units.push_back({std::string_view(source.text), source.as});
  std::vector<CompileUnit> reversed(units.rbegin(), units.rend());
  const CompilerTemplate compiler{*node, std::string(pin().binary_sha256)};

  Folder folder;
  auto first = compile_groups(compiler, Store(folder.file("first")), {units});
  auto second = compile_groups(compiler, Store(folder.file("second")), {reversed});
  auto recalled = compile_groups(compiler, Store(folder.file("first")), {units});
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(recalled);
  CHECK(first->compiled == kSources);
  CHECK(first->dropped == 0);
  CHECK(second->dropped == 0);
  CHECK(recalled->compiled == 0);
  for (size_t i = 0; i < kSources; ++i) {
    CAPTURE(i);
    const ByteView cache = first->groups[0][i].code_cache;
    CHECK_FALSE(cache.empty());
    CHECK(cache.text() == second->groups[0][kSources - 1 - i].code_cache.text());
    CHECK(cache.text() == recalled->groups[0][i].code_cache.text());
  }
}
