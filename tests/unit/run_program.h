// Runs another program through the shell and keeps what it says.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

namespace ingot {

struct ProgramOutput {
  int status = -1;   // its exit code; -1 when a signal ended it
  std::string text;  // both of its streams
};

inline ProgramOutput run_program(const std::string& command) {
  ProgramOutput out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (size_t size = fread(buffer, 1, sizeof(buffer), pipe)) out.text.append(buffer, size);
  int status = pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}

}  // namespace ingot
