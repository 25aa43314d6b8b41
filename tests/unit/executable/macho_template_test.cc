// On the real runtimes for macOS, when there are any: the templates in ingot's store.
#include "casting.h"
#include "packer/executable/sea_blob.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

TEST_CASE("a cast runtime for macOS would load, and is proven to be the official one") {
  for (const char* target : {"darwin-x64", "darwin-arm64"}) {
    auto path = find_template_file(target);
    if (!path) continue;
    auto original = MappedFile::open(*path);
    REQUIRE(original);
    TestFolder folder;
    std::string blob(5'000'001, 'b');
    Status cast = cast_to(folder.file("out"), original->bytes(), *find_target(target),
                          source_of(ByteView(std::string_view(blob))));
    CAPTURE(target, cast ? "" : cast.error().message);
    REQUIRE(cast);
    auto file = MappedFile::open(folder.file("out"));
    REQUIRE(file);
    Status layout = check_executable(file->bytes());
    INFO((layout ? "" : layout.error().message));
    CHECK(layout);
    auto found = find_sea_blob(file->bytes());
    REQUIRE(found);
    CHECK(found->text() == blob);
    CHECK((found->data() - file->bytes().data()) % kSeaBlobAlignment == 0);
    auto digest = digest_of_original(file->bytes());
    INFO((digest ? "" : digest.error().message));
    REQUIRE(digest);
    CHECK(digest->hex() == find_template_pin(*find_target(target))->binary_sha256);
  }
}
