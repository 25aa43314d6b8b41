// On the real runtime, when there is one: $INGOT_TEMPLATE_NODE, or the template in ingot's store.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "casting.h"
#include "packer/executable/macho/page_hashes.h"
#include "packer/executable/sea_blob.h"
#include "tests/unit/run_program.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

const TemplatePin& pin() {
  return pin_of("linux-x64");
}

void write_text(const std::string& path, std::string_view text) {
  REQUIRE(write_file_atomically(path, text));
}

Bytes gather(const ByteSource& source) {
  Bytes out;
  REQUIRE(drain(source, [&](ByteView bytes) -> Status {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  }));
  return out;
}

// What a view says, as content that should give the same bytes again. Assets keep Node's order,
// which is that of a hash map.
SeaContent content_of(const SeaBlobView& view) {
  SeaContent content;
  content.no_experimental_warning = (view.flags & kNoExperimentalWarning) != 0;
  content.exec_argv_extension = view.exec_argv_extension;
  content.main_format = view.main_format;
  content.code_path = view.code_path;
  content.main_code = view.main;
  content.code_cache = view.code_cache;
  for (const auto& [key, data] : view.assets)
    content.assets.push_back({std::string(key), source_of(data)});
  for (std::string_view argument : view.exec_argv) content.exec_argv.emplace_back(argument);
  return content;
}

constexpr std::string_view kMain = "console.log('main', 1 + 1);\n";

}  // namespace

TEST_CASE("our blob is byte for byte the one Node makes of the same configuration") {
  auto node = find_template_node();
  if (!node) return;
  struct Case {
    const char* name;
    const char* config;
    uint32_t flags;
    ExecArgvExtension extension;
    MainFormat format;
  };
  const Case cases[] = {
      {"plain", "", 0, ExecArgvExtension::kEnvironment, MainFormat::kCommonJs},
      {"quiet", R"(, "disableExperimentalSEAWarning": true)", kNoExperimentalWarning,
       ExecArgvExtension::kEnvironment, MainFormat::kCommonJs},
      {"module", R"(, "mainFormat": "module", "execArgvExtension": "cli")", 0,
       ExecArgvExtension::kCommandLine, MainFormat::kModule},
      {"cached", R"(, "useCodeCache": true, "execArgvExtension": "none")", kUseCodeCache,
       ExecArgvExtension::kNone, MainFormat::kCommonJs},
      {"one asset", R"(, "assets": {"ingot": "data.bin"})", kHasAssets,
       ExecArgvExtension::kEnvironment, MainFormat::kCommonJs},
      {"all",
       R"(, "disableExperimentalSEAWarning": true, "useCodeCache": true, "mainFormat": "module",
          "execArgvExtension": "none", "execArgv": ["--no-warnings", "--max-old-space-size=99"],
          "assets": {"ingot": "data.bin", "b": "main.js", "": "main.js"})",
       kNoExperimentalWarning | kUseCodeCache | kHasAssets | kHasExecArgv, ExecArgvExtension::kNone,
       MainFormat::kModule},
  };
  TestFolder folder;
  write_text(folder.file("main.js"), kMain);
  write_text(folder.file("data.bin"), std::string(1000, 'd'));
  size_t compared = 0;
  for (const Case& example : cases) {
    CAPTURE(example.name);
    write_text(folder.file("sea.json"),
               std::string(R"({"main": "main.js", "output": "sea.blob")") + example.config + "}");
    ProgramOutput made = run_program("cd '" + folder.path() + "' && '" + *node +
                                     "' --experimental-sea-config sea.json");
    CAPTURE(made.text);
    REQUIRE(made.status == 0);
    auto file = MappedFile::open(folder.file("sea.blob"));
    REQUIRE(file);
    auto view = read_sea_blob(file->bytes(), pin().node_version);
    REQUIRE(view);
    CHECK(view->flags == example.flags);
    CHECK(view->exec_argv_extension == example.extension);
    CHECK(view->main_format == example.format);
    CHECK(view->code_path == "main.js");
    CHECK(view->main.text() == kMain);
    if (view->asset("ingot")) CHECK(view->asset("ingot")->text() == std::string(1000, 'd'));

    auto ours = make_sea_blob(content_of(*view), pin().node_version);
    REQUIRE(ours);
    CHECK(gather(ours->bytes) == Bytes(file->bytes().begin(), file->bytes().end()));
    ++compared;
  }
  WARN(compared << " blobs compared with Node's own");
  CHECK(compared == std::size(cases));
}

