#include "resolver/trace/trace.h"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_set>

#include "base/file_system.h"
#include "resolver/license_file.h"
#include "resolver/modules/builtin_modules.h"
#include "resolver/modules/cjs_resolution.h"
#include "resolver/modules/esm_resolution.h"
#include "resolver/trace/places.h"
#include "resolver/trace/requests.h"
#include "resolver/trace/source_text.h"

namespace ingot {
namespace {

// Addons, libraries and programs: they find one another by ways of their own.
bool is_native(const FileNode& node) {
  if (node.kind != FileNodeKind::kFile) return false;
  std::string_view name = base_name(node.path);
  for (std::string_view extension : {".node", ".so", ".dylib", ".dll", ".exe"})
    if (name.ends_with(extension)) return true;
  if (name.find(".so.") != std::string_view::npos) return true;
  std::string_view start = node.content.text().substr(0, 4);
  return start ==
             "\x7F"
             "ELF" ||
         start == "\xCF\xFA\xED\xFE" || start == "\xCA\xFE\xBA\xBE";
}

class Tracer {
 public:
  Tracer(const FileTree& tree, const PackageGraph& graph, const ResolutionTable& modules,
         const RunSources& sources)
      : tree_(tree),
        graph_(graph),
        modules_(modules),
        sources_(sources),
        world_(tree),
        files_of_(graph.packages.size()),
        has_native_(graph.packages.size(), false),
        touched_(graph.packages.size(), false),
        whole_(graph.packages.size(), false) {
    trace_.reasons.resize(tree.nodes().size());
    for (uint32_t i = 0; i < tree.nodes().size(); ++i) {
      const FileNode& node = tree.nodes()[i];
      files_of_[node.package].push_back(i);
      if (is_native(node)) has_native_[node.package] = true;
    }
  }

  Trace run(const std::string& entry, const std::vector<WantedFile>& wanted) {
    if (const FileNode* node = tree_.find(entry)) keep(index_of(*node), "the entry");
    for (const WantedFile& file : wanted)
      if (const FileNode* node = tree_.find(file.path)) keep(index_of(*node), file.reason);
    while (!todo_.empty()) {
      uint32_t node = todo_.front();
      todo_.pop_front();
      visit(node);
    }
    keep_links();
    std::ranges::sort(trace_.unfollowed, {}, [](const UnfollowedRequest& request) {
      return std::tuple(request.node, request.line, request.column);
    });
    return std::move(trace_);
  }

 private:
  const FileNode& node(uint32_t index) const { return tree_.nodes()[index]; }
  uint32_t index_of(const FileNode& node) const {
    return static_cast<uint32_t>(&node - tree_.nodes().data());
  }
  std::string_view source_of(uint32_t index) const {
    ByteView source = node(index).content;
    if (index < sources_.size()) source = sources_[index].value_or(source);
    return source.text();
  }

  void keep(uint32_t index, const std::string& reason) {
    if (!trace_.reasons[index].empty()) return;
    trace_.reasons[index] = reason;
    todo_.push_back(index);
  }

  void keep_package(size_t package, const std::string& reason) {
    if (whole_[package]) return;
    whole_[package] = true;
    for (uint32_t file : files_of_[package]) keep(file, "its package is kept whole: " + reason);
  }

  // What may be asked for under a name that is computed.
  void keep_at_hand(size_t package, const std::string& reason) {
    keep_package(package, reason);
    keep_dependencies(package, reason);
    keep_dependencies(0, reason);
  }

  void keep_dependencies(size_t package, const std::string& reason) {
    for (size_t dependency : graph_.packages[package].dependencies) {
      keep_package(dependency, reason);
      // A link stands for the package that it leads to.
      if (graph_.packages[dependency].package->is_link())
        for (size_t target : graph_.packages[dependency].dependencies) keep_package(target, reason);
    }
  }

  void visit(uint32_t index) {
    const FileNode& file = node(index);
    keep_manifests(file.path);
    touch(file.package, file.path);
    if (file.kind == FileNodeKind::kSymlink) {
      auto real = tree_.real_path(file.path);
      const FileNode* target = real ? tree_.find(*real) : nullptr;
      if (target) keep(index_of(*target), "what the link " + file.path + " leads to");
    }
    const FileResolution* module = modules_.find(index);
    if (!module) return;
    for (const ResolutionRow& row : module->rows)
      keep(row.target, (row.kind == RequestKind::kImport ? "imported by " : "required by ") +
                           file.path + " as " + std::string(row.specifier));
    for (const LiteralSpecifier& literal : module->unresolved) keep_unresolved(file, literal.text);
    follow_source(index);
  }

