// Runs the answers of tests/hostile/registry through a whole fetch.
#include <catch2/catch.hpp>
#include <iostream>
#include <sstream>

#include "loopback_server.h"
#include "packer/acquire/fetch.h"
#include "scratch_folder.h"
#include "test_config.h"

using namespace ingot;

TEST_CASE("whatever a registry says, the fetch ends with a named error and an empty store") {
  const std::string folder = INGOT_SOURCE_DIR "/tests/hostile/registry/";
  auto table = real_file_system().read(folder + "expected.txt", 1 << 20);
  REQUIRE(table);
  std::istringstream rows(*table);
  size_t cases = 0;
  for (std::string name, code; rows >> name >> code; ++cases) {
    CAPTURE(name);
    auto answer = real_file_system().read(folder + name, 1 << 20);
    REQUIRE(answer);
    LoopbackServer server([&](const SeenRequest&) { return Answer{*answer}; });

    ScratchFolder scratch;
    Store store(scratch.path("store"));
    NpmConfig config = config_for(server.origin());
    FetchSettings settings{store, config, scratch.path()};
    Integrity integrity =
        Integrity::of(digest_of(DigestAlgorithm::kSha512, std::string_view("the bytes")));
    Diagnostics diagnostics;
    auto tarball = fetch_tarball({"a", "1.0.0", {}, integrity, {}}, settings, diagnostics);
    REQUIRE_FALSE(tarball);
    CHECK(tarball.error().code == code);
    CHECK((tarball.error().kind == ErrorKind::kIntegrity) == (code == "integrity-mismatch"));
    CHECK_FALSE(real_file_system().is_directory(scratch.path("store")));
  }
  size_t files = 0;
  auto listed = real_file_system().list(folder);
  REQUIRE(listed);
  for (const DirectoryEntry& entry : *listed) files += entry.name.ends_with(".http") ? 1 : 0;
  CHECK(files == cases);
  CHECK(cases > 0);
  std::cout << cases << " hostile answers\n";
}
