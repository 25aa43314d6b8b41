// Where a command's packages may come from, as its command line says: the flags that several
// commands share (--store, --tarballs, --offline), and the environment they lead to.
#pragma once

#include <optional>
#include <string>

#include "packer/acquire/store.h"
#include "packer/acquire/tarball_folder.h"
#include "packer/commands/console.h"

namespace CLI {
class App;
}

namespace ingot {

// As typed.
struct SourceArguments {
  std::string store;
  std::string tarballs;
  bool offline = false;
};

// `group`: their heading in --help.
void add_source_options(CLI::App& command, SourceArguments& arguments, const std::string& group);

struct ByteSources {
  Store store;
  std::optional<TarballFolder> tarballs;

  const TarballFolder* tarball_folder() const { return tarballs ? &*tarballs : nullptr; }
};

// Errors: "store-nowhere" and those of packer/acquire/tarball_folder.h.
Result<ByteSources> open_sources(const SourceArguments& arguments, const Console& console);

}  // namespace ingot
