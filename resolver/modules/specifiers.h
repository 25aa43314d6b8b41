// Finds the modules that a JavaScript file names, without parsing it.
//
// Owns a scanner on the level of tokens (ECMA-262, section 12): it knows comments, strings,
// template literals with what is nested in them, regular expressions against divisions, and
// hashbangs; it builds no tree. Takes time linear in the size of the file, whatever the file holds.
// It may find too much (a `require` that is somebody's own function) or too little: what it finds
// are questions worth answering beforehand, not facts about the program. Never resolves anything.
#pragma once

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

enum class SpecifierKind : uint8_t {
  kRequire,         // require("x"), module.require("x")
  kRequireResolve,  // require.resolve("x") with no second argument
  kImport,          // import "x", import ... from "x", export ... from "x"
  kDynamicImport,   // import("x")
};

struct LiteralSpecifier {
  SpecifierKind kind;
  std::string_view text;  // into the source, or into `ModuleScan::decoded` when it held escapes
  uint32_t offset;        // of the keyword, in bytes
};

// A call whose argument is computed.
struct ComputedSpecifier {
  SpecifierKind kind;
  uint32_t offset;
};

// Words by which a file speaks of its own place or of the loader, other than in a call that is
// listed above.
enum class SelfReferenceKind : uint8_t {
  kDirname,        // __dirname
  kFilename,       // __filename
  kImportMeta,     // import.meta
  kRequire,        // require, as a value
  kCreateRequire,  // createRequire
  kLoad,           // x._load, a call
  kEval,           // eval, a call
};

struct SelfReference {
  SelfReferenceKind kind;
  uint32_t offset;
};

struct ModuleScan {
  std::vector<LiteralSpecifier> literals;  // in the order of the source
  std::vector<ComputedSpecifier> computed;
  std::vector<SelfReference> references;  // in the order of the source
  std::forward_list<std::string> decoded;

  bool has_esm_syntax = false;  // import or export at the top level, or import.meta
  // Without import and export the file may still be no CommonJS: an await at the top level, or a
  // declaration of what CommonJS declares already (`const module`).
  bool may_need_esm = false;
  // False when the scanner lost its way (an unfinished string, brackets that do not match): what it
  // found is still worth asking about, what it says of the syntax is not.
  bool certain = true;
};

// Sources of 4 GiB and more are not scanned; Node cannot load them either. The result views into
// `source`.
ModuleScan scan_module(std::string_view source);

}  // namespace ingot
