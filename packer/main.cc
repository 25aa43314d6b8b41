#include <malloc.h>

#include "packer/commands/command_line.h"
#include "packer/commands/signals.h"

namespace {

// Threads come and go here, each with large blocks of its own: an arena for each would keep a
// quarter more in memory than is in use, and save no measurable time.
void keep_memory_small() {
#ifdef __GLIBC__
  constexpr int kLargeBlock = 1024 * 1024;  // bytes; given back to the system at once
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory_small();
  ingot::install_signal_handlers();
  return ingot::run_command_line(argc, argv, ingot::make_console());
}
