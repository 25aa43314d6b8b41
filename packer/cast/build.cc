#include "packer/cast/build.h"

#include <algorithm>
#include <deque>
#include <future>

#include "base/atomic_file.h"
#include "loader/payload_reader.h"
#include "packer/cast/closures.h"
#include "packer/cast/coverage.h"
#include "packer/cast/earlier_outputs.h"
#include "packer/cast/entry.h"
#include "packer/cast/launcher.h"
#include "packer/cast/narrow.h"
#include "packer/cast/output_names.h"
#include "packer/cast/platforms.h"
#include "packer/cast/project.h"
#include "packer/cast/seal.h"
#include "packer/cast/windows_dressing.h"
#include "packer/compile/compiled_tree.h"
#include "packer/compile/translated_tree.h"
#include "packer/executable/inject.h"
#include "packer/executable/sea_blob.h"
#include "packer/pack/pack.h"
#include "packer/unpack/assemble.h"
#include "resolver/modules/resolution_table.h"
#include "runtime/runtime.h"

namespace ingot {
namespace {

constexpr int kManifestCompression = 9;
constexpr size_t kMaxNotes = 10;
constexpr size_t kMostAtOnce = 2;  // targets

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

// What all targets have in common.
struct Work {
  const BuildOptions& options;
  const Project& project;
  const std::string& entry;
  const CastOptions& cast;
  const RuntimeTemplate& compiler;
  PackageSupply& supply;
  std::vector<std::string> apart;  // files in the project's folder that are outputs
  const BuildEnvironment& environment;
  Diagnostics& diagnostics;
  bool needs_entry = true;

  CompilerTemplate compiler_template() const { return {compiler.path, compiler.sha256}; }

