// The loader of compact executables for macOS on Intel, run: its machine code as it is shipped,
// with libSystem played by Linux (system.h). What dyld and Node make of it is not shown here.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "packer/executable/macho/library.h"
#include "system.h"
#include "tests/unit/executable/compacting.h"
#include "tests/unit/executable/handmade_macho.h"

using namespace ingot;
namespace fs = std::filesystem;

namespace {

constexpr int kNodesExit = 42, kDamaged = 3, kCannotRun = 126;
constexpr mode_t kRuntimeMode = 0500;
const std::string kCache = "/Library/Caches/ingot/runtimes";

// What is called in the place of Node's main function.
int node_main(int count, char** arguments, char** environment, char** apple) {
  std::string said;
  for (int i = 1; i < count; ++i) said += std::string(arguments[i]) + ";";
  for (; *environment != nullptr; ++environment)
    if (std::string(*environment).starts_with("MARK=")) said += *environment;
  said += apple != nullptr ? std::string(" ") + apple[0] : "";
  for (const std::string& path : testing::played_system().loaded) said += "\n" + path;
  write(STDOUT_FILENO, said.data(), said.size());
  return kNodesExit;
}

struct Started {
  int exit = -1;
  std::string out, error;
  std::vector<std::string> loaded;  // paths that dlopen was asked for
};

std::string read_to_end(int file) {
  std::string out;
  char part[4096];
  for (ssize_t size; (size = read(file, part, sizeof part)) > 0;)
    out.append(part, static_cast<size_t>(size));
  close(file);
  return out;
}

// A compact executable of a handmade Node, a home for it, and its starts.
class Sample {
 public:
  Sample() : node_(HandmadeMachO(macho::kCpuX64).bytes()) {
    umask(022);  // folders that others may write to are not used
    auto library = macho::make_library(node_);
    REQUIRE(library);
    library_ = library->bytes;
    executable_ = cast_compact(compact_of(loader_for("darwin-x64"), node_), "darwin-x64");
    system.entry = library->entry;
    system.main = node_main;
    fs::create_directories(home());
  }

  std::string home() const { return folder_.file("home"); }
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string name() const { return sha256_hex(library_); }
  std::string cached() const { return home() + kCache + "/" + name(); }
  const Bytes& library() const { return library_; }
  Bytes& executable() { return executable_; }

