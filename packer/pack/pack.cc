#include "packer/pack/pack.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/thread_pool.h"
#include "loader/payload_reader.h"

namespace ingot {
namespace {

constexpr int kCompressionLevel = 6;
constexpr size_t kSmallestCompressed = 512;  // bytes; below that nothing is gained

// What is used at start or handed to the operating system lies raw: modules, their JSON,
// WebAssembly, addons and programs. The rest (documentation, types, source maps) is compressed.
bool is_hot(const FileNode& node, const CompiledFile& compiled) {
  if (compiled.stripped) return false;  // that is what is run
  if (node.executable || !compiled.code_cache.empty()) return true;
  for (std::string_view suffix :
       {".js", ".cjs", ".mjs", ".json", ".wasm", ".node", ".so", ".dylib", ".dll", ".exe"})
    if (node.path.ends_with(suffix)) return true;
  return node.path.find(".so.") != std::string::npos;
}

std::vector<PayloadResolution> rows_of(const FileTree& tree, const FileResolution& resolution,
                                       bool imports) {
  std::vector<PayloadResolution> rows;
  for (const ResolutionRow& row : resolution.rows) {
    // The payload joins specifiers by NUL; one with a NUL inside is left to Node.
    if (row.specifier.find('\0') != std::string_view::npos) continue;
    if ((row.kind == RequestKind::kImport) == imports)
      rows.push_back({std::string(row.specifier), tree.nodes()[row.target].path});
  }
  auto by_specifier = [](const auto& a, const auto& b) { return a.specifier < b.specifier; };
  auto same = [](const auto& a, const auto& b) { return a.specifier == b.specifier; };
  std::sort(rows.begin(), rows.end(), by_specifier);
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  return rows;
}

}  // namespace

Result<PackedTree> pack_tree(const FileTree& tree, const ResolutionTable& modules,
                             const CompiledTree& compiled) {
  PackedTree packed;
  size_t count = tree.nodes().size();
  packed.files.resize(count);
  packed.sha256.resize(count);
  packed.storage.resize(count);
  TRY(parallel_for(count, [&](size_t i) -> Status {
    const FileNode& node = tree.nodes()[i];
    PayloadFile& file = packed.files[i];
    file.path = node.path;
    file.executable = node.executable;
    if (node.kind == FileNodeKind::kSymlink) {
      file.kind = EntryKind::kSymlink;
      file.link_target = node.link_target;
      file.real_path = tree.real_path(node.path);
      return {};
    }
    if (node.content.size() > UINT32_MAX)
      return fail(input_error("file-too-large", node.path + " is larger than 4 GiB"));
    packed.sha256[i] = sha256_hex(node.content);
    file.format = compiled.files[i].format;
    file.stripped = compiled.files[i].stripped;
    file.content_size = static_cast<uint32_t>(node.content.size());
    file.stored = node.content;
    file.reads_files = node.path.ends_with(".node") && node.content.find("node_modules");
    if (!is_hot(node, compiled.files[i]) && node.content.size() >= kSmallestCompressed) {
      Bytes smaller = zstd_compress(node.content, kCompressionLevel);
      if (smaller.size() < node.content.size() / 10 * 9) {
        packed.storage[i] = std::move(smaller);
        file.stored = packed.storage[i];
        file.storage = EntryStorage::kZstd;
      }
    }
    if (const FileResolution* resolution = modules.find(static_cast<uint32_t>(i))) {
      file.requires_ = rows_of(tree, *resolution, false);
      file.imports = rows_of(tree, *resolution, true);
    }
    return {};
  }));
  return packed;
}

std::vector<PayloadFile> with_caches(const PackedTree& packed, const CompiledTree& compiled) {
  std::vector<PayloadFile> files = packed.files;
  for (size_t i = 0; i < files.size(); ++i) files[i].code_cache = compiled.files[i].code_cache;
  return files;
}

}  // namespace ingot
