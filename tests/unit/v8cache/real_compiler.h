// Code caches as the real compiler makes them, before anything is taken out of them.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "base/file_system.h"
#include "packer/compile/code_cache.h"
#include "runtime/runtime.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/run_program.h"

namespace ingot::testing {

inline constexpr size_t kGeneratedSources = 50;

struct Source {
  std::string text;
  CompileAs as = CompileAs::kCommonJs;
};

// Programs with functions that are compiled at once and functions that are not, nested, with
// classes, generators, templates, big literals and names beyond Latin-1; every fifth a module.
inline std::vector<Source> generated_sources() {
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
  std::vector<Source> out(kGeneratedSources);
  for (size_t i = 0; i < kGeneratedSources; ++i) {
    for (size_t count = 1 + random() % 60; count > 0; --count)
      for (const char* c = kStatements[random() % std::size(kStatements)]; *c != 0; ++c)
        out[i].text += *c == '@' ? std::to_string(i * 1000 + count) : std::string(1, *c);
    if (i % 5 == 0) out[i] = {"export let e = import.meta;\n" + out[i].text, CompileAs::kModule};
  }
  return out;
}

inline void append_u32(Bytes& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

// What runtime/compiler.js makes of the sources in this order, by number of the source. `node`: for
// the shell, with the emulator that it may need.
inline std::map<size_t, Bytes> raw_caches(const std::string& node,
                                          const std::vector<Source>& sources,
                                          const std::vector<size_t>& order) {
  ScratchFolder folder;
  Bytes input;
  for (size_t i : order) {
    append_u32(input, static_cast<uint32_t>(sources[i].as));
    append_u32(input, static_cast<uint32_t>(sources[i].text.size()));
    input.insert(input.end(), sources[i].text.begin(), sources[i].text.end());
  }
  REQUIRE(write_file_atomically(folder.path("compiler.js"), compiler_script(), 0600));
  REQUIRE(write_file_atomically(folder.path("input"), input, 0600));
  const ProgramOutput outcome =
      run_program("LANG=C " + node + " --expose-internals --predictable --random-seed=1 " +
                  folder.path("compiler.js") + " " + folder.path("input") + " " +
                  folder.path("output") + " </dev/null");
  INFO(outcome.text);
  REQUIRE(outcome.status == 0);
  auto output = real_file_system().read(folder.path("output"), 1 << 30);
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

// Each source's number, in their order.
inline std::vector<size_t> numbers_of(const std::vector<Source>& sources) {
  std::vector<size_t> numbers(sources.size());
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  return numbers;
}

}  // namespace ingot::testing
