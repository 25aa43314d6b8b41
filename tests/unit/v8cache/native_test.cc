// Translated code caches beside those that the target's own node makes of the same sources, under
// an emulator.
#include <filesystem>

#include "base/mapped_file.h"
#include "packer/compile/v8/canonical.h"
#include "packer/compile/v8/translation.h"
#include "real_compiler.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// The words that start a program of the target here; nothing, with a visible line, when there is no
// emulator. They are kept in $INGOT_EMULATORS, for making some takes seconds.
std::optional<std::string> find_emulator(std::string_view target, const std::string& folder) {
  const char* kept = std::getenv("INGOT_EMULATORS");
  auto node = find_template_node();
  if (kept == nullptr || !node) {
    WARN("SKIPPED: $INGOT_EMULATORS names no folder for emulators");
    return std::nullopt;
  }
  ProgramOutput made = run_program("'" + *node + "' " INGOT_SOURCE_DIR "/tests/e2e/emulator.mjs " +
                                   std::string(target) + " '" + kept + "/" + folder + "'");
  if (made.status == 0) return made.text.substr(0, made.text.find('\n'));
  WARN("SKIPPED: " << made.text);
  return std::nullopt;
}

// Small ones of every kind, and the runtime, of which every function is compiled.
std::vector<Source> sources_of_all_kinds() {
  std::vector<Source> sources = generated_sources();
  for (ByteView script : runtime_scripts())
    sources.push_back({std::string(script.text()), CompileAs::kRuntime});
  return sources;
}

}  // namespace

TEST_CASE("Translated code caches are those that the target's own node makes") {
  auto host_path = find_template_file("linux-x64");
  if (!host_path) return;
  auto host_file = MappedFile::open(*host_path);
  REQUIRE(host_file);
  auto host = find_node_snapshot(host_file->bytes());
  REQUIRE(host);
  const std::vector<Source> sources = sources_of_all_kinds();
  const std::vector<size_t> order = numbers_of(sources);
  std::map<size_t, Bytes> ours;
  size_t compared = 0, bytes = 0, targets = 0;
  for (const auto& [target, folder] : {std::pair("linux-arm64", "qemu"), {"win-x64", "wine"}}) {
    auto path = find_template_file(target);
    auto emulator = find_emulator(target, folder);
    if (!path || !emulator) continue;
    CAPTURE(target);
    auto file = MappedFile::open(*path);
    REQUIRE(file);
    auto snapshot = find_node_snapshot(file->bytes());
    REQUIRE(snapshot);
    auto translation = CacheTranslation::between(*host, *snapshot);
    REQUIRE(translation);

    ScratchFolder scratch;
    const std::string node = scratch.path("node.exe");  // a name that wine takes for a program's
    std::filesystem::create_symlink(*path, node);
    std::map<size_t, Bytes> native = raw_caches(*emulator + " " + node, sources, order);
    if (ours.empty()) ours = raw_caches("'" + *host_path + "'", sources, order);
    for (auto& [i, cache] : native) {
      CAPTURE(i);
      Bytes canonical = ours[i];
      REQUIRE(canonicalize(canonical));
      auto translated = translation->translate(canonical);
      REQUIRE(translated);
      REQUIRE(canonicalize(cache));
      CHECK(*translated == cache);
      bytes += cache.size();
      ++compared;
    }
    ++targets;
  }
  WARN(compared << " translated code caches of " << bytes
                << " bytes compared with native ones, for " << targets << " targets");
  CHECK(compared == targets * sources.size());
}
