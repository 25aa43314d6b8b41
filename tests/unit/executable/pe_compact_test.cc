// Compact executables for Windows: Node as a library, its exports led on, and what is cast of them.
#include <catch2/catch.hpp>

#include "casting.h"
#include "compacting.h"
#include "handmade_pe.h"
#include "packer/executable/pe/checksum.h"
#include "packer/executable/pe/exports.h"
#include "packer/executable/pe/library.h"
#include "packer/executable/pe/reader.h"
#include "tests/unit/template_files.h"

using namespace ingot;

namespace {

const std::vector<std::string_view> kNames = {"?alpha@@YAXXZ", "napi_create_object", "uv_run"};
constexpr std::string_view kReturnsOne("\xcc\xb8\x01\0\0\0\xc3", 7);
constexpr uint32_t kDataAddress = 0x2000, kExportsInData = 0x80;
constexpr uint32_t kReturnsOneAt = 0x21;  // in the code

Bytes with_checksum(Bytes file) {
  uint32_t field =
      HandmadePe::kHeadersOffset + sizeof(pe::FileHeader) + offsetof(pe::OptionalHeader, checksum);
  HandmadePe::put_integer(file, field, pe::checksum_of(file, field));
  return file;
}

// A program that can be made a library.
struct NodeProgram : HandmadePe {
  Bytes exports = pe::forward_exports(kNames, "node.exe", "none", kDataAddress + kExportsInData);
  std::string_view code = kReturnsOne;

  NodeProgram() {
    optional.directories[pe::kRelocations] = {0x4000, 0x20};
    optional.directories[pe::kExports] = {kDataAddress + kExportsInData,
                                          static_cast<uint32_t>(exports.size())};
    optional.stack_reserve = 0x800000;
  }
  Bytes bytes() const {
    Bytes out = HandmadePe::bytes();
    put(out, kDataOffset + kExportsInData, exports);
    put(out, kTextOffset + kReturnsOneAt - 1, code);
    return with_checksum(out);
  }
};

}  // namespace

TEST_CASE("a program is made a library that Windows starts nothing of, and is found in it again") {
  Bytes program = NodeProgram().bytes();
  auto library = pe::make_library(program);
  INFO((library ? "" : library.error().message));
  REQUIRE(library);
  CHECK(library->entry == NodeProgram().optional.entry);
  CHECK_FALSE(pe::read_pe(library->bytes));  // no program any more
  CHECK(library->bytes.size() == program.size());
  auto again = pe::program_of(library->bytes, library->entry, library->fuse);
  REQUIRE(again);
  CHECK(*again == program);

  auto optional =
      *ByteView(library->bytes)
           .record<pe::OptionalHeader>(HandmadePe::kHeadersOffset + sizeof(pe::FileHeader));
  CHECK(optional.entry == 0x1000 + kReturnsOneAt);
  CHECK(optional.directories[pe::kCertificates] == pe::Directory{});
  size_t changed = 0;
  for (size_t i = HandmadePe::kTextOffset; i < program.size(); ++i)
    changed += program[i] != library->bytes[i];
  CHECK(changed == 1);  // the fuse
}

TEST_CASE("a program that cannot be a library is refused") {
  auto check = [](const NodeProgram& program) {
    auto library = pe::make_library(program.bytes());
    REQUIRE_FALSE(library);
    CHECK(library.error().code == "pe-no-library");
  };
  NodeProgram fixed, flagged, odd, other_cpu;
  fixed.optional.directories[pe::kRelocations] = {};
  check(fixed);
  flagged.file.characteristics |= pe::kNotMovable;
  check(flagged);
  odd.code = "";
  check(odd);
  other_cpu.file.machine = pe::kMachineArm64;
  check(other_cpu);
  NodeProgram gap;
  Bytes unsummed = gap.bytes();
  unsummed[HandmadePe::kTextOffset] ^= 1;  // the checksum is another one's
  auto library = pe::make_library(unsummed);
  REQUIRE_FALSE(library);
  CHECK(library.error().code == "pe-no-library");
}

TEST_CASE("a compact executable for Windows shows what Node shows, and gives everything back") {
  ByteView loader = loader_for("win-x64");
  if (loader.empty()) return;
  Bytes node = NodeProgram().bytes();
  auto original = compact_of(loader, node, true);
  Bytes cast = cast_compact(original, "win-x64");
  CHECK(**digest_of_presentation(cast) == **digest_of_presentation(node, {}));

  auto image = pe::read_pe(cast);
  REQUIRE(image);
  CHECK(image->optional.stack_reserve == 0x800000);
  auto names = pe::read_export_names(*image, cast);
  REQUIRE(names);
  CHECK(*names == kNames);
  CHECK(ByteView(cast).find("libnode.napi_create_object"));

  auto parts = find_compact(cast);
  REQUIRE(parts);
  REQUIRE(*parts);
  CHECK((*parts)->header.flags == kCompactHashAlways);
  CHECK((*parts)->header.entry == NodeProgram().optional.entry);
  CHECK(digest_of_node(cast, **parts)->hex() == sha256_hex(node));
  CHECK(digest_of_template(loader, **parts)->hex() == sha256_hex(*original));
}

TEST_CASE("no byte of the record of a compact executable for Windows can change unnoticed") {
  ByteView loader = loader_for("win-x64");
  if (loader.empty()) return;
  auto file = compact_of(loader, NodeProgram().bytes());
  REQUIRE(file);
  check_record_is_sealed(*file, pe::read_pe(*file)->sections.back().file_offset);
}

TEST_CASE("exports that are damaged are an error") {
  auto check = [](auto spoil) {
    NodeProgram program;
    spoil(program.exports);
    Bytes file = program.bytes();
    auto names = pe::read_export_names(*pe::read_pe(file), file);
    REQUIRE_FALSE(names);
    CHECK(names.error().code == "pe-exports-malformed");
  };
  constexpr size_t kCount = 24, kNamesAddress = 32, kFirstName = 40 + 4 * 3;
  check([](Bytes& table) { HandmadePe::put_integer(table, kCount, 65536); });
  check([](Bytes& table) { HandmadePe::put_integer(table, kCount, 65535); });
  check([](Bytes& table) { HandmadePe::put_integer(table, kNamesAddress, 0x9000); });
  check([](Bytes& table) { HandmadePe::put_integer(table, kFirstName, 0xfffffff0); });
  check([](Bytes& table) { std::swap(table[kFirstName], table[kFirstName + 4]); });
  check([](Bytes& table) { table[table.size() - 3] = '.'; });
  check([](Bytes& table) { table[table.size() - 7] = 0; });

  HandmadePe none;
  Bytes file = none.bytes();
  auto names = pe::read_export_names(*pe::read_pe(file), file);
  REQUIRE(names);
  CHECK(names->empty());
}

TEST_CASE("the official program for Windows is made a library and back") {
  auto path = testing::find_template_file("win-x64");
  if (!path) return;
  auto program = MappedFile::open(*path);
  REQUIRE(program);
  auto library = pe::make_library(program->bytes());
  INFO((library ? "" : library.error().message));
  REQUIRE(library);
  auto names = pe::read_export_names(*pe::read_pe(program->bytes()), program->bytes());
  REQUIRE(names);
  CHECK(std::ranges::binary_search(*names, "napi_create_object"));
  CHECK(names->size() > 1000);
  WARN(names->size() << " exports compared");
}
