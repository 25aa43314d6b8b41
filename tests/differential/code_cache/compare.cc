// Code caches that the host's template makes, translated, against those that the target's own
// template makes of the same sources on an emulator: byte for byte, both in the canonical form. The
// sources are the JavaScript of this repository and the files named as arguments. Exit code 77:
// nothing to compare with here.
//
// linux-arm64 runs by qemu-aarch64-static, with the libraries of Debian's cross packages. For
// win-x64, $INGOT_RUN_WIN_X64 names a program that runs node.exe with its arguments (wine needs
// preparation).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "base/atomic_file.h"
#include "base/file_system.h"
#include "base/mapped_file.h"
#include "base/subprocess.h"
#include "packer/acquire/store.h"
#include "packer/compile/code_cache.h"
#include "packer/compile/translated_tree.h"
#include "packer/compile/v8/canonical.h"
#include "runtime/runtime.h"
#include "templates/pins.h"
#include "tests/unit/acquire/scratch_folder.h"

namespace ingot {
namespace {

constexpr int kSkipped = 77;
constexpr uint64_t kMaxSource = 16 << 20;
constexpr uint64_t kMaxOutput = 1 << 30;
// Debian's libc6-arm64-cross.
constexpr std::string_view kArm64Libraries = "/usr/aarch64-linux-gnu";

struct Source {
  std::string text;
  CompileAs as;
};

std::vector<Source> sources(std::vector<std::string> paths) {
  const std::string root = INGOT_SOURCE_DIR;
  for (const char* folder : {"/runtime", "/tests/differential", "/tests/e2e/lib"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + folder))
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Source> out;
  for (ByteView script : runtime_scripts())
    out.push_back({std::string(script.text()), CompileAs::kRuntime});
  for (const std::string& path : paths) {
    const bool is_module = path.ends_with(".mjs");
    if (!is_module && !path.ends_with(".js") && !path.ends_with(".cjs")) continue;
    auto text = real_file_system().read(path, kMaxSource);
    if (text)
      out.push_back({std::move(*text), is_module ? CompileAs::kModule : CompileAs::kDetect});
  }
  return out;
}

std::string template_path(const Target& target) {
  const TemplatePin* pin = find_template_pin(target);
  auto store = default_store_folder(process_environment());
  if (pin == nullptr || !store) return "";
  const std::string path = Store(*store).derived_path(kTemplateStoreKind, pin->binary_sha256);
  return std::filesystem::exists(path) ? path : "";
}

std::string find_program(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable != nullptr ? variable : "";
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(':'), rest.size());
    std::string path = join_path(rest.substr(0, end), name);
    if (std::filesystem::exists(path)) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return "";
}

// What goes before the template's path to run it here; nothing: it cannot be run.
std::optional<std::vector<std::string>> runner(const Target& target) {
  if (target == host_target()) return std::vector<std::string>{};
  if (target.name == "linux-arm64") {
    const std::string qemu = find_program("qemu-aarch64-static");
    if (qemu.empty() || !std::filesystem::exists(kArm64Libraries)) return std::nullopt;
    return std::vector{qemu, std::string("-L"), std::string(kArm64Libraries)};
  }
  const char* wine = std::getenv("INGOT_RUN_WIN_X64");
  if (target.name == "win-x64" && wine != nullptr) return std::vector<std::string>{wine};
  return std::nullopt;
}

void append_u32(Bytes& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

// What runtime/compiler.js makes of the sources in this template, in the canonical form.
Result<std::vector<Bytes>> compile(std::vector<std::string> command, const std::string& node,
                                   const std::vector<Source>& sources) {
  const ScratchFolder scratch;
  Bytes input;
  for (const Source& source : sources) {
    append_u32(input, static_cast<uint32_t>(source.as));
    append_u32(input, static_cast<uint32_t>(source.text.size()));
    input.insert(input.end(), source.text.begin(), source.text.end());
  }
  TRY(write_file_atomically(scratch.path("input"), input, 0600));
  TRY(write_file_atomically(scratch.path("compiler.js"), compiler_script(), 0600));
  for (const std::string& word :
       {node, std::string("--expose-internals"), std::string("--predictable"),
        std::string("--random-seed=1"), scratch.path("compiler.js"), scratch.path("input"),
        scratch.path("output")})
    command.push_back(word);
  std::vector<std::string> environment;
  for (const auto& [name, value] : process_environment()) environment.push_back(name + "=" + value);
  const ProcessOutcome outcome = TRY(run_process(command, environment));
  if (outcome.exit_code != 0 || outcome.signal != 0)
    return fail(input_error("compiler-failed", outcome.error_output));

  const std::string output = TRY(real_file_system().read(scratch.path("output"), kMaxOutput));
  const ByteView bytes{std::string_view(output)};
  std::vector<Bytes> caches;
  for (uint64_t at = 0; at < bytes.size();) {
    const ByteView cache = TRY(bytes.slice(at + 8, TRY(bytes.le<uint32_t>(at + 4))));
    caches.emplace_back(cache.begin(), cache.end());
    if (!cache.empty()) TRY(canonicalize(caches.back()));
    at += 8 + cache.size();
  }
  return caches;
}

// How many caches are as they should be; an error when one is not.
Result<size_t> compare(const std::string& host_node, const Target& target,
                       const std::vector<std::string>& command, const std::string& node,
                       const std::vector<Source>& sources) {
  const MappedFile host_file = TRY(MappedFile::open(host_node));
  const MappedFile target_file = TRY(MappedFile::open(node));
  const ScratchFolder scratch;  // for a store that remembers nothing
  const CacheTranslation translation = TRY(proved_translation(
      {host_file.bytes(), "host"}, {target_file.bytes(), "target"}, target, Store(scratch.path())));
  const std::vector<Bytes> ours = TRY(compile({}, host_node, sources));
  const std::vector<Bytes> native = TRY(compile(command, node, sources));
  if (ours.size() != sources.size() || native.size() != sources.size())
    return fail(input_error("compiler-failed", "not every source was compiled"));
  size_t equal = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (ours[i].empty() && native[i].empty()) continue;  // does not compile
    if (TRY(translation.translate(ours[i])) != native[i])
      return fail(input_error("cache-differs", "the code cache of source " + std::to_string(i) +
                                                   " differs from the native one"));
    ++equal;
  }
  return equal;
}

int run(std::vector<std::string> further) {
  const std::vector<Source> all = sources(std::move(further));
  const std::string host_node = template_path(host_target());
  size_t targets = 0;
  bool failed = false;
  for (const Target& target : kTargets) {
    if (target == host_target()) continue;
    const std::string node = template_path(target);
    const auto command = runner(target);
    if (host_node.empty() || node.empty() || !command) {
      std::cout << "SKIPPED " << target.name << ": no "
                << (command ? "template in the store" : "way to run it here") << "\n";
      continue;
    }
    auto equal = compare(host_node, target, *command, node, all);
    if (equal)
      std::cout << target.name << ": " << *equal
                << " translated code caches are those made on the target, byte for byte\n";
    else
      std::cout << target.name << ": " << equal.error().code << ": " << equal.error().message
                << "\n";
    failed = failed || !equal || *equal == 0;
    ++targets;
  }
  if (failed) return 1;
  return targets > 0 ? 0 : kSkipped;
}

}  // namespace
}  // namespace ingot

int main(int count, char** arguments) {
  return ingot::run({arguments + 1, arguments + count});
}
