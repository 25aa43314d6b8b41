#include "packer/commands/byte_sources.h"

#include <CLI/CLI.hpp>

namespace ingot {

void add_source_options(CLI::App& command, SourceArguments& arguments, const std::string& group) {
  command.add_option("--store", arguments.store, "ingot's store; else $INGOT_STORE")
      ->type_name("DIR")
      ->group(group);
  command
      .add_option("--tarballs", arguments.tarballs,
                  "Look here for tarballs, too, whatever they are called")
      ->type_name("DIR")
      ->group(group);
  command.add_flag("--offline", arguments.offline, "Never use the network")->group(group);
}

Result<ByteSources> open_sources(const SourceArguments& arguments, const Console& console) {
  ByteSources sources{Store(arguments.store.empty() ? TRY(default_store_folder(console.environment))
                                                    : console.absolute(arguments.store)),
                      {}};
  if (!arguments.tarballs.empty())
    sources.tarballs =
        TRY(TarballFolder::open(real_file_system(), console.absolute(arguments.tarballs)));
  return sources;
}

}  // namespace ingot