  void keep_manifests(std::string_view path) {
    for (auto folder = parent_folder(path); folder; folder = parent_folder(*folder)) {
      if (!folders_.insert(*folder).second) return;
      if (const FileNode* manifest = tree_.find(child_path(*folder, "package.json")))
        keep(index_of(*manifest), "rules what lies beside it");
    }
  }

  void touch(size_t package, const std::string& path) {
    if (touched_[package]) return;
    touched_[package] = true;
    for (uint32_t file : files_of_[package])
      if (is_license_file(node(file).path)) keep(file, "a licence");
    if (!has_native_[package] || package == 0) return;
    std::string reason = "it has native code, and " + path + " is needed";
    keep_package(package, reason);
    keep_dependencies(package, reason);
  }

  void keep_unresolved(const FileNode& file, std::string_view specifier) {
    std::string reason =
        "what " + std::string(specifier) + " in " + file.path + " leads to is not certain";
    if (is_relative(specifier)) {
      auto path = resolve_path(parent_folder(file.path).value_or(""), specifier);
      if (!path || is_anything_at(*path)) keep_package(file.package, reason);
    } else if (specifier.starts_with('#')) {
      keep_package(file.package, reason);
    } else if (auto name = package_name_of(specifier, true)) {
      keep_named(file, *name, reason);
    } else {
      keep_at_hand(file.package, reason);
    }
  }

  // Files and folders of this name, with any extension.
  bool is_anything_at(const std::string& path) const {
    const auto& nodes = tree_.nodes();
    auto found = std::ranges::lower_bound(
        nodes, path, {}, [](const FileNode& n) -> std::string_view { return n.path; });
    for (; found != nodes.end() && found->path.starts_with(path); ++found)
      if (found->path.size() == path.size() || found->path[path.size()] == '.' ||
          found->path[path.size()] == '/')
        return true;
    return false;
  }

  // The package that `name` means in this file, whole.
  void keep_named(const FileNode& file, const std::string& name, const std::string& reason) {
    auto folder = parent_folder(file.path);
    for (; folder; folder = parent_folder(*folder)) {
      if (base_name(*folder) == "node_modules") continue;
      std::string path = child_path(*folder, "node_modules/" + name);
      auto real = tree_.real_path(path);
      if (!real) continue;
      if (const PackageNode* package = graph_.find(*real))
        return keep_package(static_cast<size_t>(package - graph_.packages.data()), reason);
      for (uint32_t i = 0; i < tree_.nodes().size(); ++i)
        if (node(i).path.starts_with(*real + "/")) return keep_package(node(i).package, reason);
    }
  }

  void follow_source(uint32_t index) {
    std::string_view source = source_of(index);
    ModuleScan scan = scan_module(source);
    const FileNode& file = node(index);
    if (!scan.certain) keep_package(file.package, file.path + " is not understood");
    for (const ComputedSpecifier& request : scan.computed) follow_computed(index, source, request);
    for (const LiteralSpecifier& literal : scan.literals)
      if (literal.kind == SpecifierKind::kRequireResolve) keep_resolved(file, literal.text, false);
    for (const SelfReference& reference : scan.references)
      follow_reference(index, source, reference);
  }

  // Somebody takes the path of what `specifier` leads to, and may look around there.
  void keep_resolved(const FileNode& file, std::string_view specifier, bool import) {
    const FileNode* target = import ? esm_resolve(world_, specifier, file.path)
                                    : cjs_resolve(world_, specifier, file.path);
    if (!target) {
      if (!is_builtin_module(specifier)) keep_unresolved(file, specifier);
      return;
    }
    keep(index_of(*target), "resolved by " + file.path + " as " + std::string(specifier));
    keep_package(target->package, "its path is taken by " + file.path);
  }

  void unfollowed(uint32_t index, std::string_view source, size_t offset, std::string what) {
    auto [line, column] = line_and_column(source, offset);
    trace_.unfollowed.push_back({index, line, column, std::move(what)});
  }
  std::string place(uint32_t index, std::string_view source, size_t offset) const {
    auto [line, column] = line_and_column(source, offset);
    return node(index).path + ":" + std::to_string(line) + ":" + std::to_string(column);
  }

