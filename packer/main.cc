#include "packer/commands/command_line.h"

int main(int argc, char** argv) {
  return ingot::run_command_line(argc, argv, ingot::make_console());
}
