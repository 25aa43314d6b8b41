#include "base/mapped_file.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/file_system.h"

using namespace ingot;

namespace {

// More than two parts, and no part's end is the end.
Bytes many_bytes() {
  Bytes bytes((size_t{9} << 20) + 12345);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 31 + (i >> 12));
  return bytes;
}

Bytes joined_parts(ByteView bytes, size_t& parts) {
  Bytes joined;
  Status done = in_parts(bytes, [&](ByteView part) -> Status {
    joined.insert(joined.end(), part.begin(), part.end());
    ++parts;
    return {};
  });
  CHECK(done);
  return joined;
}

}  // namespace

TEST_CASE("bytes in parts are the bytes, and memory that is no file keeps them") {
  const Bytes expected = many_bytes();
  const Bytes bytes = expected;
  size_t parts = 0;
  CHECK(joined_parts(bytes, parts) == expected);
  CHECK(parts > 2);
  CHECK(bytes == expected);
}

TEST_CASE("a mapped file's bytes can be walked in parts again, from any offset") {
  const Bytes expected = many_bytes();
  std::string folder = std::filesystem::temp_directory_path() / "ingot-unit-mapped";
  REQUIRE(make_directories(folder));
  std::string path = join_path(folder, "file");
  REQUIRE(write_file_atomically(path, expected));
  auto file = MappedFile::open(path);
  REQUIRE(file);
  for (size_t from : {size_t{0}, size_t{1}, size_t{4096}, size_t{5000}}) {
    CAPTURE(from);
    size_t parts = 0;
    Bytes joined = joined_parts(*file->bytes().slice_from(from), parts);
    CHECK(std::ranges::equal(joined, *ByteView(expected).slice_from(from)));
  }
  // A mapping that has moved, and memory where another one was.
  MappedFile moved = std::move(*file);
  size_t parts = 0;
  CHECK(joined_parts(moved.bytes(), parts) == expected);
  moved = MappedFile();
  const Bytes again = expected;
  CHECK(joined_parts(again, parts) == expected);
  CHECK(again == expected);
  std::filesystem::remove_all(folder);
}

TEST_CASE("walking bytes in parts ends with the first error") {
  const Bytes bytes = many_bytes();
  size_t parts = 0;
  Status done = in_parts(bytes, [&](ByteView) -> Status {
    if (++parts == 2) return fail(input_error("enough", "enough"));
    return {};
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().code == "enough");
  CHECK(parts == 2);
}
