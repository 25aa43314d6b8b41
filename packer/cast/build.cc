#include "packer/cast/build.h"

#include <map>

#include "base/atomic_file.h"
#include "loader/payload_reader.h"
#include "lockfile/proofs.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/earlier_outputs.h"
#include "packer/cast/entry.h"
#include "packer/cast/launcher.h"
#include "packer/cast/platforms.h"
#include "packer/cast/project.h"
#include "packer/cast/seal.h"
#include "packer/cast/template_source.h"
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

std::string output_path(const BuildOptions& options, const Project& project) {
  if (!options.output.empty()) return options.output;
  return project.folder + "/dist/" + project.short_name() + "-" + std::string(options.target.name) +
         std::string(options.target.executable_suffix());
}

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

// Puts the payload and the runtime's first script into the template, checks the result with the
// operating system's rules, and only then gives it its name.
Status write_executable(const BuildOptions& options, const RuntimeTemplate& runtime,
                        const Payload& payload, const std::string& output) {
  SeaContent launcher =
      launcher_of(runtime_stub(), source_of(payload.pieces()), options.node_options);
  SeaBlob blob = TRY(make_sea_blob(std::move(launcher), runtime.node_version));

  TRY(make_directories(parent_path(output)));
  AtomicFile file = TRY(AtomicFile::create(output, 0755));
  TRY(cast_executable(runtime.file.bytes(), options.target, blob.bytes, file));
  MappedFile written = TRY(MappedFile::open(file.temporary_path()));
  TRY(check_executable(written.bytes()));
  return file.commit();
}

void count_proofs(const SealedManifest& manifest, const std::vector<VerifiedTarball>& tarballs,
                  BuildSummary& summary) {
  std::map<std::string, size_t> proofs, origins;
  for (size_t i = 1; i < manifest.packages.size(); ++i) ++proofs[manifest.packages[i].proof];
  for (const VerifiedTarball& tarball : tarballs)
    ++origins[std::string(origin_name(tarball.proof.origin))];
  summary.proofs.assign(proofs.begin(), proofs.end());
  summary.origins.assign(origins.begin(), origins.end());
}

}  // namespace

Result<BuildSummary> build(const BuildOptions& options, const BuildEnvironment& environment,
                           Diagnostics& diagnostics) {
  StageListener& listener = environment.listener;

  // 1. What the project says: package.json, the lockfile, and that they agree.
  listener.on_stage("reading the lockfile");
  Project project = TRY(load_project(real_file_system(), options.project, diagnostics));
  std::string entry = TRY(wanted_entry(project, options));
  std::string output = output_path(options, project);

  // 2. Which packages this target needs, and that each has a proof.
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  PackageGraph graph =
      TRY(resolve_packages(project.lockfile, options.target, diagnostics, resolve));
  auto unverified =
      options.allow_unverified ? UnverifiedPackages::kAllow : UnverifiedPackages::kRefuse;
  TRY(check_proofs(packages_of(graph), unverified, diagnostics));

  // ---- from here on the network may be needed

  // 3. The bytes: the template's and every package's, each verified before it is used.
  NpmConfig config = TRY(load_npm_config(
      {real_file_system(), environment.variables, project.folder, ""}, diagnostics));
  FetchSettings settings{
      .store = environment.store,
      .config = config,
      .project_folder = project.folder,
      .network = options.offline ? Network::kOffline : Network::kAllowed,
      .unverified = options.allow_unverified ? Unverified::kAllowed : Unverified::kRefused,
      .limits = {},
      .progress = listener};
  listener.on_stage("getting the Node.js runtime");
  RuntimeTemplate runtime =
      TRY(get_template(options.target, options.user_template, settings, diagnostics));
  std::optional<RuntimeTemplate> host;  // what compiles: the template that runs on this machine
  if (!(options.target == host_target()))
    host = TRY(get_template(host_target(), std::nullopt, settings, diagnostics));
  listener.on_stage("getting packages");
  TRY(refine_platforms(project.lockfile, settings, graph, resolve, diagnostics));
  std::vector<VerifiedTarball> tarballs = TRY(fetch_packages(graph, settings, diagnostics));
  SealedManifest manifest = seal_packages(project, graph, tarballs, runtime);
  BuildSummary summary;
  count_proofs(manifest, tarballs, summary);

  // ---- from here on nothing is fetched any more

  // 4. The tree of files, as an install would have made it.
  listener.on_stage("unpacking");
  ProjectSource source{
      real_file_system(), project.folder,  {},
      options.include,    options.exclude, earlier_outputs(real_file_system(), project.folder)};
  // One that is not there is missed below, where dependencies' files count as well.
  if (real_file_system().is_file(join_path(project.folder, entry))) source.entries.push_back(entry);
  if (output.starts_with(project.folder + "/"))
    source.apart.push_back(output.substr(project.folder.size() + 1));
  Assembly assembly = TRY(assemble_tree(
      graph, std::move(tarballs), source, diagnostics,
      options.allow_missing_addons ? MissingAddons::kAllowed : MissingAddons::kRefused));
  report_drops(assembly, graph, diagnostics);
  entry = TRY(find_entry(assembly.tree, entry, options));

  // 5. TypeScript without its types, and what each module's requests lead to.
  const RuntimeTemplate& compiler = host ? *host : runtime;
  CompilerTemplate compiler_template{compiler.path, compiler.sha256};
  StrippedTypes stripped = TRY(strip_types(assembly.tree, compiler_template, environment.store));
  report_refused_types(assembly.tree, stripped, diagnostics);
  listener.on_stage("resolving modules");
  ResolutionTable modules = TRY(resolve_modules(assembly.tree, stripped.texts));

  // 6. Code cache for its JavaScript, by the template that runs on this machine.
  listener.on_stage("compiling");
  CompiledTree compiled =
      TRY(compile_tree(assembly.tree, modules, stripped, compiler_template, environment.store));

  // For another target, its template's own caches show that they are translated right.
  if (host)
    compiled = translate_tree(
        compiled, proved_translation(host->file.bytes(), runtime.file.bytes(), options.target),
        options.target, diagnostics);

  // 7. The payload and its sealed manifest.
  listener.on_stage("packing");
  PackedTree packed = TRY(pack_tree(assembly.tree, modules, compiled));
  seal_files(assembly.tree, packed, entry, manifest);
  manifest.node_options = node_options_name(options.node_options);
  manifest.runtime_cache_sha256 = sha256_hex(compiled.runtime_cache);
  std::string manifest_json = write_sealed_manifest(manifest);
  Bytes sealed = zstd_compress(std::string_view(manifest_json), kManifestCompression);
  PayloadInput input;
  input.files = std::move(packed.files);
  input.main_path = entry;
  input.runtime = runtime_script();
  input.runtime_cache = compiled.runtime_cache;
  input.manifest = sealed;
  Payload payload = TRY(write_payload(input));

  // 8. The executable.
  listener.on_stage("writing");
  TRY(write_executable(options, runtime, payload, output));

  summary.output = output;
  summary.target = options.target.name;
  summary.name = manifest.name;
  summary.version = manifest.version;
  summary.entry = entry;
  summary.runtime_size = runtime.file.bytes().size();
  summary.payload_size = payload.size();
  summary.size = TRY(real_file_system().status(output))
  .size;
  summary.packages = graph.packages.size() - 1;
  summary.files = manifest.files.size();
  summary.code_caches = compiled.with_cache;
  summary.compiled_now = compiled.compiled_now;
  summary.node_version = runtime.node_version;
  summary.node_evidence = runtime.pin->evidence;
  return summary;
}

}  // namespace ingot
