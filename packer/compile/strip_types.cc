#include "packer/compile/strip_types.h"

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/file_system.h"
#include "base/subprocess.h"
#include "base/utf8.h"
#include "packer/compile/temporary_folder.h"
#include "runtime/runtime.h"

namespace ingot {
namespace {

constexpr std::string_view kDerivedKind = "stripped-types";
constexpr uint64_t kMaxOutput = uint64_t{2} << 30;
constexpr uint32_t kStripped = 0;  // runtime/type_stripper.js

void append_u32(Bytes& out, size_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

// Everything that the results depend on.
std::string key_of(const FileTree& tree, const std::vector<uint32_t>& nodes,
                   const CompilerTemplate& compiler) {
  Hasher hasher(DigestAlgorithm::kSha256);
  hasher.update(std::string_view(compiler.sha256));
  hasher.update(digest_of(DigestAlgorithm::kSha256, type_stripper_script()).bytes);
  for (uint32_t node : nodes)
    hasher.update(digest_of(DigestAlgorithm::kSha256, tree.nodes()[node].content).bytes);
  return hasher.finish().hex();
}

Result<std::string> run_stripper(const FileTree& tree, const std::vector<uint32_t>& nodes,
                                 const CompilerTemplate& compiler) {
  TemporaryFolder folder = TRY(TemporaryFolder::create());
  Bytes input;
  for (uint32_t node : nodes) {
    ByteView source = tree.nodes()[node].content;
    append_u32(input, source.size());
    input.insert(input.end(), source.begin(), source.end());
  }
  TRY(write_file_atomically(folder.file("stripper.js"), type_stripper_script(), 0600));
  TRY(write_file_atomically(folder.file("input"), input, 0600));
  ProcessOutcome outcome = TRY(run_process(
      {compiler.path, folder.file("stripper.js"), folder.file("input"), folder.file("output")},
      {"LANG=C"}));
  if (outcome.exit_code != 0 || outcome.signal != 0)
    return fail(input_error("compiler-failed", "the type stripper ended with code " +
                                                   std::to_string(outcome.exit_code))
                    .note(outcome.error_output.substr(0, 2000))
                    .hinted("the template has to run on this machine: Node 26 needs "
                            "libatomic.so.1 and glibc 2.28"));
  return real_file_system().read(folder.file("output"), kMaxOutput);
}

// Takes the stripper's output apart. Error: "out-of-bounds" for what it did not write.
Status read_output(ByteView output, const std::vector<uint32_t>& nodes, StrippedTypes& out) {
  uint64_t at = 0;
  for (uint32_t node : nodes) {
    auto result = TRY(output.le<uint32_t>(at));
    auto line = TRY(output.le<uint32_t>(at + 4));
    auto size = TRY(output.le<uint32_t>(at + 8));
    ByteView text = TRY(output.slice(at + 12, size));
    if (result == kStripped)
      out.texts[node] = text;
    else
      out.refused.push_back({node, line, std::string(text.text())});
    at += 12 + uint64_t{size};
  }
  if (at != output.size())
    return fail(input_error("out-of-bounds", "the type stripper wrote more than it was asked for"));
  return {};
}

}  // namespace

bool is_strippable(std::string_view path) {
  if (path.starts_with("node_modules/") || path.find("/node_modules/") != std::string_view::npos)
    return false;
  for (std::string_view extension : {".ts", ".mts", ".cts"}) {
    if (!path.ends_with(extension)) continue;
    path.remove_suffix(extension.size());
    return !path.ends_with(".d");
  }
  return false;
}

Result<StrippedTypes> strip_types(const FileTree& tree, const CompilerTemplate& compiler,
                                  const Store& store) {
  StrippedTypes out;
  std::vector<uint32_t> nodes;
  for (uint32_t i = 0; i < tree.nodes().size(); ++i) {
    const FileNode& node = tree.nodes()[i];
    // Whatever else has this extension (video, translations) is seldom text.
    if (node.kind == FileNodeKind::kFile && is_strippable(node.path) &&
        is_utf8(node.content.text()))
      nodes.push_back(i);
  }
  if (nodes.empty()) return out;

  out.texts.resize(tree.nodes().size());
  std::string key = key_of(tree, nodes, compiler);
  if (auto found = TRY(store.find_derived(kDerivedKind, key))) {
    auto entry = std::make_shared<DerivedEntry>(std::move(*found));
    if (read_output(entry->content, nodes, out)) {
      out.storage.push_back(std::move(entry));
      return out;
    }
    out = {};  // not ours to complain about: it is made again
    out.texts.resize(tree.nodes().size());
  }
  auto output = std::make_shared<std::string>(TRY(run_stripper(tree, nodes, compiler)));
  TRY(read_output(std::string_view(*output), nodes, out));
  TRY(store.put_derived(kDerivedKind, key, std::string_view(*output)));
  out.storage.push_back(std::move(output));
  return out;
}

}  // namespace ingot
