#include "packer/commands/extraction.h"

#include <sys/stat.h>

#include "base/file_system.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/commands/handmade_executable.h"

using namespace ingot;

namespace {

std::string error_of(HandmadeExecutable& handmade, const std::string& folder) {
  Bytes file = handmade.bytes();
  auto sealed = open_sealed(file);
  REQUIRE(sealed);
  auto done = extract_tree(*sealed, folder);
  return done ? "" : done.error().code;
}

}  // namespace

TEST_CASE("a tree is extracted with its contents, modes and links") {
  ScratchFolder scratch;
  HandmadeExecutable handmade;
  Bytes file = handmade.bytes();
  auto sealed = open_sealed(file);
  REQUIRE(sealed);
  auto done = extract_tree(*sealed, scratch.path("out"));
  REQUIRE(done);
  CHECK(done->files == 2);
  CHECK(done->links == 1);
  CHECK(done->bytes == handmade.main_text.size() + handmade.library_text.size());
  const FileSystem& files = real_file_system();
  CHECK(files.read(scratch.path("out/main.js"), 1000).value_or("") == handmade.main_text);
  CHECK(files.read(scratch.path("out/node_modules/lib/x.txt"), 1000).value_or("") ==
        handmade.library_text);
  CHECK(files.read_link(scratch.path("out/node_modules/link")).value_or("") == "lib/x.txt");
  CHECK_FALSE(files.status(scratch.path("out/main.js"))->executable);
  CHECK(files.status(scratch.path("out/node_modules/lib/x.txt"))->executable);
  CHECK(files.list(scratch.path(""))->size() == 1);  // nothing temporary is left
}

TEST_CASE("a tree is extracted into an empty folder, and into no other") {
  ScratchFolder scratch;
  HandmadeExecutable handmade;
  REQUIRE(mkdir(scratch.path("empty").c_str(), 0755) == 0);
  CHECK(error_of(handmade, scratch.path("empty")).empty());
  CHECK(error_of(handmade, scratch.path("empty")) == "output-exists");
  CHECK(error_of(handmade, scratch.path("empty/main.js")) == "output-exists");
  CHECK(error_of(handmade, scratch.path("deep/er/out")).empty());
}

TEST_CASE("nothing is extracted when a file is not as sealed") {
  ScratchFolder scratch;
  HandmadeExecutable handmade;
  std::string planted = handmade.main_text;
  planted[0] = 'C';
  std::string expected = "file-altered";
  SECTION("another content") {
    handmade.payload.files[0].stored = std::string_view(planted);
  }
  SECTION("another mode") {
    handmade.payload.files[0].executable = true;
  }
  SECTION("another link") {
    handmade.payload.files[2].link_target = "../main.js";
  }
  SECTION("a file that the manifest does not have") {
    handmade.manifest.files.erase(handmade.manifest.files.begin());
  }
  SECTION("a link that leads out of the tree") {
    handmade.payload.files[2].link_target = handmade.manifest.files[2].link = "../../etc/passwd";
    expected = "link-outside";
  }
  CHECK(error_of(handmade, scratch.path("out")) == expected);
  CHECK(real_file_system().list(scratch.path(""))->empty());
}

TEST_CASE("links stay inside when they climb first, and not beyond the root") {
  CHECK(stays_inside("a", "b"));
  CHECK(stays_inside("a", "."));
  CHECK(stays_inside("node_modules/.bin/tool", "../a/tool"));
  CHECK(stays_inside("node_modules/self", ".."));
  CHECK(stays_inside("node_modules/self", "./..//packages/self/"));
  CHECK_FALSE(stays_inside("a", ".."));
  CHECK_FALSE(stays_inside("a/b", "../.."));
  CHECK_FALSE(stays_inside("a/b", "/etc/passwd"));
  CHECK_FALSE(stays_inside("a/b/c", "x/../../y"));
  CHECK_FALSE(stays_inside("a/b", ""));
  CHECK_FALSE(stays_inside("a/b", std::string_view("x\0y", 3)));
}
