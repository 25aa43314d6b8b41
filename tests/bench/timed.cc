// Runs a command and prints what it took: "wall cpu status memory", microseconds of time passed, of
// its and its children's processor time, its exit code (or 128 and the signal), and the most memory
// that one of them had, in KiB. Its input and output are /dev/null.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace {

long long microseconds(const timeval& time) {
  return static_cast<long long>(time.tv_sec) * 1'000'000 + time.tv_usec;
}

[[noreturn]] void become(char** command) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd : {0, 1, 2}) dup2(null, fd);
  execvp(command[0], command);
  _exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto started = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == -1) return 1;
  if (child == 0) become(argv + 1);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 1;
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  std::printf("%lld %lld %d %ld\n", static_cast<long long>(wall.count()),
              microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), usage.ru_maxrss);
  return 0;
}