  Started start(std::vector<std::string> environment = {}) {
    testing::MainFunction main =
        testing::load_program(executable_, testing::functions_of_libsystem());
    int out[2], error[2];
    REQUIRE((pipe(out) == 0 && pipe(error) == 0));
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(error[1], STDERR_FILENO);
      for (int file : {out[0], out[1], error[0], error[1]}) close(file);
      run(main, environment);
    }
    close(out[1]);
    close(error[1]);
    Started started;
    started.out = read_to_end(out[0]);
    started.error = read_to_end(error[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    INFO("signal " << WTERMSIG(status));
    REQUIRE(WIFEXITED(status));
    started.exit = WEXITSTATUS(status);
    for (size_t at = started.out.find('\n'); at != std::string::npos;) {
      size_t end = started.out.find('\n', at + 1);
      started.loaded.push_back(started.out.substr(at + 1, end - at - 1));
      at = end;
    }
    return started;
  }

  testing::PlayedSystem system;

 private:
  [[noreturn]] void run(testing::MainFunction main, const std::vector<std::string>& given) {
    testing::played_system() = system;
    std::vector<std::string> variables = {"HOME=" + home(), "MARK=kept"};
    variables.insert(variables.end(), given.begin(), given.end());
    std::vector<char*> environment;
    for (std::string& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    std::string words[] = {"/opt/the-app", "first", "a b"};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    char apple_path[] = "executable_path=/opt/the-app";
    char* apple[] = {apple_path, nullptr};
    _exit(main(3, arguments, environment.data(), apple));
  }

  TestFolder folder_;
  Bytes node_, library_, executable_;
};

Bytes content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ino_t inode_of(const std::string& path) {
  struct stat found;
  REQUIRE(lstat(path.c_str(), &found) == 0);
  return found.st_ino;
}

// Node's main function was called, as dyld would have, with what was loaded from there.
void check_node_ran(const Started& started, const std::string& from) {
  INFO(started.error);
  CHECK(started.exit == kNodesExit);
  CHECK(started.error.empty());
  CHECK(started.out.starts_with("first;a b;MARK=kept executable_path=/opt/the-app"));
  REQUIRE(!started.loaded.empty());
  CHECK(started.loaded.back().starts_with(from));
}

// Nothing, with a visible line, where this cannot be done.
bool can_play() {
#if defined(__x86_64__) && defined(__linux__)
  return !loader_for("darwin-x64").empty();
#else
  WARN("SKIPPED: this machine does not run code for Intel's CPUs");
  return false;
#endif
}

}  // namespace

TEST_CASE("a first start puts the bundle into the cache and loads it; a further one uses it") {
  if (!can_play()) return;
  Sample sample;
  check_node_ran(sample.start(), sample.cached());
  CHECK(content_of(sample.cached()) == sample.library());
  struct stat found;
  REQUIRE(stat(sample.cached().c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == kRuntimeMode);
  REQUIRE(stat((sample.home() + kCache).c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == 0700);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(sample.home() + kCache))
    names.push_back(entry.path().filename());
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{sample.name(), sample.name() + ".seal", "lock"});

  ino_t before = inode_of(sample.cached());
  check_node_ran(sample.start(), sample.cached());
  CHECK(inode_of(sample.cached()) == before);
}

TEST_CASE("the environment says where macOS' cache is, but not to who has other rights") {
  if (!can_play()) return;
  Sample sample;
  check_node_ran(sample.start({"XDG_CACHE_HOME=" + sample.file("xdg")}),
                 sample.file("xdg/ingot/runtimes/"));
  check_node_ran(sample.start({"INGOT_CACHE=" + sample.file("own")}), sample.file("own/runtimes/"));
  CHECK_FALSE(fs::exists(sample.home() + "/Library"));

  fs::create_directories(sample.file("tmp"));
  sample.system.temporary_folder = sample.file("tmp") + "/";
  sample.system.has_other_rights = true;
  check_node_ran(
      sample.start({"INGOT_CACHE=" + sample.file("own"), "TMPDIR=" + sample.file("own")}),
      sample.file("tmp/"));
}

TEST_CASE("a cached bundle that was changed is replaced before dyld is asked to load it") {
  if (!can_play()) return;
  Sample sample;
  check_node_ran(sample.start(), sample.cached());
  auto check = [&](const char* what, auto tamper) {
    INFO(what);
    tamper(sample.cached());
    check_node_ran(sample.start(), sample.cached());
    CHECK(content_of(sample.cached()) == sample.library());
  };
  check("its content", [](const std::string& path) {
    fs::permissions(path, fs::perms::owner_all);
    std::fstream(path, std::ios::in | std::ios::out).seekp(100).put('!');
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_exec);
  });
  check("its size", [](const std::string& path) {
    fs::permissions(path, fs::perms::owner_all);
    fs::resize_file(path, 5);
  });
  check("its rights", [](const std::string& path) { fs::permissions(path, fs::perms(0755)); });
  check("a link in its place", [](const std::string& path) {
    fs::rename(path, path + "-moved");
    fs::create_symlink(path + "-moved", path);
  });
  check("nothing in its place", [](const std::string& path) { fs::remove(path); });