  void follow_computed(uint32_t index, std::string_view source, const ComputedSpecifier& request) {
    const FileNode& file = node(index);
    std::string what = request.kind == SpecifierKind::kDynamicImport ? "a computed import"
                       : request.kind == SpecifierKind::kRequireResolve
                           ? "a computed require.resolve"
                           : "a computed require";
    unfollowed(index, source, request.offset, what);
    std::string reason = what + " in " + place(index, source, request.offset);
    RequestBeginning beginning = beginning_of(source, request);
    if (beginning.is_own) return keep_package(file.package, reason);
    if (beginning.package) return keep_named(file, *beginning.package, reason);
    keep_at_hand(file.package, reason);
  }

  void follow_reference(uint32_t index, std::string_view source, const SelfReference& reference) {
    switch (reference.kind) {
      case SelfReferenceKind::kImportMeta:
        if (follow_import_meta_resolve(index, source, reference)) return;
        [[fallthrough]];
      case SelfReferenceKind::kDirname:
      case SelfReferenceKind::kFilename:
        return follow_place(index, source, reference);
      case SelfReferenceKind::kRequire: {
        if (is_no_value(SourceText(source), reference.offset, "require")) return;
        return hand_over(index, source, reference.offset, "require as a value");
      }
      case SelfReferenceKind::kCreateRequire:
        return follow_create_require(index, source, reference);
      case SelfReferenceKind::kLoad:
        return hand_over(index, source, reference.offset, "Module._load");
      case SelfReferenceKind::kEval:
        return hand_over(index, source, reference.offset, "eval");
    }
  }

  void hand_over(uint32_t index, std::string_view source, size_t offset, const std::string& what) {
    unfollowed(index, source, offset, what);
    keep_at_hand(node(index).package, what + " in " + place(index, source, offset));
  }

  void follow_place(uint32_t index, std::string_view source, const SelfReference& reference) {
    const FileNode& file = node(index);
    PlaceUse use = use_of_place(source, reference, file.path);
    if (use.kind == PlaceUse::kHarmless) return;
    std::string where = place(index, source, reference.offset);
    if (use.kind == PlaceUse::kPath && keep_path(file, use.path, "named in " + where)) return;
    keep_package(file.package, "a computed path in " + where);
  }

  // The file at a path, as itself or with an extension, or all below a folder. False when nothing
  // is there, or more than its package.
  bool keep_path(const FileNode& file, const std::string& path, const std::string& reason) {
    auto real = tree_.real_path(path);
    if (real && tree_.is_directory(*real)) {
      if (!is_within_package(file.package, *real)) return false;
      std::string below = real->empty() ? "" : *real + "/";
      for (uint32_t i : files_of_[file.package])
        if (node(i).path.starts_with(below)) keep(i, reason);
      return true;
    }
    for (const char* extension : {"", ".js", ".cjs", ".mjs", ".json", ".node", ".ts"}) {
      auto found = tree_.real_path(path + extension);
      const FileNode* target = found ? tree_.find(*found) : nullptr;
      if (!target) continue;
      keep(index_of(*target), reason);
      return true;
    }
    return false;
  }

  // The project's own folder holds everything else.
  bool is_within_package(size_t package, const std::string& folder) const {
    const std::string& root = graph_.packages[package].package->install_path;
    if (folder.find("node_modules", root.size()) != std::string::npos) return false;
    return root.empty() || folder == root || folder.starts_with(root + "/");
  }

  bool follow_import_meta_resolve(uint32_t index, std::string_view source,
                                  const SelfReference& reference) {
    SourceText text(source);
    size_t dot = text.skip(source.find("meta", reference.offset) + 4);
    size_t member = text.skip(dot + 1);
    if (text.at(dot) != '.' || text.name_at(member) != "resolve") return false;
    size_t open = text.skip(member + 7);
    auto literal = text.literal_at(text.skip(open + 1));
    if (text.at(open) == '(' && literal && text.at(text.skip(literal->end)) == ')')
      keep_resolved(node(index), literal->text, true);
    else
      hand_over(index, source, reference.offset, "a computed import.meta.resolve");
    return true;
  }

