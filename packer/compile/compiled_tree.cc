#include "packer/compile/compiled_tree.h"

#include <map>

#include "runtime/runtime.h"

namespace ingot {
namespace {

// Nothing: the file is not JavaScript that can be compiled as it stands.
std::optional<CompileAs> how_to_compile(const FileResolution& file) {
  switch (file.format) {
    case ModuleFormat::kCommonjs:
      return CompileAs::kCommonJs;
    case ModuleFormat::kModule:
      return CompileAs::kModule;
    case ModuleFormat::kAmbiguous:
      return CompileAs::kDetect;
    default:
      return std::nullopt;
  }
}

// Node warns when it finds out by its syntax that a file outside node_modules is an ES module, so
// for those the question is left to Node.
bool node_would_warn(const FileNode& node, const FileResolution& file, EntryFormat format) {
  return file.format == ModuleFormat::kAmbiguous && format == EntryFormat::kModule &&
         !node.path.starts_with("node_modules/") &&
         node.path.find("/node_modules/") == std::string::npos;
}

}  // namespace

Result<CompiledTree> compile_tree(const FileTree& tree, const ResolutionTable& modules,
                                  const CompilerTemplate& compiler, const Store& store) {
  std::map<uint32_t, std::vector<const FileResolution*>> packages;
  for (const FileResolution& file : modules.files)
    if (how_to_compile(file)) packages[tree.nodes()[file.node].package].push_back(&file);

  std::vector<std::vector<CompileUnit>> groups = {{{runtime_script(), CompileAs::kRuntime}}};
  for (const auto& [package, files] : packages) {
    groups.emplace_back();
    for (const FileResolution* file : files)
      groups.back().push_back({tree.nodes()[file->node].content, *how_to_compile(*file)});
  }
  CompiledGroups compiled = TRY(compile_groups(compiler, store, groups));

  CompiledTree out;
  out.files.resize(tree.nodes().size());
  out.runtime_cache = compiled.groups[0][0].code_cache;
  out.compiled_now = compiled.compiled;
  out.storage = std::move(compiled.storage);
  for (size_t i = 0; i < modules.formats.size(); ++i)
    if (modules.formats[i] == ModuleFormat::kJson) out.files[i].format = EntryFormat::kJson;
  size_t group = 1;
  for (const auto& [package, files] : packages) {
    for (size_t i = 0; i < files.size(); ++i) {
      const CompiledUnit& unit = compiled.groups[group][i];
      const FileNode& node = tree.nodes()[files[i]->node];
      if (unit.code_cache.empty() || node_would_warn(node, *files[i], unit.format)) continue;
      out.files[files[i]->node] = {unit.format, unit.code_cache};
      ++out.with_cache;
    }
    ++group;
  }
  return out;
}

}  // namespace ingot
