#include "resolver/modules/resolution_table.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/thread_pool.h"
#include "resolver/modules/builtin_modules.h"
#include "resolver/modules/cjs_resolution.h"
#include "resolver/modules/esm_resolution.h"

namespace ingot {
namespace {

bool is_in_node_modules(std::string_view path) {
  return path.starts_with("node_modules/") || path.find("/node_modules/") != std::string_view::npos;
}

// Whether Node may come to run this file as JavaScript, by its name and first line.
bool is_javascript(const FileNode& node, ModuleFormat format) {
  std::string_view path = node.path;
  switch (format) {
    case ModuleFormat::kJson:
    case ModuleFormat::kAddon:
    case ModuleFormat::kWasm:
      return false;
    case ModuleFormat::kTypescript:
    case ModuleFormat::kCommonjsTypescript:
    case ModuleFormat::kModuleTypescript:
      // Node strips types from files outside node_modules only; declarations are never run.
      return !is_in_node_modules(path) && !path.ends_with(".d.ts") && !path.ends_with(".d.mts") &&
             !path.ends_with(".d.cts");
    default:
      break;
  }
  if (path.ends_with(".js") || path.ends_with(".cjs") || path.ends_with(".mjs")) return true;
  // Commands have no extension and a first line that names node.
  std::string_view text = node.content.text();
  return format != ModuleFormat::kOther && text.starts_with("#!") &&
         text.substr(0, text.find('\n')).find("node") != std::string_view::npos;
}

RequestKind request_kind(SpecifierKind kind) {
  bool require = kind == SpecifierKind::kRequire || kind == SpecifierKind::kRequireResolve;
  return require ? RequestKind::kRequire : RequestKind::kImport;
}

auto row_order(const ResolutionRow& row) {
  return std::tuple(row.kind, row.specifier);
}

void resolve_file(const ModuleWorld& world, const FileNode& node, ByteView source,
                  FileResolution& out) {
  ModuleScan scan = scan_module(source.text());
  out.detected = detected_format(out.format, scan);
  out.has_esm_syntax = scan.has_esm_syntax;
  out.computed = std::move(scan.computed);
  out.computed.shrink_to_fit();
  out.decoded = std::move(scan.decoded);

  const FileNode* first = world.index.tree().nodes().data();
  for (const LiteralSpecifier& literal : scan.literals) {
    RequestKind kind = request_kind(literal.kind);
    const FileNode* target = kind == RequestKind::kRequire
                                 ? cjs_resolve(world, literal.text, node.path)
                                 : esm_resolve(world, literal.text, node.path);
    if (target)
      out.rows.push_back({kind, literal.text, static_cast<uint32_t>(target - first)});
    else if (!is_builtin_module(literal.text))
      out.unresolved.push_back(literal);
  }
  // One specifier has one answer, so equal keys are equal rows.
  std::sort(out.rows.begin(), out.rows.end(),
            [](const auto& a, const auto& b) { return row_order(a) < row_order(b); });
  out.rows.erase(
      std::unique(out.rows.begin(), out.rows.end(),
                  [](const auto& a, const auto& b) { return row_order(a) == row_order(b); }),
      out.rows.end());
  out.rows.shrink_to_fit();
  out.unresolved.shrink_to_fit();
}

}  // namespace

const FileResolution* ResolutionTable::find(uint32_t node) const {
  auto at = std::lower_bound(
      files.begin(), files.end(), node,
      [](const FileResolution& file, uint32_t wanted) { return file.node < wanted; });
  return at != files.end() && at->node == node ? &*at : nullptr;
}

Result<ResolutionTable> resolve_modules(const FileTree& tree, const RunSources& sources) {
  const std::vector<FileNode>& nodes = tree.nodes();
  if (nodes.size() >= std::numeric_limits<uint32_t>::max())
    return fail(input_error("tree-too-large", "the application has too many files"));
  ModuleWorld world(tree);

  ResolutionTable table;
  table.formats.resize(nodes.size(), ModuleFormat::kOther);
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].kind != FileNodeKind::kFile) continue;
    table.formats[i] = module_format(world, nodes[i].path);
    if (!is_javascript(nodes[i], table.formats[i])) continue;
    FileResolution& file = table.files.emplace_back();
    file.node = i;
    file.format = file.detected = table.formats[i];
  }
  TRY(parallel_for(table.files.size(), [&](size_t i) -> Status {
    uint32_t node = table.files[i].node;
    ByteView source = nodes[node].content;
    if (node < sources.size()) source = sources[node].value_or(source);
    resolve_file(world, nodes[node], source, table.files[i]);
    return {};
  }));
  return table;
}

}  // namespace ingot
