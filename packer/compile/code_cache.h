// Turns JavaScript into V8 code cache, by the template itself.
//
// Owns the dialogue with runtime/compiler.js, which runs in the host's template and only ever
// parses and compiles, and the memory of it: what was compiled once for a template is taken from
// the store. The bytes depend on the source, its format and the template, not on order, paths or
// machine. Never runs the application's code. A source that does not compile has no cache, which is
// no error.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "loader/payload_format.h"
#include "packer/acquire/store.h"

namespace ingot {

// How a unit is to be compiled. Beyond the formats of payload entries there is the runtime's own.
enum class CompileAs : uint32_t {
  kDetect = static_cast<uint32_t>(EntryFormat::kUnknown),  // as Node decides on the syntax
  kCommonJs = static_cast<uint32_t>(EntryFormat::kCommonJs),
  kModule = static_cast<uint32_t>(EntryFormat::kModule),
  kRuntime = 8,
};

struct CompileUnit {
  ByteView source;
  CompileAs as = CompileAs::kDetect;
};

struct CompiledUnit {
  EntryFormat format = EntryFormat::kUnknown;  // what it was compiled as
  ByteView code_cache;                         // empty: none
};

// The runtime to compile with: the host's template, as an executable file.
struct CompilerTemplate {
  std::string path;
  std::string sha256;  // hex, of the file
};

struct CompiledGroups {
  std::vector<std::vector<CompiledUnit>> groups;  // as they were given
  size_t compiled = 0;  // units that were compiled now, not taken from the store
  size_t dropped = 0;   // of them, those whose cache was given up: it would differ from run to run
  std::vector<std::shared_ptr<const void>> storage;  // what the views point into
};

// A group is what is remembered together (the files of one package). Errors: "compiler-failed".
Result<CompiledGroups> compile_groups(const CompilerTemplate& compiler, const Store& store,
                                      const std::vector<std::vector<CompileUnit>>& groups);

}  // namespace ingot