  // `require = createRequire(import.meta.url)` makes calls that the table has; under another name
  // its calls are looked for by that name.
  void follow_create_require(uint32_t index, std::string_view source,
                             const SelfReference& reference) {
    SourceText text(source);
    size_t word_end = reference.offset + text.name_at(reference.offset).size();
    size_t open = text.skip(word_end);
    if (text.at(open) == ',' || text.at(open) == '}') return;  // it is being imported
    if (is_no_value(text, reference.offset, "createRequire")) return;
    size_t argument = text.skip(open + 1);
    bool own = false;  // it looks from this file's place, and is not called at once
    for (std::string_view place : {"import.meta.url", "__filename", "import.meta.filename"}) {
      size_t close = text.skip(argument + place.size());
      if (!text.continues_with(argument, place) || text.at(close) != ')') continue;
      char next = text.at(text.skip(close + 1));
      own = next != '(' && next != '.';
    }
    size_t before = reference.offset;
    while (text.before(before) == '.') {
      before -= 1;
      before -= text.name_before(before).size();
    }
    before = text.skip_back(before);
    std::string_view name;
    if (text.at(open) == '(' && own && text.before(before) == '=')
      name = text.name_before(text.skip_back(before - 1));
    // const createRequire = require('module').createRequire
    if (text.at(open) != '(' && text.before(before) == ')' && is_kept_name(text, before)) return;
    if (name.empty()) return hand_over(index, source, reference.offset, "createRequire");
    if (name != "require") follow_require_called(index, source, name);
  }

  void follow_require_called(uint32_t index, std::string_view source, std::string_view name) {
    SourceText text(source);
    for (size_t at = source.find(name); at != std::string_view::npos;
         at = source.find(name, at + name.size())) {
      if (is_name_character(text.before(at)) || text.before(at) == '.') continue;
      size_t end = at + name.size();
      if (is_name_character(text.at(end))) continue;
      size_t next = text.skip(end);
      if (is_no_value(text, at, name)) continue;
      bool resolves = text.continues_with(next, ".resolve");
      if (resolves) next = text.skip(next + 8);
      auto literal = text.literal_at(text.skip(next + 1));
      // Short names, of minified code, are found everywhere: once is enough.
      if (text.at(next) != '(' || !literal || text.at(text.skip(literal->end)) != ')')
        return hand_over(index, source, at, "a computed " + std::string(name));
      if (resolves)
        keep_resolved(node(index), literal->text, false);
      else
        follow_required(node(index), literal->text);
    }
  }

  void follow_required(const FileNode& file, std::string_view specifier) {
    if (const FileNode* target = cjs_resolve(world_, specifier, file.path))
      keep(index_of(*target), "required by " + file.path + " as " + std::string(specifier));
    else if (!is_builtin_module(specifier))
      keep_unresolved(file, specifier);
  }

  void keep_links() {
    for (uint32_t i = 0; i < tree_.nodes().size(); ++i) {
      if (node(i).kind != FileNodeKind::kSymlink || !trace_.reasons[i].empty()) continue;
      auto real = tree_.real_path(node(i).path);
      if (real && leads_to_kept(*real)) trace_.reasons[i] = "leads to what is kept";
    }
  }

  bool leads_to_kept(const std::string& path) const {
    const auto& nodes = tree_.nodes();
    auto found = std::ranges::lower_bound(
        nodes, path, {}, [](const FileNode& n) -> std::string_view { return n.path; });
    for (; found != nodes.end() && found->path.starts_with(path); ++found) {
      bool inside =
          found->path.size() == path.size() || path.empty() || found->path[path.size()] == '/';
      if (inside && found->kind == FileNodeKind::kFile && !trace_.reasons[index_of(*found)].empty())
        return true;
    }
    return false;
  }

  const FileTree& tree_;
  const PackageGraph& graph_;
  const ResolutionTable& modules_;
  const RunSources& sources_;
  ModuleWorld world_;
  std::vector<std::vector<uint32_t>> files_of_;  // by package
  std::vector<bool> has_native_;                 // by package
  std::vector<bool> touched_;                    // something of it is kept
  std::vector<bool> whole_;
  std::unordered_set<std::string_view> folders_;  // whose package.json was kept
  std::deque<uint32_t> todo_;
  Trace trace_;
};

}  // namespace

std::vector<uint32_t> Trace::kept() const {
  std::vector<uint32_t> nodes;
  for (uint32_t i = 0; i < reasons.size(); ++i)
    if (!reasons[i].empty()) nodes.push_back(i);
  return nodes;
}

Trace trace_files(const FileTree& tree, const PackageGraph& graph, const ResolutionTable& modules,
                  const RunSources& sources, const std::string& entry,
                  const std::vector<WantedFile>& wanted) {
  return Tracer(tree, graph, modules, sources).run(entry, wanted);
}

}  // namespace ingot
