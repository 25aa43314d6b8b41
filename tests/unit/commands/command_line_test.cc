#include "packer/commands/command_line.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/file_system.h"
#include "base/json.h"
#include "tests/unit/commands/handmade_executable.h"

using namespace ingot;

namespace {

constexpr const char* kSomeDigest =
    "0000000000000000000000000000000000000000000000000000000000000000";

struct Outcome {
  int exit = 0;
  std::string out;
  std::string err;
};

// Runs a command with both streams in files.
Outcome ingot_says(std::vector<const char*> arguments) {
  TestFolder folder;
  arguments.insert(arguments.begin(), "ingot");
  auto redirect = [&](int descriptor, std::FILE* stream, const char* name) {
    std::fflush(stream);
    int saved = dup(descriptor);
    REQUIRE(std::freopen(folder.file(name).c_str(), "w", stream) != nullptr);
    return saved;
  };
  auto restore = [](int descriptor, std::FILE* stream, int saved) {
    std::fflush(stream);
    dup2(saved, descriptor);
    close(saved);
  };
  int out = redirect(STDOUT_FILENO, stdout, "out");
  int err = redirect(STDERR_FILENO, stderr, "err");
  Outcome outcome;
  outcome.exit =
      run_command_line(static_cast<int>(arguments.size()), arguments.data(), make_console());
  restore(STDOUT_FILENO, stdout, out);
  restore(STDERR_FILENO, stderr, err);
  outcome.out = *real_file_system().read(folder.file("out"), 1 << 20);
  outcome.err = *real_file_system().read(folder.file("err"), 1 << 20);
  return outcome;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// An executable on disk, with a name of its own that no TestFolder removes.
class SavedExecutable {
 public:
  explicit SavedExecutable(const Bytes& bytes)
      : path_(std::filesystem::temp_directory_path() /
              ("ingot-unit-commands-" + std::to_string(getpid()))) {
    REQUIRE(write_file_atomically(path_, bytes, 0755));
  }
  ~SavedExecutable() { unlink(path_.c_str()); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a wrong command line ends with exit code 2, a code and a hint") {
  for (auto [arguments, code] :
       {std::pair<std::vector<const char*>, const char*>{{"biuld"}, "command-unknown"},
        {{"build", "--offlin"}, "option-unknown"},
        {{"build", "a", "b"}, "argument-unexpected"},
        {{"inspect"}, "usage"},
        {{"inspect", "--bogus"}, "option-unknown"},
        {{"sign", "a"}, "usage"},
        {{"sign", "a", "--identity", "b", "--password", "c"}, "option-unknown"},
        {{"build", "--windows-version", "1.2-3"}, "windows-version-malformed"},
        {{"build", "--target", "linux-x46"}, "target-unknown"},
        {{"build", "--target", "linux-x64,"}, "target-unknown"},
        {{"build", "--target", "linux-x64", "--target", "linux-x46"}, "target-unknown"},
        {{"build", "--target", "win-arm64"}, "target-unknown"},
        {{"build", "--entry", "a", "--bin", "b"}, "entry-twice"},
        {{"build", "--template", "node"}, "template-digest-missing"},
        {{"build", "--template", "node", "--template-sha256", "abc"}, "template-digest-malformed"},
        {{"build", "--target", "linux-x64,linux-arm64", "--template", "node", "--template-sha256",
          kSomeDigest},
         "template-for-several"}}) {
    Outcome outcome = ingot_says(arguments);
    CAPTURE(code, outcome.err);
    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "error[" + std::string(code) + "]"));
    CHECK(has(outcome.err, "hint: "));
    CHECK(outcome.out.empty());
  }
}

TEST_CASE("with --json even a wrong command line is told as JSON, and nothing else") {
  Outcome outcome = ingot_says({"build", "--json", "--offlin"});
  CHECK(outcome.exit == 2);
  CHECK(outcome.err.empty());
  auto document = JsonDocument::parse(outcome.out, "output");
  REQUIRE(document);
  CHECK(document->root().find("errors")->size() == 1);
}

TEST_CASE("help and version go to the standard output") {
  CHECK(has(ingot_says({"--version"}).out, "Node.js 26.10.0"));
  for (const char* command : {"build", "why", "inspect", "verify", "audit", "sign", "targets"}) {
    Outcome outcome = ingot_says({command, "--help"});
    CHECK(outcome.exit == 0);
    CHECK(has(outcome.out, std::string("ingot ") + command));
  }
  Outcome nothing = ingot_says({});
  CHECK(nothing.exit == 2);
  CHECK(has(nothing.err, "Examples:"));
}

TEST_CASE("a project that is not there is an input error") {
  Outcome outcome = ingot_says({"build", "/nonexistent/project", "--offline"});
  CHECK(outcome.exit == 1);
  CHECK(has(outcome.err, "error[project-missing]"));
}

TEST_CASE("inspect shows what the manifest says, with what others wrote made harmless") {
  HandmadeExecutable handmade;
  handmade.manifest.name = "hand\x1b[2Jmade";
  SavedExecutable file(handmade.bytes());
  Outcome outcome = ingot_says({"inspect", file.path(), "--packages", "--files"});
  CHECK(outcome.exit == 0);
  CHECK(has(outcome.out, "hand\\x1b[2Jmade 1.0.0 for linux-x64"));
  CHECK_FALSE(has(outcome.out, "\x1b"));
  CHECK(has(outcome.out, "1 package: 1 by sha512"));
  CHECK(has(outcome.out, "lib@2.0.0  node_modules/lib  sha512-AA=="));
  CHECK(has(outcome.out, "node_modules/link  -> lib/x.txt"));

  auto document = JsonDocument::parse(ingot_says({"inspect", file.path(), "--json"}).out, "output");
  REQUIRE(document);
  CHECK(document->root().find("packages")->size() == 2);
  CHECK_FALSE(document->root().find("files"));
}

TEST_CASE("verify says what is wrong by name, and ends with exit code 3") {
  HandmadeExecutable handmade;
  handmade.payload.files[1].executable = false;
  SavedExecutable file(handmade.bytes());
  Outcome outcome = ingot_says({"verify", file.path()});
  CHECK(outcome.exit == 3);
  CHECK(has(outcome.err, "error[file-altered]: node_modules/lib/x.txt"));
  CHECK(has(outcome.out, "2 problems"));

  Outcome json = ingot_says({"verify", file.path(), "--json"});
  CHECK(json.exit == 3);
  auto document = JsonDocument::parse(json.out, "output");
  REQUIRE(document);
  CHECK(document->root().find("ok")->kind() == JsonKind::kFalse);
  CHECK(document->root().find("errors")->size() == 2);
}

TEST_CASE("inspect and verify of foreign files name the reason") {
  for (const char* command : {"inspect", "verify"}) {
    SavedExecutable foreign(HandmadeElf().bytes());
    Outcome outcome = ingot_says({command, foreign.path()});
    CHECK(outcome.exit == 1);
    CHECK(has(outcome.err, "error[executable-not-ingot]"));
    CHECK(ingot_says({command, "/nonexistent/file"}).exit == 1);
    CHECK(ingot_says({command, "/"}).exit == 1);
  }
}
