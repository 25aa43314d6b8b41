// The blob that Node's single executable applications start from.
//
// Owns its layout, per Node version, and writes and reads it. Node checks no version of its own: a
// blob of another version's layout makes it crash, so a version that is not in our table is
// refused. Never looks into the assets, and never decides where in an executable the blob goes.
//
// Source: Node's src/node_sea.cc (SeaSerializer) of the named version; there is no specification.
// All integers little-endian, nothing padded; string = u64 length, bytes, no NUL.
//
//   blob       = magic flags extension format code-path main [code-cache] [assets] [exec-argv]
//   magic      = u32 0x0143DA20
//   flags      = u32, SeaFlag
//   extension  = u8, ExecArgvExtension
//   format     = u8, MainFormat                  (26.x; older versions have no such field)
//   code-path  = string   what "main" was called; only its last component is ever read, and only
//                         when kUseVfs is set
//   main       = string   source text, or a startup snapshot (kUseSnapshot)
//   code-cache = string                          (if kUseCodeCache)
//   assets     = u64 count, count x (string key, string data)      (if kHasAssets)
//   exec-argv  = u64 count, count x string                         (if kHasExecArgv)
//
// Errors: "sea-version-unknown"; reading: "sea-malformed", "sea-flags-unknown", "out-of-bounds".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/executable/byte_source.h"

namespace ingot {

enum SeaFlag : uint32_t {
  kNoExperimentalWarning = 1,
  kUseSnapshot = 2,
  kUseCodeCache = 4,
  kHasAssets = 8,
  kHasExecArgv = 16,
  kUseVfs = 32,
};

// Where more of Node's own options may come from at run time.
enum class ExecArgvExtension : uint8_t {
  kNone = 0,
  kEnvironment = 1,  // NODE_OPTIONS
  kCommandLine = 2,  // --node-options=
};

enum class MainFormat : uint8_t { kCommonJs = 0, kModule = 1 };

// The payload's key: `sea.getRawAsset("ingot")`.
inline constexpr std::string_view kPayloadAsset = "ingot";

// Blobs begin at a multiple of this in the file and in memory (inject.h sees to it), so that an
// aligned offset in the blob is an aligned address.
inline constexpr uint64_t kSeaBlobAlignment = 64;

struct SeaAsset {
  std::string key;
  ByteSource data;
};

struct SeaContent {
  bool no_experimental_warning = true;
  ExecArgvExtension exec_argv_extension = ExecArgvExtension::kNone;
  MainFormat main_format = MainFormat::kCommonJs;
  std::string code_path = "main.js";
  ByteView main_code;                  // borrowed
  std::optional<ByteView> code_cache;  // borrowed
  std::vector<SeaAsset> assets;        // written in this order; keys differ
  std::vector<std::string> exec_argv;  // Node options that are always in force
  // The asset whose data is to begin at a multiple of kSeaBlobAlignment. Made so by repeating the
  // '/' before the last component of `code_path`: no other part of the blob can grow without being
  // noticed (a longer main source would not match its code cache, a longer key would be another
  // key), and Node reads nothing of the code path but its base name.
  std::optional<std::string> aligned_asset;
};

struct SeaBlob {
  ByteSource bytes;
  std::optional<uint64_t> aligned_offset;  // of `aligned_asset`'s data from the blob's start
};

// Views in `content` must outlive the blob. The order of fields is the layout's; equal content
// gives equal bytes.
Result<SeaBlob> make_sea_blob(SeaContent content, std::string_view node_version);

// What a blob says, as views into it.
struct SeaBlobView {
  uint32_t flags = 0;
  ExecArgvExtension exec_argv_extension = ExecArgvExtension::kNone;
  MainFormat main_format = MainFormat::kCommonJs;
  std::string_view code_path;
  ByteView main;
  std::optional<ByteView> code_cache;
  std::vector<std::pair<std::string_view, ByteView>> assets;
  std::vector<std::string_view> exec_argv;

  std::optional<ByteView> asset(std::string_view key) const;
};

// Refuses what Node would not take, and bytes after the end.
Result<SeaBlobView> read_sea_blob(ByteView blob, std::string_view node_version);

}  // namespace ingot