  ino_t before = inode_of(sample.cached());
  fs::remove(sample.cached() + ".seal");
  check_node_ran(sample.start(), sample.cached());
  CHECK(inode_of(sample.cached()) == before);  // it was read, and found sound
}

TEST_CASE("without a cache the bundle is loaded from a temporary file that loses its name") {
  if (!can_play()) return;
  Sample sample;
  fs::create_directories(sample.file("tmp"));
  auto check = [&](std::vector<std::string> environment) {
    environment.push_back("TMPDIR=" + sample.file("tmp"));
    check_node_ran(sample.start(environment), sample.file("tmp/"));
    CHECK(fs::is_empty(sample.file("tmp")));
  };
  check({"INGOT_CACHE=off"});
  fs::create_directories(sample.home() + kCache);
  fs::permissions(sample.home() + kCache, fs::perms(0777));
  check({});  // others may write there
  CHECK(fs::is_empty(sample.home() + kCache));
  fs::remove(sample.home() + kCache);
  fs::create_directories(sample.file("elsewhere"));
  fs::create_directory_symlink(sample.file("elsewhere"), sample.home() + kCache);
  check({});
  CHECK(fs::is_empty(sample.file("elsewhere")));

  fs::permissions(sample.file("tmp"), fs::perms(0777));  // anybody could replace the file
  Started refused = sample.start({"INGOT_CACHE=off", "TMPDIR=" + sample.file("tmp")});
  CHECK(refused.exit == kCannotRun);
  CHECK(refused.error.starts_with("the-app: there is neither a cache folder nor a temporary one"));
}

TEST_CASE("what dyld does not load from one place is tried from the other, and then told") {
  if (!can_play()) return;
  Sample sample;
  fs::create_directories(sample.file("tmp"));
  std::string tmpdir = "TMPDIR=" + sample.file("tmp");
  sample.system.refused = {kCache};
  Started second = sample.start({tmpdir});
  check_node_ran(second, sample.file("tmp/"));
  CHECK(second.loaded.size() == 2);

  sample.system.refused = {"/"};
  Started none = sample.start({tmpdir});
  CHECK(none.exit == kCannotRun);
  CHECK(none.error == "the-app: the system does not load its Node.js runtime: said by dyld\n");
  CHECK(fs::is_empty(sample.file("tmp")));

  sample.system.refused.clear();
  sample.system.allows_programs = false;
  Started nowhere = sample.start({tmpdir, "INGOT_CACHE=" + sample.file("new")});
  CHECK(nowhere.exit == kCannotRun);
}

TEST_CASE("a loader for macOS does not start what was damaged, nor without an application") {
  if (!can_play()) return;
  Sample sample;
  auto parts = find_compact(sample.executable());
  REQUIRE((parts && *parts));
  auto frame = static_cast<size_t>((*parts)->frame.data() - sample.executable().data());
  for (size_t at : {frame - 70, frame + 20}) {
    CAPTURE(at);
    sample.executable()[at] ^= 1;
    Started damaged = sample.start();
    sample.executable()[at] ^= 1;
    CHECK(damaged.exit == kDamaged);
    CHECK(damaged.error == "the-app: damaged: its Node.js runtime has changed\n");
  }
  sample.executable()[*ByteView(sample.executable()).find(kFuseText) + kFuseText.size()] = '0';
  Started empty = sample.start();
  CHECK(empty.exit == kCannotRun);
  CHECK(empty.error == "the-app: carries no application\n");
}

TEST_CASE("bundles that nobody has started for a month are removed when another is written") {
  if (!can_play()) return;
  Sample sample;
  std::string folder = sample.home() + kCache + "/";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms(0700));
  std::string old(64, '0'), young(64, '1');
  for (const std::string& name : {old, young})
    for (const char* ending : {"", ".seal"}) std::ofstream(folder + name + ending) << "x";
  fs::last_write_time(folder + old + ".seal",
                      fs::file_time_type::clock::now() - std::chrono::days(31));
  check_node_ran(sample.start(), sample.cached());
  CHECK_FALSE(fs::exists(folder + old));
  CHECK_FALSE(fs::exists(folder + old + ".seal"));
  CHECK(fs::exists(folder + young));
}
