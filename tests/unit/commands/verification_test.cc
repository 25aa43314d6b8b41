#include "packer/commands/verification.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "tests/unit/attest/throwaway_key.h"
#include "tests/unit/commands/handmade_executable.h"

using namespace ingot;

namespace {

using Codes = std::set<std::string>;

// What is wrong with the file, by code. A handmade executable's runtime is never a known one, so
// that does not count.
Codes wrong_with(ByteView file, const PublicKey* key = nullptr) {
  auto found = verify_executable(file, key);
  if (!found) return {found.error().code};
  Codes codes;
  for (const Error& problem : found->problems) {
    CHECK(problem.kind == ErrorKind::kIntegrity);
    if (problem.code != "runtime-unknown") codes.insert(problem.code);
  }
  return codes;
}

}  // namespace

TEST_CASE("a sound executable has nothing wrong but a runtime of unknown origin") {
  Bytes file = HandmadeExecutable().bytes();
  auto found = verify_executable(file);
  REQUIRE(found);
  REQUIRE(found->problems.size() == 1);
  CHECK(found->problems[0].code == "runtime-unknown");
  CHECK(found->manifest.name == "handmade");
  CHECK(found->checks.size() >= 8);
}

TEST_CASE("every single changed byte is found") {
  Bytes file = HandmadeExecutable().bytes();
  std::vector<size_t> unnoticed;
  size_t changes = 0;
  for (size_t i = 0; i < file.size(); ++i) {
    uint8_t before = file[i];
    file[i] ^= static_cast<uint8_t>(1u << (i % 8));
    if (wrong_with(file).empty()) unnoticed.push_back(i);
    file[i] = before;
    ++changes;
  }
  CAPTURE(changes, unnoticed.size());
  CHECK(unnoticed == std::vector<size_t>{});
  CHECK(changes > 4096);
}

TEST_CASE("every single changed byte of a sealed executable is found, with and without the key") {
  HandmadeExecutable handmade;
  ThrowawayKey pair;
  handmade.seal_key = pair.private_key();
  const PublicKey key = pair.public_key();
  Bytes file = handmade.bytes();
  CHECK(wrong_with(file, &key).empty());
  CHECK(wrong_with(file).empty());
  const PublicKey other = ThrowawayKey().public_key();
  CHECK(wrong_with(file, &other) == Codes{"seal-key-other"});
  CHECK(wrong_with(HandmadeExecutable().bytes(), &key) == Codes{"seal-missing"});
  const size_t seal = *ByteView(file).find("{\"algorithm\"");
  size_t changes = 0;
  for (size_t i = seal - 600; i < file.size() && i < seal + 600; ++i, ++changes) {
    CAPTURE(i);
    file[i] ^= static_cast<uint8_t>(1u << (i % 8));
    CHECK_FALSE(wrong_with(file).empty());
    CHECK_FALSE(wrong_with(file, &key).empty());
    file[i] ^= static_cast<uint8_t>(1u << (i % 8));
  }
  CHECK(changes > 900);
}

TEST_CASE("an executable cut off anywhere is refused by name") {
  Bytes file = HandmadeExecutable().bytes();
  for (size_t size = 0; size < file.size(); size += 1 + size / 50) {
    CAPTURE(size);
    CHECK_FALSE(wrong_with(ByteView(file.data(), size)).empty());
  }
  file.push_back(0);
  CHECK(wrong_with(file) == Codes{"executable-altered"});
}

TEST_CASE("what is ours but cut off is an integrity failure, what is not ours is not") {
  Bytes file = HandmadeExecutable().bytes();
  auto cut = verify_executable(ByteView(file.data(), file.size() - 1));
  REQUIRE_FALSE(cut);
  CHECK(cut.error().kind == ErrorKind::kIntegrity);

  for (const Bytes& foreign : {HandmadeElf().bytes(), Bytes{}, Bytes(1000, 0x4D)}) {
    auto found = verify_executable(foreign);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "executable-not-ingot");
    CHECK(found.error().kind == ErrorKind::kInput);
  }
}

TEST_CASE("random changes of many bytes never crash") {
  Bytes sound = HandmadeExecutable().bytes();
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Bytes file = sound;
    for (size_t count = 1 + random() % 50; count > 0; --count)
      file[random() % file.size()] = static_cast<uint8_t>(random());
    CHECK_FALSE((wrong_with(file).empty() && file != sound));
  }
}

TEST_CASE("an executable whose launcher was made anew is found out") {
  CHECK(wrong_with(HandmadeExecutable().bytes([](SeaContent& content) {
          content.exec_argv.push_back("--inspect");
        })) == Codes{"launcher-altered"});
  CHECK(wrong_with(HandmadeExecutable().bytes(
            [](SeaContent& content) { content.exec_argv.clear(); })) == Codes{"launcher-altered"});
  CHECK(wrong_with(HandmadeExecutable().bytes([](SeaContent& content) {
          content.exec_argv_extension = ExecArgvExtension::kEnvironment;
        })) == Codes{"launcher-altered"});
  CHECK(wrong_with(HandmadeExecutable().bytes([](SeaContent& content) {
          content.main_format = MainFormat::kModule;
        })) == Codes{"launcher-altered"});
  CHECK(wrong_with(HandmadeExecutable().bytes([](SeaContent& content) {
          content.code_cache = ByteView(std::string_view("planted"));
        })) == Codes{"launcher-altered"});
  CHECK(wrong_with(HandmadeExecutable().bytes([](SeaContent& content) {
          content.assets.push_back({"more", source_of(ByteView(std::string_view("bytes")))});
        })) == Codes{"launcher-altered"});
  HandmadeExecutable other_policy;
  other_policy.manifest.node_options = "env";
  CHECK(wrong_with(other_policy.bytes()) == Codes{"launcher-altered"});
  CHECK(wrong_with(other_policy.bytes([](SeaContent& content) {
          content.exec_argv_extension = ExecArgvExtension::kEnvironment;
        })).empty());
  CHECK(wrong_with(other_policy.bytes([](SeaContent& content) {
          content.exec_argv_extension = ExecArgvExtension::kCommandLine;
        })) == Codes{"launcher-altered"});
  HandmadeExecutable no_policy;
  no_policy.manifest.node_options = "some";
  CHECK(wrong_with(no_policy.bytes()) == Codes{"manifest-contradicted"});
  HandmadeExecutable other_stub;
  other_stub.stub += " planted();";
  CHECK(wrong_with(other_stub.bytes()) == Codes{"launcher-altered"});
}

