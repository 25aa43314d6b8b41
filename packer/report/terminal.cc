#include "packer/report/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace ingot {

Terminal terminal_of(int descriptor, const Environment& environment) {
  Terminal terminal;
  bool dumb = find_variable(environment, "TERM").value_or("dumb") == "dumb";
  terminal.interactive = isatty(descriptor) == 1 && !dumb;
  terminal.colours = terminal.interactive && !find_variable(environment, "NO_COLOR");
  winsize size{};
  if (terminal.interactive && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.width = size.ws_col;
  return terminal;
}

}  // namespace ingot
