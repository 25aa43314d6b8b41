// On the real runtime for Windows, when there is one: the template in ingot's store.

#include <cstdio>

#include "casting.h"
#include "handmade_icon.h"
#include "packer/executable/sea_blob.h"
#include "tests/unit/run_program.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

bool has(const ProgramOutput& output, const std::string& text) {
  return output.text.find(text) != std::string::npos;
}

// Whether there is such a program; if not, says so.
bool is_there(const std::string& program) {
  if (run_program("command -v " + program).status == 0) return true;
  WARN("SKIPPED: no " << program << " on this machine");
  return false;
}

}  // namespace

TEST_CASE("a cast runtime for Windows would load, is proven, and other programs read it") {
  auto path = find_template_file("win-x64");
  if (!path) return;
  auto original = MappedFile::open(*path);
  REQUIRE(original);
  CastOptions options;
  options.windows.icon = HandmadeIcon().bytes();
  pe::VersionInfo& version = options.windows.version.emplace();
  version.number = {1, 2, 3, 4};
  version.product_name = "Probe";
  version.version = "1.2.3.4";
  TestFolder folder;
  const std::string name = folder.file("app.exe");
  const std::string blob(5'000'001, 'b');
  auto out = AtomicFile::create(name, 0755);
  REQUIRE(out);
  Status cast = cast_executable(original->bytes(), *find_target("win-x64"),
                                source_of(ByteView(std::string_view(blob))), *out, options);
  INFO((cast ? "" : cast.error().message));
  REQUIRE(cast);
  REQUIRE(out->commit());
  auto file = MappedFile::open(name);
  REQUIRE(file);
  Status layout = check_executable(file->bytes());
  INFO((layout ? "" : layout.error().message));
  CHECK(layout);
  auto found = find_sea_blob(file->bytes());
  REQUIRE(found);
  CHECK(found->text() == blob);
  auto digest = digest_of_original(file->bytes());
  INFO((digest ? "" : digest.error().message));
  REQUIRE(digest);
  CHECK(digest->hex() == find_template_pin(*find_target("win-x64"))->binary_sha256);
  CHECK(digest_of_presentation(file->bytes())->value() ==
        digest_of_presentation(original->bytes(), options)->value());

  size_t readers = 0;
  if (is_there("llvm-readobj-19")) {
    ProgramOutput output =
        run_program("llvm-readobj-19 --file-headers --coff-resources '" + name + "'");
    CHECK(output.status == 0);
    CHECK(has(output, "Total Number of Resources: 7"));
    CHECK(has(output, "Name: NODE_SEA_BLOB"));
    CHECK(has(output, "CertificateTableSize: 0x0"));
    ++readers;
  }
  if (is_there("wrestool")) {
    ProgramOutput output = run_program("wrestool -l '" + name + "'");
    CHECK(output.status == 0);
    CHECK(has(output, "--name='NODE_SEA_BLOB'"));
    CHECK(has(output, "size=5000001"));
    ++readers;
  }
  if (is_there("osslsigncode")) {
    // Says that there is no signature, and would say that the checksum is wrong.
    ProgramOutput output = run_program("osslsigncode verify '" + name + "'");
    CHECK(has(output, "PE checksum"));
    CHECK_FALSE(has(output, "invalid PE checksum"));
    ++readers;
  }
  WARN(readers << " programs agree");
}