  void begin(std::string_view stage, const Target& target) const {
    std::string text(stage);
    if (options.targets.size() > 1) text = std::string(target.name) + ": " + text;
    environment.listener.on_stage(text);
  }
};

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
  report_drops(assembly, graph, work.diagnostics);
  return assembly;
}

// What an executable is to carry, before it is compiled.
struct Contents {
  Assembly assembly;
  std::string entry;
  StrippedTypes stripped;
  ResolutionTable modules;
  size_t untraced_files = 0;  // before a trace
};

Result<Contents> find_contents(const Work& work, const PackageGraph& graph) {
  Contents found;
  // 4. The tree of files.
  work.begin("unpacking", graph.target);
  found.assembly = TRY(assemble(work, graph));
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

// A target's payload, and what it views.
struct PackedTarget {
  FileTree tree;
  StrippedTypes stripped;
  CompiledTree compiled;
  std::vector<Bytes> compressed;
  Payload payload;
  CastFile summary;
};

// Everything that is done once per target before its file is written.
Result<PackedTarget> pack_target(const Work& work, const PackageGraph& graph,
                                 const RuntimeTemplate& runtime, const std::string& output) {
  const Target& target = graph.target;

  // 4 and 5. The tree of files, and what each module's requests lead to.
  SealedManifest manifest = seal_packages(work.project, graph, work.supply, runtime);
  auto [assembly, entry, stripped, modules, untraced_files] = TRY(find_contents(work, graph));

  // 6. Code cache for its JavaScript, by the template that runs on this machine.
  work.begin("compiling", target);
  CompiledTree compiled = TRY(compile_tree(assembly.tree, modules, stripped,
                                           work.compiler_template(), work.environment.store));
  // For another target, its template's own caches show that they are translated right.
  if (!(target == host_target()))
    compiled = translate_tree(
        compiled,
        proved_translation({work.compiler.file.bytes(), work.compiler.sha256},
                           {runtime.file.bytes(), runtime.sha256}, target, work.environment.store),
        target, work.diagnostics);
  runtime.file.forget_pages();
  work.compiler.file.forget_pages();

  // 7. The payload and its sealed manifest.
  work.begin("packing", target);
  PackedTree packed = TRY(pack_tree(assembly.tree, modules, compiled));
  seal_files(assembly.tree, assembly.reasons, packed, entry, manifest);
  manifest.node_options = node_options_name(work.options.node_options);
  manifest.runtime_cache_sha256 = sha256_hex(compiled.runtime_cache);
  if (auto digest = TRY(digest_of_presentation(runtime.file.bytes(), work.cast)))
    manifest.windows = seal_windows(work.cast.windows, *digest);
  PayloadInput input;
  input.files = std::move(packed.files);
  input.main_path = entry;
  input.runtime = runtime_script();
  input.runtime_cache = compiled.runtime_cache;
  input.manifest = [&](const PayloadDigests& digests) {
    manifest.payload = digests;
    return zstd_compress(std::string_view(write_sealed_manifest(manifest)), kManifestCompression);
  };
  Payload payload = TRY(write_payload(input));

  CastFile summary{.output = output,
                   .target = std::string(target.name),
                   .entry = entry,
                   .runtime_size = runtime.file.bytes().size(),
                   .payload_size = payload.size(),
                   .packages = graph.packages.size() - 1,
                   .files = manifest.files.size(),
                   .untraced_files = untraced_files,
                   .code_caches = compiled.with_cache,
                   .compiled_now = compiled.compiled_now,
                   .node_evidence = std::string(runtime.pin->evidence)};
  return PackedTarget{std::move(assembly.tree),  std::move(stripped), std::move(compiled),
                      std::move(packed.storage), std::move(payload),  std::move(summary)};
}

// Puts the payload and the runtime's first script into the template and checks the result with the
// operating system's rules. It has no name yet.
Status write_executable(const Payload& payload, const RuntimeTemplate& runtime,
                        const Target& target, const Work& work, AtomicFile& file) {
  SeaContent launcher =
      launcher_of(runtime_stub(), source_of(payload.pieces()), work.options.node_options);
  SeaBlob blob = TRY(make_sea_blob(std::move(launcher), runtime.node_version));
  TRY(cast_executable(runtime.file.bytes(), target, blob.bytes, file, work.cast));
  file.begin_writing_out();
  runtime.file.forget_pages();
  MappedFile written = TRY(MappedFile::open(file.temporary_path()));
  return check_executable(written.bytes());
}

// The path relative to the project of what lies in its folder.
std::optional<std::string> path_in_project(const Project& project, const std::string& path) {
  if (!path.starts_with(project.folder + "/")) return std::nullopt;
  return path.substr(project.folder.size() + 1);
}

// What has to be there before anything is cast.
struct Supplies {
  Project project;
  std::string entry;
  std::vector<std::string> outputs;  // by target
  CastOptions cast;
  std::vector<PackageGraph> closures;  // by target
  Runtimes runtimes;
  std::optional<PackageSupply> packages;
};

Result<Supplies> get_supplies(const BuildOptions& options, const BuildEnvironment& environment,
                              BuildSummary& summary, Diagnostics& diagnostics) {
  StageListener& listener = environment.listener;
  Supplies found;

  // 1. What the project says: package.json, the lockfile, and that they agree.
  listener.on_stage("reading the lockfile");
  found.project =
      TRY(load_project(real_file_system(), options.project, options.hoist, diagnostics));
  const Project& project = found.project;
  found.entry = TRY(wanted_entry(project, options));
  found.outputs = TRY(output_paths(real_file_system(), options, project));
  found.cast.identifier = project.short_name();
  found.cast.hardened_runtime = options.macos_hardened_runtime;
  if (std::ranges::find(options.targets, Os::kWindows, &Target::os) != options.targets.end())
    found.cast.windows = TRY(windows_dressing(real_file_system(), project, options.windows));

  // 2. Which packages each target needs, that each has a proof, and none has nothing for a target.
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  found.closures = TRY(find_closures(project.lockfile, options, resolve, diagnostics));
  TRY(check_coverage(
      project.lockfile, found.closures,
      options.allow_missing_addons ? MissingPlatforms::kAllowed : MissingPlatforms::kRefused,
      diagnostics));

  // ---- from here on the network may be needed

  // 3. The bytes: the templates' and every package's, each verified before it is used.
  NpmConfig config = TRY(load_npm_config(
      {real_file_system(), environment.variables, project.folder, ""}, diagnostics));
  FetchSettings settings = fetch_settings(project, config, options, environment);
  listener.on_stage("getting the Node.js runtime");
  found.runtimes = TRY(get_runtimes(options, settings, diagnostics));
  listener.on_stage("getting packages");
  for (PackageGraph& closure : found.closures)
    TRY(refine_platforms(project.lockfile, settings, closure, resolve, diagnostics));
  found.packages = TRY(get_packages(project, found.closures, settings, summary, diagnostics));
  // ---- from here on nothing is fetched any more
  return found;
}

Work work_of(Supplies& supplies, const BuildOptions& options, const BuildEnvironment& environment,
             Diagnostics& diagnostics) {
  const Project& project = supplies.project;
  Work work{options,
            project,
            supplies.entry,
            supplies.cast,
            supplies.runtimes.compiler(),
            *supplies.packages,
            {},
            environment,
            diagnostics};
  work.apart = earlier_outputs(real_file_system(), project.folder);
  work.apart.emplace_back(kPinsName);
  for (const std::string& output : supplies.outputs)
    if (auto path = path_in_project(project, output)) work.apart.push_back(*path);
  return work;
}

// 4 to 8. While the file of one target is written, the next target is prepared: the memory of two
// is enough for all.
Result<std::vector<AtomicFile>> cast_targets(const Supplies& supplies, Work& work,
                                             BuildSummary& summary) {
  std::vector<AtomicFile> files;
  std::deque<std::future<Result<AtomicFile>>> in_writing;  // left early, they are waited for
  auto finish_first = [&]() -> Status {
    files.push_back(TRY(in_writing.front().get()));
    in_writing.pop_front();
    summary.outputs[files.size() - 1].size = files.back().size();
    return {};
  };
  for (size_t i = 0; i < supplies.closures.size(); ++i) {
    if (in_writing.size() == kMostAtOnce) TRY(finish_first());
    const RuntimeTemplate& runtime = supplies.runtimes.of_targets[i];
    const std::string& output = supplies.outputs[i];
    const Target& target = supplies.closures[i].target;
    PackedTarget packed = TRY(pack_target(work, supplies.closures[i], runtime, output));
    summary.outputs.push_back(std::move(packed.summary));

    // 8. The executable.
    work.begin("writing", target);
    TRY(make_directories(parent_path(output)));
    AtomicFile file = TRY(AtomicFile::create(output, 0755));
    if (auto path = path_in_project(supplies.project, file.temporary_path()))
      work.apart.push_back(*path);
    auto write = [&work, &runtime, &target, file = std::move(file),
                  packed = std::move(packed)]() mutable -> Result<AtomicFile> {
      PackedTarget held = std::move(packed);  // gone with the end of the work
      TRY(write_executable(held.payload, runtime, target, work, file));
      return std::move(file);
    };
    in_writing.push_back(std::async(std::launch::async, std::move(write)));
  }
  while (!in_writing.empty()) TRY(finish_first());
  return files;
}

}  // namespace

Result<BuildSummary> build(const BuildOptions& options, const BuildEnvironment& environment,
                           Diagnostics& diagnostics) {
  BuildSummary summary;

  // 1 to 3. What is there to be cast.
  Supplies supplies = TRY(get_supplies(options, environment, summary, diagnostics));
  summary.name = supplies.project.name();
  summary.version = supplies.project.manifest.version;
  summary.node_version = kDefaultNodeVersion;

  // 4 to 8. Each target's executable.
  Work work = work_of(supplies, options, environment, diagnostics);
  std::vector<AtomicFile> files = TRY(cast_targets(supplies, work, summary));

  // 9. Their names, when all are there.
  TRY(AtomicFile::commit_all(files));
  return summary;
}

Result<Provenance> survey(const BuildOptions& options, const BuildEnvironment& environment,
                          Diagnostics& diagnostics) {
  BuildSummary ignored;
  Supplies supplies = TRY(get_supplies(options, environment, ignored, diagnostics));
  Work work = work_of(supplies, options, environment, diagnostics);
  work.needs_entry = false;
  const PackageGraph& graph = supplies.closures.front();
  Contents contents = TRY(find_contents(work, graph));
  Provenance out;
  out.entry = contents.entry;
  out.packages =
      seal_packages(supplies.project, graph, work.supply, supplies.runtimes.of_targets.front())
          .packages;
  out.files = seal_names(contents.assembly.tree, contents.assembly.reasons);
  for (const FileResolution& file : contents.modules.files)
    for (const ResolutionRow& row : file.rows)
      out.requests.push_back(
          {file.node, row.target, std::string(row.specifier), row.kind == RequestKind::kImport});
  out.left_out = contents.assembly.left_out;
  for (const SkippedPackage& skipped : graph.skipped)
    out.skipped.push_back({skipped.package->name, skipped.package->version, skipped.reason});
  return out;
}

}  // namespace ingot
