#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace ingot {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInput:
      return 1;
    case ErrorKind::kUsage:
      return 2;
    case ErrorKind::kIntegrity:
      return 3;
  }
  return 1;
}

void fail_check(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "ingot: internal error: %s failed at %s:%d\n", expression, file, line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace ingot
