#include "packer/commands/command_line.h"
#include "packer/commands/signals.h"

int main(int argc, char** argv) {
  ingot::install_signal_handlers();
  return ingot::run_command_line(argc, argv, ingot::make_console());
}
