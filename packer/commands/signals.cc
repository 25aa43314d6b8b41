#include "packer/commands/signals.h"

#include <signal.h>

#include "base/atomic_file.h"

namespace ingot {
namespace {

// Ends the process by the signal itself, so that a shell sees why it ended. The signal is blocked
// in its own handler and arrives when that returns.
extern "C" void end_without_traces(int number) {
  remove_temporary_files();
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

void install_signal_handlers() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = end_without_traces;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

}  // namespace ingot