TEST_CASE("a payload that was made anew around the same manifest is found out") {
  HandmadeExecutable handmade;
  std::string planted = handmade.main_text;
  planted[0] = 'C';
  SECTION("another content") {
    handmade.payload.files[0].stored = std::string_view(planted);
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-altered"});
  }
  SECTION("another code cache") {
    handmade.payload.files[0].code_cache = std::string_view(planted);
    CHECK(wrong_with(handmade.bytes()) == Codes{"code-cache-altered"});
  }
  SECTION("no code cache") {
    handmade.payload.files[0].code_cache = {};
    CHECK(wrong_with(handmade.bytes()) == Codes{"code-cache-altered"});
  }
  SECTION("another mode") {
    handmade.payload.files[0].executable = true;
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-altered"});
  }
  SECTION("another link target") {
    handmade.payload.files[2].link_target = "../main.js";
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-altered"});
  }
  SECTION("a file more") {
    handmade.payload.files.push_back(handmade.payload.files[0]);
    handmade.payload.files.back().path = "planted.js";
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-unsealed"});
  }
  SECTION("a file less") {
    handmade.payload.files.pop_back();
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-missing"});
  }
  SECTION("a link in place of a file") {
    handmade.payload.files[1].kind = EntryKind::kSymlink;
    handmade.payload.files[1].link_target = "../../main.js";
    CHECK(wrong_with(handmade.bytes()) == Codes{"file-altered"});
  }
  SECTION("another file to run") {
    handmade.payload.main_path = "node_modules/lib/x.txt";
    CHECK(wrong_with(handmade.bytes()) == Codes{"entry-altered"});
  }
  SECTION("another runtime") {
    handmade.runtime += "planted();";
    CHECK(wrong_with(handmade.bytes()) == Codes{"runtime-script-altered"});
  }
  SECTION("another later part of the runtime") {
    handmade.later_runtime += "planted();";
    CHECK(wrong_with(handmade.bytes()) == Codes{"runtime-script-altered"});
  }
  SECTION("another code cache of the runtime") {
    handmade.runtime_cache[0] = 'I';
    CHECK(wrong_with(handmade.bytes()) == Codes{"runtime-script-altered"});
  }
}

TEST_CASE("a request that was led elsewhere is found out, with all checksums made anew") {
  HandmadeExecutable handmade;
  handmade.payload_bytes();
  handmade.earlier = handmade.manifest.payload;
  REQUIRE(wrong_with(handmade.bytes()).empty());
  handmade.payload.files[0].requires_[0].target = "main.js";
  CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
}

TEST_CASE("an index that was made anew is found out, whatever it says") {
  HandmadeExecutable handmade;
  handmade.payload_bytes();
  handmade.earlier = handmade.manifest.payload;
  SECTION("another format") {
    handmade.payload.files[0].format = EntryFormat::kModule;
    CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
  }
  SECTION("another specifier") {
    handmade.payload.files[0].requires_[0].specifier = "lib/y.txt";
    CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
  }
  SECTION("an import more") {
    handmade.payload.files[0].imports = {{"lib", "main.js"}};
    CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
  }
  SECTION("a link that leads elsewhere than it says") {
    handmade.payload.files[2].real_path = "main.js";
    CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
  }
  SECTION("a file that is stored in another way") {
    handmade.payload.files[1].stored = ByteView(std::string_view(handmade.library_text));
    handmade.payload.files[1].storage = EntryStorage::kRaw;
    CHECK(wrong_with(handmade.bytes()) == Codes{"index-altered"});
  }
}

TEST_CASE("stored bytes that only the digest of all of them knows are found out") {
  HandmadeExecutable handmade;
  handmade.payload_bytes();
  handmade.earlier = handmade.manifest.payload;
  handmade.earlier->content = std::string(64, '0');
  CHECK(wrong_with(handmade.bytes()) == Codes{"payload-altered"});
}

TEST_CASE("a runtime other than the manifest's is found out") {
  HandmadeExecutable handmade;
  handmade.original[HandmadeElf::kTextOffset] ^= 1;
  CHECK(wrong_with(handmade.bytes()) == Codes{"runtime-altered"});
}

TEST_CASE("a manifest that names a file twice, or no package, is refused") {
  HandmadeExecutable twice;
  twice.manifest.files.push_back(twice.manifest.files[0]);
  CHECK(wrong_with(twice.bytes()) == Codes{"manifest-contradicted"});
  HandmadeExecutable nobody;
  nobody.manifest.files[0].package = 9;
  CHECK(wrong_with(nobody.bytes()) == Codes{"manifest-malformed"});
}
