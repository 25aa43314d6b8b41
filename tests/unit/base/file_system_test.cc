#include "base/file_system.h"

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include <filesystem>

#include "base/atomic_file.h"
#include "base/mapped_file.h"

using namespace ingot;

TEST_CASE("a path that could leave its folder is not safe") {
  for (const char* good : {"a", "a/b.js", "a/...", ".a/..b"}) CHECK(is_safe_relative_path(good));
  for (const char* bad : {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_safe_relative_path(bad));
  }
}

TEST_CASE("paths are normalised without the disk") {
  CHECK(normal_path("a/./b/../c//d") == "a/c/d");
  CHECK(normal_path("../a/..") == "..");
  CHECK(normal_path("/../a") == "/a");
  CHECK(parent_path("/a") == "/");
  CHECK(join_path("a/", "b") == "a/b");
}

TEST_CASE("a file that is not committed leaves nothing behind") {
  std::string folder = std::filesystem::temp_directory_path() / "ingot-unit-atomic";
  std::filesystem::remove_all(folder);
  REQUIRE(make_directories(folder + "/a/b"));
  {
    auto file = AtomicFile::create(folder + "/out", 0644);
    REQUIRE(file);
    REQUIRE(file->write(std::string_view("half")));
  }
  CHECK(real_file_system().list(folder)->size() == 1);

  REQUIRE(write_file_atomically(folder + "/out", std::string_view("whole"), 0755));
  auto status = real_file_system().status(folder + "/out");
  REQUIRE(status);
  CHECK(status->size == 5);
  CHECK(status->executable);
  CHECK(MappedFile::open(folder + "/out")->bytes().text() == "whole");
  CHECK(real_file_system().read(folder + "/out", 4).error().code == "file-too-large");
  CHECK(real_file_system().read(folder + "/none", 4).error().code == "not-found");
  std::filesystem::remove_all(folder);
}

TEST_CASE(
    "what is written in pieces of any size is the file, and can be read before it has a name") {
  std::string folder = std::filesystem::temp_directory_path() / "ingot-unit-atomic-pieces";
  std::filesystem::remove_all(folder);
  REQUIRE(make_directories(folder));
  auto file = AtomicFile::create(folder + "/out", 0644);
  REQUIRE(file);
  std::string expected;
  auto append = [&](size_t size) {
    std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    REQUIRE(file->write(std::string_view(piece)));
    expected += piece;
    CHECK(file->size() == expected.size());
  };
  for (size_t size : {0, 1, 4095, 1 << 20, 3, (5 << 20) + 7, (1 << 20) - 1, 2 << 20, 17})
    append(size);
  REQUIRE(file->overwrite(expected.size() - 20, std::string_view("0123456789")));
  expected.replace(expected.size() - 20, 10, "0123456789");
  append(100);
  AtomicFile moved = std::move(*file);
  REQUIRE(moved.flush());
  CHECK(MappedFile::open(moved.temporary_path())->bytes().text() == expected);
  REQUIRE(moved.write(std::string_view("end")));
  REQUIRE(moved.commit());
  CHECK(MappedFile::open(folder + "/out")->bytes().text() == expected + "end");
  std::filesystem::remove_all(folder);
}

TEST_CASE("the file system in memory behaves like the real one") {
  MemoryFileSystem files;
  files.add("/p/package.json", "{}");
  files.add("/p/src/a.js", "");
  CHECK(files.is_directory("/p/src"));
  CHECK(files.is_file("/p/package.json"));
  CHECK(files.list("/p")->size() == 2);
  CHECK(files.read("/p/x", 9).error().code == "not-found");
}

TEST_CASE("a FIFO is refused at once") {
  std::string path = std::filesystem::temp_directory_path() / "ingot-unit-fifo";
  std::filesystem::remove(path);
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(real_file_system().read(path, 10).error().code == "not-a-file");
  std::filesystem::remove(path);
}
