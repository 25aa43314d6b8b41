// What a user can ask of a build; the command line and the configuration both end up here, by way
// of packer/cast/settings.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/target.h"
#include "packer/attest/key.h"
#include "packer/bill/bill.h"
#include "packer/bill/license_policy.h"
#include "packer/cast/policy.h"
#include "packer/executable/sea_blob.h"

namespace ingot {

struct UserTemplate {
  std::string path;
  std::string sha256;  // hex: what the file has to be
};

// How an executable for Windows shows itself; what is not said comes from package.json.
struct WindowsOptions {
  std::optional<std::string> icon;  // path of an .ico file, absolute; else Node's own
  std::optional<std::string> title;
  std::optional<std::string> publisher;
  std::optional<std::string> version;  // as windows_version() takes it
  std::optional<std::string> description;
  std::optional<std::string> copyright;
  bool hide_console = false;  // a program with windows of its own
};

// How a compact executable's runtime is compressed: zstd -19 (a minute) or -9 (seconds); paranoid
// as fast, and it is read whole at each start.
enum class CompactLevel { kSmall, kFast, kParanoid };

struct BuildOptions {
  std::string project;        // folder, absolute
  std::string output;         // a pattern (see output_names.h); "": kDefaultOutput in the project
  std::string output_folder;  // absolute: what `output` is relative to
  std::vector<Target> targets = {host_target()};  // different ones, at least one
  std::optional<std::string> entry;               // a path in the project, or in node_modules/
  std::optional<std::string> bin;                 // a command of the project or of a dependency
  std::vector<std::string> include;               // patterns, as in package.json "files"
  std::vector<std::string> exclude;
  // Who may give more of Node's own options when the executable starts.
  ExecArgvExtension node_options = ExecArgvExtension::kNone;
  bool trace = false;              // carry only what can be reached from the entry
  bool reject_unresolved = false;  // with `trace`: a request that cannot be followed is an error
  std::optional<UserTemplate> user_template;
  WindowsOptions windows;
  bool strip = true;  // leave out the runtime's symbols and debug data, where it has any
  std::optional<CompactLevel> compact;  // nothing: the runtime as it is
  bool macos_hardened_runtime = false;
  std::vector<BillFormat> bills;  // written beside each executable
  LicensePolicy licenses;         // of the packages
  bool notices = false;           // a file with all licences goes in
  bool offline = false;
  bool allow_unverified = false;       // packages without a digest in the lockfile
  std::optional<bool> strict;          // not even then; nothing: where CI=true
  bool signatures = false;             // packages of registries have to be signed by them
  bool allow_unprepared = false;       // packages from git whose scripts would have built files
  bool hoist = false;                  // flat node_modules also for lockfiles of an isolated layout
  bool allow_missing_addons = false;   // packages whose install script would have built an addon
  Policy policy;                       // what is demanded of packages
  std::optional<PrivateKey> seal_key;  // signs the sealed manifests
  std::vector<std::string> key_files;  // absolute: carried by no executable, whatever is included
};

}  // namespace ingot
