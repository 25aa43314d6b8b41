#include "packer/acquire/store.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/atomic_file.h"
#include "base/file_system.h"
#include "scratch_folder.h"

using namespace ingot;

namespace {

Digest sha512(std::string_view text) {
  return digest_of(DigestAlgorithm::kSha512, text);
}

std::string content_of(const Store& store, const Digest& digest) {
  auto file = store.find_content(digest);
  REQUIRE(file);
  return *file ? std::string((*file)->bytes().text()) : "(nothing)";
}

// Damages a file that ingot made read-only.
void overwrite(const std::string& path, size_t at, char byte) {
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
  REQUIRE(file.good());
}

const std::string kKey(64, 'a');

}  // namespace

TEST_CASE("the store is where the user says, else in the user's cache") {
  CHECK(default_store_folder({{"INGOT_STORE", "/s"}, {"HOME", "/h"}}).value() == "/s");
  CHECK(default_store_folder({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}).value() == "/c/ingot");
  CHECK(default_store_folder({{"XDG_CACHE_HOME", "rel"}, {"HOME", "/h"}}).value() ==
        "/h/.cache/ingot");
  CHECK(default_store_folder({}).error().code == "store-nowhere");
}

TEST_CASE("content is found again under its digest and nowhere else") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  CHECK(content_of(store, sha512("a")) == "(nothing)");
  REQUIRE(store.put_content(sha512("a"), std::string_view("a")));
  CHECK(content_of(store, sha512("a")) == "a");
  CHECK(content_of(store, digest_of(DigestAlgorithm::kSha1, std::string_view("a"))) == "(nothing)");
  std::string hex = sha512("a").hex();
  CHECK(store.content_path(sha512("a")) == scratch.path("store/content/sha512/") +
                                               hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" +
                                               hex.substr(4));
  REQUIRE(store.remove_content(sha512("a")));
  REQUIRE(store.remove_content(sha512("a")));
  CHECK(content_of(store, sha512("a")) == "(nothing)");
}

TEST_CASE("bytes are not stored under a digest that is not theirs") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  auto status = store.put_content(sha512("a"), std::string_view("b"));
  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::kIntegrity);
  CHECK_FALSE(real_file_system().is_directory(scratch.path("store")));
}

TEST_CASE("a derived entry that was damaged is as good as none") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  std::string text = "derived bytes";
  auto found = [&] { return store.find_derived("code-cache", kKey).value(); };
  CHECK_FALSE(found());
  REQUIRE(store.put_derived("code-cache", kKey, std::string_view(text)));
  REQUIRE(found());
  CHECK(found()->content.text() == text);
  CHECK_FALSE(store.find_derived("other-kind", kKey).value());

  std::string path = store.derived_path("code-cache", kKey);
  size_t size = real_file_system().status(path)->size;
  for (size_t at = 0; at < size; ++at) {
    REQUIRE(store.put_derived("code-cache", kKey, std::string_view(text)));
    overwrite(path, at, '\xff');
    CAPTURE(at);
    CHECK_FALSE(found());
  }
  for (size_t length = 0; length < size; ++length) {
    REQUIRE(store.put_derived("code-cache", kKey, std::string_view(text)));
    REQUIRE(truncate(path.c_str(), static_cast<off_t>(length)) == 0);
    CAPTURE(length);
    CHECK_FALSE(found());
  }
}

TEST_CASE("a plain derived file is exactly the bytes, with its mode") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  REQUIRE(store.put_plain("template", kKey, std::string_view("#!"), 0755));
  CHECK(store.find_plain("template", kKey).value()->bytes().text() == "#!");
  CHECK(real_file_system().status(store.derived_path("template", kKey))->executable);
  REQUIRE(store.remove_derived("template", kKey));
  CHECK_FALSE(store.find_plain("template", kKey).value());
}

TEST_CASE("many threads and processes share one store") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) texts.push_back(std::string(10'000, static_cast<char>('A' + i)));
  auto put_all = [&] {
    bool good = true;
    for (const std::string& text : texts)
      good = store.put_content(sha512(text), std::string_view(text)).has_value() && good;
    return good;
  };

  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(put_all() ? 0 : 1);
    children.push_back(child);
  }
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { failures += put_all() ? 0 : 1; });
  }
  CHECK(failures == 0);
  for (pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  for (const std::string& text : texts) CHECK(content_of(store, sha512(text)) == text);
}

TEST_CASE("a process killed while it stores leaves nothing wrong behind") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  std::string text(4 << 20, 'x');
  REQUIRE(store.put_content(sha512(text), std::string_view(text)));
  size_t killed = 0;
  for (int round = 0; round < 12; ++round) {
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // Different bytes each time, so that there is always something to write.
      for (int i = 0;; ++i) {
        text[0] = static_cast<char>(round);
        text[1] = static_cast<char>(i);
        if (!store.put_content(sha512(text), std::string_view(text))) _exit(1);
      }
    }
    usleep(static_cast<useconds_t>(3000 * (round + 1)));
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    killed += WIFSIGNALED(status) ? 1 : 0;
  }
  CHECK(killed == 12);

  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path("store"))) {
    if (!entry.is_regular_file()) continue;
    std::string name = entry.path().filename();
    if (name.starts_with(".ingot-")) continue;
    auto file = MappedFile::open(entry.path());
    REQUIRE(file);
    Digest actual = digest_of(DigestAlgorithm::kSha512, file->bytes());
    CHECK(store.content_path(actual) == entry.path());
  }
}

TEST_CASE("old leftovers are swept away and young ones are left alone") {
  ScratchFolder scratch;
  Store store(scratch.path("store"));
  std::string folder = parent_path(store.content_path(sha512("a")));
  REQUIRE(make_directories(folder));
  for (const char* name : {"/.ingot-old", "/.ingot-young", "/old"})
    std::ofstream(folder + name) << "x";
  timeval long_ago[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(utimes((folder + "/.ingot-old").c_str(), long_ago) == 0);
  REQUIRE(utimes((folder + "/old").c_str(), long_ago) == 0);
  REQUIRE(store.put_content(sha512("a"), std::string_view("a")));
  CHECK_FALSE(real_file_system().is_file(folder + "/.ingot-old"));
  CHECK(real_file_system().is_file(folder + "/.ingot-young"));
  CHECK(real_file_system().is_file(folder + "/old"));
}

TEST_CASE("a full disk is an error that says so, and leaves no entry") {
  ScratchFolder scratch;
  if (mount("none", scratch.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    WARN("skipped: mounting a small tmpfs needs root");
    return;
  }
  struct Unmount {
    const std::string& path;
    ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
  } unmount{scratch.path()};

  Store store(scratch.path("store"));
  std::string text(1 << 20, 'x');
  auto status = store.put_content(sha512(text), std::string_view(text));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == "disk-full");
  CHECK(status.error().hint != "");
  CHECK(content_of(store, sha512(text)) == "(nothing)");
  std::string folder = parent_path(store.content_path(sha512(text)));
  CHECK(real_file_system().list(folder).value().empty());
  CHECK(store.put_content(sha512("a"), std::string_view("a")));
}
