#include "packer/cast/contents.h"

#include "packer/cast/entry.h"
#include "packer/cast/licenses.h"
#include "packer/cast/narrow.h"
#include "packer/cast/notices.h"
#include "packer/cast/seal.h"

namespace ingot {
namespace {

constexpr size_t kMaxNotes = 10;

void report_drops(const Assembly& assembly, const PackageGraph& graph, Diagnostics& diagnostics) {
  for (const PackageDrop& drop : assembly.dropped)
    diagnostics.warning(input_error(
        "entry-dropped", drop.entry.path + " of " + graph.packages[drop.package].package->name +
                             " is left out: " + drop.entry.reason));
}

// Node refuses such a file when it is loaded, here as there; but better to know.
void report_refused_types(const FileTree& tree, const StrippedTypes& stripped,
                          Diagnostics& diagnostics) {
  if (stripped.refused.empty()) return;
  auto place = [&](const RefusedTypescript& file) {
    return Position{tree.nodes()[file.node].path, file.line, 0};
  };
  Error warning = input_error("typescript-refused",
                              "Node cannot run " + std::to_string(stripped.refused.size()) +
                                  " of the project's TypeScript files; loading one is an error")
                      .at(place(stripped.refused.front()))
                      .hinted(
                          "Node takes types out and changes nothing else: compile what needs "
                          "more, or leave it out with --exclude");
  for (size_t i = 0; i < stripped.refused.size() && i < kMaxNotes; ++i) {
    Position where = place(stripped.refused[i]);
    warning.notes.push_back(where.file + ":" + std::to_string(where.line) + ": " +
                            stripped.refused[i].reason);
  }
  diagnostics.warning(std::move(warning));
}

// Those that only the packages themselves tell of.
Status refuse_install_scripts(const Project& project, const PackageGraph& graph,
                              const Assembly& assembly, Diagnostics& diagnostics) {
  PackageWays ways(project.lockfile);
  ErrorList errors;
  auto refuse = [&](size_t index) {
    const LockedPackage& package = *graph.packages[index].package;
    if (!package.is_local()) errors.add(install_script_error(ways, package));
  };
  for (size_t package : assembly.scripts_not_run) refuse(package);
  for (const UnbuiltAddon& addon : assembly.unbuilt) refuse(addon.package);
  return errors.finish(diagnostics);
}

// The tree of files, as an install would have made it.
Result<Assembly> assemble(const Work& work, const PackageGraph& graph) {
  const BuildOptions& options = work.options;
  ProjectSource source{real_file_system(), work.project.folder, {},
                       options.include,    options.exclude,     work.apart};
  // One that is not there is missed afterwards, where dependencies' files count as well.
  if (real_file_system().is_file(join_path(work.project.folder, work.entry)))
    source.entries.push_back(work.entry);
  Assembly assembly = TRY(assemble_tree(
      graph, work.supply, source, work.diagnostics,
      options.allow_missing_addons ? MissingAddons::kAllowed : MissingAddons::kRefused));
  if (options.policy.no_install_scripts)
    TRY(refuse_install_scripts(work.project, graph, assembly, work.diagnostics));
  report_drops(assembly, graph, work.diagnostics);
  return assembly;
}

}  // namespace

Result<AssembledPackages> assemble_packages(const Work& work, const PackageGraph& graph) {
  work.begin("unpacking", graph.target);
  Assembly assembly = TRY(assemble(work, graph));
  // All that notices are told of the runtime is its version, which all targets have in common.
  SealedManifest manifest = seal_packages(work.project, graph, work.supply, work.compiler);
  std::vector<std::string> licenses = declared_licenses(assembly.tree, graph);
  for (size_t i = 0; i < licenses.size(); ++i) manifest.packages[i].license = licenses[i];
  TRY(check_licenses(manifest.packages, work.options.licenses, work.diagnostics));
  if (work.options.notices) TRY(add_notices(manifest, work.node_license, assembly));
  return AssembledPackages{std::move(assembly), std::move(manifest.packages)};
}

Result<Contents> find_contents(const Work& work, const PackageGraph& graph) {
  Contents found;
  // 4. The tree of files.
  AssembledPackages assembled = TRY(assemble_packages(work, graph));
  found.assembly = std::move(assembled.assembly);
  found.packages = std::move(assembled.packages);
  auto entry = find_entry(found.assembly.tree, work.entry, work.options);
  if (!entry && (work.needs_entry || work.options.trace)) return fail(std::move(entry.error()));
  found.entry = entry.value_or("");

  // 5. TypeScript without its types, and what each module's requests lead to.
  found.stripped =
      TRY(strip_types(found.assembly.tree, work.compiler_template(), work.environment.store));
  work.begin("resolving modules", graph.target);
  found.modules = TRY(resolve_modules(found.assembly.tree, found.stripped.texts));
  if (work.options.trace) {
    found.untraced_files = found.assembly.tree.nodes().size();
    TRY(narrow(graph, found.entry, work.options.reject_unresolved,
               {found.assembly, found.stripped, found.modules}, work.diagnostics));
  }
  report_refused_types(found.assembly.tree, found.stripped, work.diagnostics);
  return found;
}

Result<std::shared_ptr<const PackedContents>> pack_contents(const Work& work,
                                                            const PackageGraph& graph) {
  auto [assembly, packages, entry, stripped, modules, untraced_files] =
      TRY(find_contents(work, graph));

  // 6. Code cache for its JavaScript, by the template that runs on this machine.
  work.begin("compiling", graph.target);
  CompiledTree compiled = TRY(compile_tree(assembly.tree, modules, stripped,
                                           work.compiler_template(), work.environment.store));

  // 7. How each file is stored.
  work.begin("packing", graph.target);
  PackedTree packed = TRY(pack_tree(assembly.tree, modules, compiled));
  return std::make_shared<const PackedContents>(
      graph.target, std::move(assembly), std::move(packages), std::move(entry), std::move(stripped),
      untraced_files, std::move(compiled), std::move(packed));
}

}  // namespace ingot
