// Child processes.
#include <signal.h>

#include <catch2/catch.hpp>

#include "base/file_system.h"
#include "base/subprocess.h"
#include "base/thread_pool.h"
#include "tests/unit/acquire/scratch_folder.h"

using namespace ingot;

namespace {

constexpr size_t kCap = 64 << 10;

ProcessOutcome shell(const std::string& script, const std::vector<std::string>& environment = {}) {
  auto outcome = run_process({"/bin/sh", "-c", script}, environment);
  REQUIRE(outcome);
  return *outcome;
}

}  // namespace

TEST_CASE("a program's exit code is told") {
  CHECK(shell("exit 0").exit_code == 0);
  CHECK(shell("exit 7").exit_code == 7);
  CHECK(shell("exit 7").signal == 0);
}

TEST_CASE("a program that a signal ends is told by the signal") {
  ProcessOutcome outcome = shell("kill -9 $$");
  CHECK(outcome.signal == SIGKILL);
}

TEST_CASE("what a program prints on its error stream is captured, the rest is not") {
  ProcessOutcome outcome = shell("echo out; echo err >&2");
  CHECK(outcome.error_output == "err\n");
}

TEST_CASE("a flood of errors is read to its end and kept up to a cap") {
  ScratchFolder folder;
  ProcessOutcome outcome = shell(
      "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789012345678901234 "
      ">&2; i=$((i+1)); done; : > \"$DONE\"; exit 3",
      {"DONE=" + folder.path("done")});
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.error_output.size() == kCap);
  CHECK(outcome.error_output.starts_with("01234"));
  CHECK(real_file_system().is_file(folder.path("done")));
}

TEST_CASE("a program gets the environment that is given, and nothing of ours") {
  REQUIRE(setenv("INGOT_UNIT_LEAK", "yes", 1) == 0);
  ProcessOutcome outcome =
      shell("echo \"${INGOT_UNIT_LEAK-none} ${HOME-none} ${GIVEN-none}\" >&2", {"GIVEN=a b"});
  unsetenv("INGOT_UNIT_LEAK");
  CHECK(outcome.error_output == "none none a b\n");
}

TEST_CASE("a program has nothing to read") {
  CHECK(shell("if read line; then echo got >&2; else echo end >&2; fi").error_output == "end\n");
}

TEST_CASE("arguments arrive as they are, no shell in between") {
  auto outcome =
      run_process({"/bin/sh", "-c", "printf '%s|' \"$@\" >&2", "sh", "a b", "$HOME", "", "*"}, {});
  REQUIRE(outcome);
  CHECK(outcome->error_output == "a b|$HOME||*|");
}

TEST_CASE("a program that cannot be started is named") {
  ScratchFolder folder;
  for (const std::string& path :
       {folder.path("missing"), folder.path(), std::string("/dev/null")}) {
    auto outcome = run_process({path}, {});
    CAPTURE(path);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == "process-not-started");
    CHECK(outcome.error().message.find(path) != std::string::npos);
  }
}

TEST_CASE("several programs at once each keep their own outcome") {
  std::vector<ProcessOutcome> outcomes(32);
  REQUIRE(parallel_for(
      outcomes.size(),
      [&](size_t i) -> Status {
        outcomes[i] =
            TRY(run_process({"/bin/sh", "-c", "echo $N >&2; exit $N"}, {"N=" + std::to_string(i)}));
        return {};
      },
      8));
  for (size_t i = 0; i < outcomes.size(); ++i) {
    CHECK(outcomes[i].exit_code == static_cast<int64_t>(i));
    CHECK(outcomes[i].error_output == std::to_string(i) + "\n");
  }
}
