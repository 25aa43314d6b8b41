#include "packer/compile/compiled_tree.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
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
    case ModuleFormat::kCommonjsTypescript:
      return CompileAs::kCommonJs;
    case ModuleFormat::kModuleTypescript:
      return CompileAs::kModule;
    case ModuleFormat::kTypescript:
      // Of an ES module Node warns, so that one is left to it, and so is what is not certain.
      if (file.detected == ModuleFormat::kCommonjsTypescript) return CompileAs::kCommonJs;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Where the tree's root is at run time (runtime/tree.js), but on Windows: there V8 finds that the
// source is another.
constexpr std::string_view kRootUrl = "file:///dev/null/vfs/0/";

// What Node compiles of a TypeScript file as CommonJS: its stack traces name the file by this last
// line. Nothing for a path that stands otherwise in a URL.
std::optional<std::string> named_source(std::string_view path, ByteView stripped) {
  auto is_plain = [](char c) {
    return ascii::is_letter_or_digit(c) ||
           std::string_view("/._-~@+").find(c) != std::string_view::npos;
  };
  if (!std::ranges::all_of(path, is_plain)) return std::nullopt;
  return std::string(stripped.text()) + "\n\n//# sourceURL=" + std::string(kRootUrl) +
         std::string(path);
}

EntryFormat typed(EntryFormat format) {
  return format == EntryFormat::kCommonJs ? EntryFormat::kCommonJsTypescript
                                          : EntryFormat::kModuleTypescript;
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
                                  const StrippedTypes& stripped, const CompilerTemplate& compiler,
                                  const Store& store) {
  std::map<uint32_t, std::vector<const FileResolution*>> packages;
  std::map<uint32_t, std::string> named;  // node -> the source that is compiled
  auto stripped_text = [&](uint32_t node) {
    return node < stripped.texts.size() ? stripped.texts[node] : std::nullopt;
  };
  for (const FileResolution& file : modules.files) {
    auto as = how_to_compile(file);
    const FileNode& node = tree.nodes()[file.node];
    if (!as || (is_strippable(node.path) && !stripped_text(file.node))) continue;
    if (stripped_text(file.node) && as == CompileAs::kCommonJs) {
      auto source = named_source(node.path, *stripped_text(file.node));
      if (!source) continue;
      named[file.node] = std::move(*source);
    }
    packages[node.package].push_back(&file);
  }
  auto source_of_file = [&](uint32_t node) {
    auto own = named.find(node);
    if (own != named.end()) return ByteView(std::string_view(own->second));
    return stripped_text(node).value_or(tree.nodes()[node].content);
  };

  std::vector<std::vector<CompileUnit>> groups(1);
  for (ByteView script : runtime_scripts()) groups[0].push_back({script, CompileAs::kRuntime});
  for (const auto& [package, files] : packages) {
    groups.emplace_back();
    for (const FileResolution* file : files)
      groups.back().push_back({source_of_file(file->node), *how_to_compile(*file)});
  }
  CompiledGroups compiled = TRY(compile_groups(compiler, store, groups));

  CompiledTree out;
  out.files.resize(tree.nodes().size());
  for (size_t i = 0; i < kRuntimeParts; ++i)
    out.runtime[i] = {runtime_scripts()[i], compiled.groups[0][i].code_cache};
  out.compiled_now = compiled.compiled;
  out.storage = std::move(compiled.storage);
  for (size_t i = 0; i < modules.formats.size(); ++i)
    if (modules.formats[i] == ModuleFormat::kJson) out.files[i].format = EntryFormat::kJson;
  for (uint32_t i = 0; i < out.files.size(); ++i) out.files[i].stripped = stripped_text(i);
  size_t group = 1;
  for (const auto& [package, files] : packages) {
    for (size_t i = 0; i < files.size(); ++i) {
      const CompiledUnit& unit = compiled.groups[group][i];
      const FileNode& node = tree.nodes()[files[i]->node];
      if (unit.code_cache.empty() || node_would_warn(node, *files[i], unit.format)) continue;
      CompiledFile& file = out.files[files[i]->node];
      file.format = file.stripped ? typed(unit.format) : unit.format;
      file.code_cache = unit.code_cache;
      ++out.with_cache;
    }
    ++group;
  }
  return out;
}

}  // namespace ingot