TEST_CASE("a cast runtime runs its main and reads its payload, aligned, where it lies") {
  auto node = find_template_node();
  if (!node) return;
  auto original = MappedFile::open(*node);
  REQUIRE(original);
  SeaContent content;
  content.main_code = ByteView(std::string_view(
      "const sea = require('node:sea'); const p = Buffer.from(sea.getRawAsset('ingot'));"
      "console.log(sea.isSea(), p.length, p.toString('latin1', 0, 5), process.argv.length);"));
  std::string payload = "12345" + std::string(5 << 20, '\7');
  content.assets.push_back({std::string(kPayloadAsset), source_of(ByteView(payload))});
  content.aligned_asset = kPayloadAsset;
  auto blob = make_sea_blob(content, pin().node_version);
  REQUIRE(blob);

  TestFolder folder;
  const std::string path = folder.file("app");
  REQUIRE(cast_to(path, original->bytes(), *find_target("linux-x64"), blob->bytes));
  auto cast = MappedFile::open(path);
  REQUIRE(cast);
  CHECK(check_executable(cast->bytes()));
  auto found = find_sea_blob(cast->bytes());
  REQUIRE(found);
  auto view = read_sea_blob(*found, pin().node_version);
  REQUIRE(view);
  CHECK(view->asset(kPayloadAsset)->text() == payload);
  CHECK((view->asset(kPayloadAsset)->data() - cast->bytes().data()) % kSeaBlobAlignment == 0);

  ProgramOutput output = run_program("'" + path + "' x");
  CHECK(output.text == "true 5242885 12345 3\n");
  CHECK(output.status == 0);

  auto digest = digest_of_original(cast->bytes());
  REQUIRE(digest);
  CHECK(digest->hex() == sha256_hex(original->bytes()));
  // A store may hold it, but what $INGOT_TEMPLATE_NODE names is the user's affair.
  if (std::getenv("INGOT_TEMPLATE_NODE") == nullptr) CHECK(digest->hex() == pin().binary_sha256);
}

TEST_CASE("other programs read a cast runtime without a complaint") {
  auto node = find_template_node();
  if (!node) return;
  auto original = MappedFile::open(*node);
  REQUIRE(original);
  SeaContent content;
  content.main_code = ByteView(kMain);
  auto blob = make_sea_blob(content, pin().node_version);
  REQUIRE(blob);
  TestFolder folder;
  const std::string path = folder.file("app");
  REQUIRE(cast_to(path, original->bytes(), *find_target("linux-x64"), blob->bytes));
  size_t readers = 0;
  for (const char* reader : {"llvm-readelf-19", "readelf"}) {
    if (run_program(std::string("command -v ") + reader).status != 0) continue;
    ++readers;
    CAPTURE(reader);
    ProgramOutput output = run_program(std::string(reader) + " -hlSW '" + path + "'");
    CHECK(output.status == 0);
    CHECK(output.text.find("arning") == std::string::npos);
    CHECK(output.text.find("rror:") == std::string::npos);
  }
  if (readers == 0) WARN("SKIPPED: no readelf on this machine");
}

TEST_CASE("the pinned stripped runtime is what stripping makes of the pinned one") {
  size_t compared = 0;
  for (const TemplatePin& known : template_pins()) {
    if (known.stripped_sha256.empty()) continue;
    auto path = find_template_file(known.target);
    if (!path) continue;
    auto original = MappedFile::open(*path);
    REQUIRE(original);
    CHECK(sha256_hex(original->bytes()) == known.binary_sha256);
    auto stripped = stripped_bytes(original->bytes());
    REQUIRE(stripped);
    CHECK(sha256_hex(*stripped) == known.stripped_sha256);
    CHECK(stripped->size() == known.stripped_size);
    ++compared;
  }
  WARN(compared << " stripped runtimes compared with their pins");
}

TEST_CASE("the pinned page hashes are those of the pinned runtime") {
  size_t compared = 0;
  for (const TemplatePin& known : template_pins()) {
    if (known.pages_sha256.empty()) continue;
    auto path = find_template_file(known.target);
    if (!path) continue;
    auto original = MappedFile::open(*path);
    REQUIRE(original);
    CHECK(sha256_hex(original->bytes()) == known.binary_sha256);
    CHECK(sha256_hex(macho::hash_pages(original->bytes())) == known.pages_sha256);
    ++compared;
  }
  WARN(compared << " runtimes' page hashes compared with their pins");
}

TEST_CASE("a cast runtime survives the tools that strip, and others read it") {
  auto node = find_template_node();
  if (!node) return;
  auto original = MappedFile::open(*node);
  REQUIRE(original);
  SeaContent content;
  content.main_code = ByteView(kMain);
  auto blob = make_sea_blob(content, pin().node_version);
  REQUIRE(blob);
  auto stripped = stripped_bytes(original->bytes());
  REQUIRE(stripped);
  TestFolder folder;
  const std::string path = folder.file("app"), bare = folder.file("bare"),
                    copy = folder.file("copy");
  REQUIRE(cast_to(path, original->bytes(), *find_target("linux-x64"), blob->bytes));
  REQUIRE(cast_to(bare, *stripped, *find_target("linux-x64"), blob->bytes));
  CHECK(run_program("'" + bare + "'").text == "main 2\n");
  size_t tried = 0;
  for (const char* tool : {"strip", "eu-strip", "llvm-strip-19", "patchelf --print-needed",
                           "readelf --notes", "file"}) {
    if (run_program("command -v " + std::string(tool).substr(0, std::string(tool).find(' ')))
            .status != 0) {
      WARN("SKIPPED: no " << tool << " on this machine");
      continue;
    }
    for (const std::string& from : {path, bare}) {
      CAPTURE(tool, from);
      REQUIRE(run_program("cp '" + from + "' '" + copy + "'").status == 0);
      ProgramOutput output = run_program(tool + (" '" + copy + "'"));
      CAPTURE(output.text);
      CHECK(output.status == 0);
      // The official binary's own build attributes make readelf warn.
      if (!std::string_view(tool).starts_with("readelf"))
        CHECK(output.text.find("arning") == std::string::npos);
      if (std::string_view(tool).starts_with("patchelf"))
        CHECK(output.text.find("libatomic.so.1") != std::string::npos);
      if (std::string_view(tool) == "file" || std::string_view(tool).starts_with("readelf"))
        CHECK(output.text.find("932be857167040020b78138ec919fd51bad0441e") != std::string::npos);
      CHECK(run_program("'" + copy + "'").text == "main 2\n");
      auto file = MappedFile::open(copy);
      REQUIRE(file);
      auto found = find_sea_blob(file->bytes());
      REQUIRE(found);
      CHECK(read_sea_blob(*found, pin().node_version)->main.text() == kMain);
      ++tried;
    }
  }
  WARN(tried << " results of other tools run and read");
}

TEST_CASE("a cast runtime for linux-arm64 runs, with its symbols and without") {
  const TemplatePin& known = pin_of("linux-arm64");
  auto path = find_template_file(known.target);
  const std::string qemu = "qemu-aarch64-static -L /usr/aarch64-linux-gnu ";
  if (!path) return;
  if (run_program("command -v qemu-aarch64-static && ls /usr/aarch64-linux-gnu/lib").status != 0) {
    WARN("SKIPPED: no qemu-aarch64-static with libraries");
    return;
  }
  auto original = MappedFile::open(*path);
  REQUIRE(original);
  SeaContent content;
  content.main_code = ByteView(std::string_view("console.log(process.arch, 1 + 1);"));
  auto blob = make_sea_blob(content, known.node_version);
  REQUIRE(blob);
  auto stripped = stripped_bytes(original->bytes());
  REQUIRE(stripped);
  TestFolder folder;
  for (ByteView from : {original->bytes(), ByteView(*stripped)}) {
    const std::string app = folder.file("app");
    REQUIRE(cast_to(app, from, *find_target("linux-arm64"), blob->bytes));
    ProgramOutput output = run_program(qemu + "'" + app + "'");
    CHECK(output.text == "arm64 2\n");
    CHECK(output.status == 0);
  }
}
