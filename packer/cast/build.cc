#include "packer/cast/build.h"

#include <algorithm>
#include <deque>
#include <future>

#include "base/atomic_file.h"
#include "loader/payload_reader.h"
#include "packer/attest/seal_signature.h"
#include "packer/cast/bill_of.h"
#include "packer/cast/build_provenance.h"
#include "packer/cast/closures.h"
#include "packer/cast/compact_template.h"
#include "packer/cast/contents.h"
#include "packer/cast/coverage.h"
#include "packer/cast/earlier_outputs.h"
#include "packer/cast/entry.h"
#include "packer/cast/launcher.h"
#include "packer/cast/output_names.h"
#include "packer/cast/platforms.h"
#include "packer/cast/project.h"
#include "packer/cast/seal.h"
#include "packer/cast/windows_dressing.h"
#include "packer/compile/translated_tree.h"
#include "packer/executable/inject.h"
#include "packer/executable/sea_blob.h"
#include "runtime/runtime.h"

namespace ingot {
namespace {

// Digests for the most part: level 9 takes four times as long for 3 % less, and the output waits
// for it.
constexpr int kManifestCompression = 2;
constexpr size_t kMostAtOnce = 2;  // targets

// A target's payload, and what it views.
struct PackedTarget {
  std::shared_ptr<const PackedContents> contents;
  CompiledTree compiled;
  std::optional<CompactTemplate> compact;
  Payload payload;
  CastFile summary;
  Bill bill;
};

// The contents' code caches as the target's own Node would have made them: translated, where its
// template's own caches show that this is done right.
CompiledTree compiled_for(const Work& work, const PackedContents& contents,
                          const RuntimeTemplate& runtime, const Target& target) {
  if (target == host_target()) return contents.compiled;
  return translate_tree(
      contents.compiled,
      proved_translation({work.compiler.file.bytes(), work.compiler.sha256},
                         {runtime.file.bytes(), runtime.sha256}, target, work.environment.store),
      target, work.diagnostics);
}

// Everything that is done once per target before its file is written.
Result<PackedTarget> pack_target(const Work& work, const PackageGraph& graph,
                                 std::shared_ptr<const PackedContents> contents,
                                 const RuntimeTemplate& runtime, const std::string& output) {
  const Target& target = graph.target;
  const Assembly& assembly = contents->assembly;
  CompiledTree compiled = compiled_for(work, *contents, runtime, target);
  runtime.file.forget_pages();
  work.compiler.file.forget_pages();

  // 7. The payload and its sealed manifest.
  SealedManifest manifest = seal_packages(work.project, graph, work.supply, runtime);
  manifest.packages = contents->packages;
  seal_files(assembly.tree, assembly.reasons, contents->packed, compiled, contents->entry,
             manifest);
  std::optional<CompactTemplate> compact;
  if (work.options.compact) {
    work.begin("compressing Node.js", target);
    compact = TRY(compact_template(runtime, target, *work.options.compact, work.environment.store));
    manifest.compact = compact->sealed;
  }
  manifest.node_options = node_options_name(work.options.node_options);
  const RuntimeDigests sealed_runtime = digests_of(compiled.runtime);
  manifest.runtime_sha256 = sealed_runtime.scripts;
  manifest.runtime_cache_sha256 = sealed_runtime.caches;
  if (auto digest = TRY(digest_of_presentation(runtime.file.bytes(), work.cast)))
    manifest.windows = seal_windows(work.cast.windows, *digest);
  PayloadInput input;
  input.files = with_caches(contents->packed, compiled);
  input.main_path = contents->entry;
  input.runtime = compiled.runtime;
  std::string sealed;
  input.manifest = [&](const PayloadDigests& digests) {
    manifest.payload = digests;
    sealed = write_sealed_manifest(manifest);
    return zstd_compress(std::string_view(sealed), kManifestCompression);
  };
  if (work.options.seal_key)
    input.signature = [&] { return write_seal(sealed, *work.options.seal_key); };
  Payload payload = TRY(write_payload(input));

  CastFile summary{.output = output,
                   .target = std::string(target.name),
                   .entry = contents->entry,
                   .runtime_size = compact ? compact->bytes.size() : runtime.file.bytes().size(),
                   .compact = manifest.compact.level,
                   .payload_size = payload.size(),
                   .packages = graph.count_foreign(),
                   .files = manifest.files.size(),
                   .untraced_files = contents->untraced_files,
                   .code_caches = compiled.with_cache,
                   .compiled_now = contents->made_for == target ? compiled.compiled_now : 0,
                   .node_evidence = std::string(runtime.pin->evidence),
                   .bills = {}};
  Bill bill = TRY(bill_of(manifest, "", work.environment.variables));
  return PackedTarget{std::move(contents), std::move(compiled), std::move(compact),
                      std::move(payload),  std::move(summary),  std::move(bill)};
}

// Puts the payload and the runtime's first script into the template and checks the result with the
// operating system's rules. It has no name yet.
Status write_executable(const PackedTarget& packed, const RuntimeTemplate& runtime,
                        const Target& target, const Work& work, AtomicFile& file) {
  SeaContent launcher =
      launcher_of(runtime_stub(), source_of(packed.payload.pieces()), work.options.node_options);
  SeaBlob blob = TRY(make_sea_blob(std::move(launcher), runtime.node_version));
  CastOptions cast = work.cast;
  ByteView original = runtime.file.bytes();
  if (packed.compact)
    original = packed.compact->bytes;
  else
    cast.page_hashes = runtime.page_hashes;
  TRY(cast_executable(original, target, blob.bytes, file, cast));
  TRY(file.flush());
  runtime.file.forget_pages();
  // A busy disk takes its time to accept that much, in which the file can be checked.
  auto writing_out = std::async(std::launch::async, [&] { file.begin_writing_out(); });
  MappedFile written = TRY(MappedFile::open(file.temporary_path()));
  return check_executable(written.bytes());
}

// The path relative to the project of what lies in its folder.
std::optional<std::string> path_in_project(const Project& project, const std::string& path) {
  if (!path.starts_with(project.folder + "/")) return std::nullopt;
  return path.substr(project.folder.size() + 1);
}

bool for_any(const BuildOptions& options, Os os) {
  return std::ranges::find(options.targets, os, &Target::os) != options.targets.end();
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
  std::string node_license;  // when notices are wanted
};

enum class RuntimeUse { kCast, kNamed };

Result<Supplies> get_supplies(const BuildOptions& options, RuntimeUse use,
                              const BuildEnvironment& environment, BuildSummary& summary,
                              Diagnostics& diagnostics) {
  StageListener& listener = environment.listener;
  Supplies found;

  // 1. What the project says: package.json, the lockfile, and that they agree.
  listener.on_stage("reading the lockfile");
  found.project =
      TRY(load_project(real_file_system(), options.project, {options.hoist}, diagnostics));
  const Project& project = found.project;
  auto entry = wanted_entry(project, options);
  if (!entry && use == RuntimeUse::kCast) return fail(std::move(entry.error()));
  found.entry = entry.value_or("");
  found.outputs = TRY(output_paths(real_file_system(), options, project));
  found.cast.identifier = project.short_name();
  found.cast.hardened_runtime = options.macos_hardened_runtime;
  if (for_any(options, Os::kWindows))
    found.cast.windows = TRY(windows_dressing(real_file_system(), project, options.windows));

  if (options.compact && for_any(options, Os::kDarwin))
    diagnostics.warning(input_error("compact-untried",
                                    "compact executables for macOS have never been started on a "
                                    "Mac: ingot is made where there is none")
                            .hinted("try them on a Mac before handing them out, or build without "
                                    "--compact"));

  // 2. Which packages each target needs, that each has a proof, and none has nothing for a target.
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  found.closures = TRY(find_closures(project.lockfile, options, resolve, diagnostics));
  TRY(check_coverage(
      project.lockfile, found.closures,
      options.allow_missing_addons ? MissingPlatforms::kAllowed : MissingPlatforms::kRefused,
      diagnostics));

  // ---- from here on the network may be needed

  // 3. The bytes: the templates' and every package's, each verified before it is used.
  NpmConfig config = TRY(npm_config_of(project, environment, diagnostics));
  FetchSettings settings = fetch_settings(project, config, options, environment);
  TRY(enforce_policy(options.policy, project, packages_of(united(found.closures)), settings,
                     diagnostics));
  listener.on_stage("getting the Node.js runtime");
  if (use == RuntimeUse::kCast)
    found.runtimes = TRY(get_runtimes(options, settings, diagnostics));
  else
    found.runtimes = TRY(name_runtimes(options, settings.store));
  if (options.notices)
    found.node_license = TRY(node_license(kDefaultNodeVersion, settings, diagnostics));
  listener.on_stage("getting packages");
  for (PackageGraph& closure : found.closures)
    TRY(refine_platforms(project.lockfile, settings, closure, resolve, diagnostics));
  found.packages =
      TRY(get_packages(project, found.closures, options, settings, summary, diagnostics));
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
  work.node_license = supplies.node_license;
  work.apart = earlier_outputs(real_file_system(), project.folder);
  work.apart.emplace_back(kPinsName);
  for (const std::string& key : options.key_files)
    if (auto path = path_in_project(project, key)) work.apart.push_back(*path);
  for (const std::string& output : supplies.outputs) {
    auto path = path_in_project(project, output);
    if (!path) continue;
    work.apart.push_back(*path);
    for (BillFormat format : options.bills)
      work.apart.push_back(*path + std::string(bill_extension(format)));
  }
  return work;
}

// 4 to 7 for one target after the other. What was made for one serves the next as well, if that
// needs the same packages; nothing else is held for later.
class ContentsOfTargets {
 public:
  explicit ContentsOfTargets(const Work& work) : work_(work) {}

  Result<std::shared_ptr<const PackedContents>> next(const PackageGraph& graph) {
    bool serves = made_ && made_->assembly.is_for_any_target && have_same_packages(*for_, graph);
    for_ = &graph;
    if (serves) {
      work_.supply.pass(graph);
      return made_;
    }
    made_.reset();
    made_ = TRY(pack_contents(work_, graph));
    return made_;
  }

 private:
  const Work& work_;
  const PackageGraph* for_ = nullptr;
  std::shared_ptr<const PackedContents> made_;
};

// 4 to 8. While the files of one or two targets are written, the next target is prepared: how
// much memory that takes does not depend on how many targets there are.
Result<std::vector<AtomicFile>> cast_targets(const Supplies& supplies, Work& work,
                                             BuildSummary& summary, std::vector<Bill>& bills) {
  std::vector<AtomicFile> files;
  std::deque<std::future<Result<AtomicFile>>> in_writing;  // left early, they are waited for
  auto finish_first = [&]() -> Status {
    files.push_back(TRY(in_writing.front().get()));
    in_writing.pop_front();
    summary.outputs[files.size() - 1].size = files.back().size();
    return {};
  };
  ContentsOfTargets contents(work);
  for (size_t i = 0; i < supplies.closures.size(); ++i) {
    if (in_writing.size() == kMostAtOnce) TRY(finish_first());
    const RuntimeTemplate& runtime = supplies.runtimes.of_targets[i];
    const std::string& output = supplies.outputs[i];
    const PackageGraph& graph = supplies.closures[i];
    const Target& target = graph.target;
    PackedTarget packed = TRY(pack_target(work, graph, TRY(contents.next(graph)), runtime, output));
    summary.outputs.push_back(std::move(packed.summary));
    bills.push_back(std::move(packed.bill));

    // 8. The executable.
    work.begin("writing", target);
    TRY(make_directories(parent_path(output)));
    AtomicFile file = TRY(AtomicFile::create(output, 0755));
    if (auto path = path_in_project(supplies.project, file.temporary_path()))
      work.apart.push_back(*path);
    auto write = [&work, &runtime, &target, file = std::move(file),
                  packed = std::move(packed)]() mutable -> Result<AtomicFile> {
      PackedTarget held = std::move(packed);  // gone with the end of the work
      TRY(write_executable(held, runtime, target, work, file));
      return std::move(file);
    };
    in_writing.push_back(std::async(std::launch::async, std::move(write)));
  }
  while (!in_writing.empty()) TRY(finish_first());
  return files;
}

// The SHA-256 of each, in hex. They have no names yet.
Result<std::vector<std::string>> digests_of(const std::vector<AtomicFile>& executables) {
  std::vector<std::string> digests;
  for (const AtomicFile& executable : executables) {
    MappedFile written = TRY(MappedFile::open(executable.temporary_path()));
    digests.push_back(sha256_hex(written.bytes()));
  }
  return digests;
}

// The bills of all targets join the files; each names the digest of its executable.
Status write_bills(const BuildOptions& options, const std::vector<std::string>& digests,
                   std::vector<Bill>& bills, std::vector<AtomicFile>& files,
                   BuildSummary& summary) {
  for (size_t i = 0; i < bills.size() && !options.bills.empty(); ++i) {
    bills[i].executable_sha256 = digests[i];
    for (BillFormat format : options.bills) {
      CastFile& cast = summary.outputs[i];
      cast.bills.push_back(cast.output + std::string(bill_extension(format)));
      AtomicFile file = TRY(AtomicFile::create(cast.bills.back(), 0644));
      TRY(file.write(std::string_view(write_bill(bills[i], format))));
      files.push_back(std::move(file));
    }
  }
  return {};
}

// The provenance of the executables, by their digests.
Result<AtomicFile> attest(const ProvenanceOptions& options, const Supplies& supplies,
                          const std::vector<std::string>& digests) {
  std::vector<BuiltFile> built;
  for (size_t i = 0; i < supplies.outputs.size(); ++i)
    built.push_back({std::string(base_name(supplies.outputs[i])), digests[i]});
  std::string text = TRY(write_provenance(options, supplies.project, supplies.closures,
                                          *supplies.packages, supplies.runtimes.of_targets, built));
  TRY(make_directories(parent_path(options.path)));
  AtomicFile out = TRY(AtomicFile::create(options.path, 0644));
  TRY(out.write(std::string_view(text)));
  return out;
}

Result<BuildSummary> build_all(const BuildOptions& options, const ProvenanceOptions* provenance,
                               const BuildEnvironment& environment, Diagnostics& diagnostics) {
  BuildSummary summary;
  if (options.seal_key && !options.seal_key->signs_alike())
    diagnostics.warning(input_error("seal-not-alike",
                                    "this OpenSSL makes another ECDSA signature each time, so no "
                                    "two builds are the same bytes")
                            .hinted("an Ed25519 key signs alike: 'openssl genpkey -algorithm "
                                    "ed25519 -out KEY'"));

  // 1 to 3. What is there to be cast.
  Supplies supplies =
      TRY(get_supplies(options, RuntimeUse::kCast, environment, summary, diagnostics));
  summary.name = supplies.project.name();
  summary.version = supplies.project.manifest.version;
  summary.node_version = kDefaultNodeVersion;

  // 4 to 8. Each target's executable.
  Work work = work_of(supplies, options, environment, diagnostics);
  if (provenance != nullptr)
    if (auto path = path_in_project(supplies.project, provenance->path))
      work.apart.push_back(*path);
  std::vector<Bill> bills;  // by target
  std::vector<AtomicFile> files = TRY(cast_targets(supplies, work, summary, bills));

  // 9. Bills of materials and provenance, if they are wanted; all files get their names when all
  // are there.
  std::vector<std::string> digests;  // by target
  if (!options.bills.empty() || provenance != nullptr) digests = TRY(digests_of(files));
  TRY(write_bills(options, digests, bills, files, summary));
  if (provenance != nullptr) files.push_back(TRY(attest(*provenance, supplies, digests)));
  TRY(AtomicFile::commit_all(files));
  return summary;
}

}  // namespace

Result<BuildSummary> build(const BuildOptions& options, const BuildEnvironment& environment,
                           Diagnostics& diagnostics) {
  return build_all(options, nullptr, environment, diagnostics);
}

Result<BuildSummary> build_with_provenance(const BuildOptions& options,
                                           const ProvenanceOptions& provenance,
                                           const BuildEnvironment& environment,
                                           Diagnostics& diagnostics) {
  return build_all(options, &provenance, environment, diagnostics);
}

Result<Provenance> survey(const BuildOptions& options, const BuildEnvironment& environment,
                          Diagnostics& diagnostics) {
  BuildSummary ignored;
  Supplies supplies =
      TRY(get_supplies(options, RuntimeUse::kCast, environment, ignored, diagnostics));
  Work work = work_of(supplies, options, environment, diagnostics);
  work.needs_entry = false;
  const PackageGraph& graph = supplies.closures.front();
  Contents contents = TRY(find_contents(work, graph));
  Provenance out;
  out.entry = contents.entry;
  out.packages = std::move(contents.packages);
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

Result<Materials> list_materials(const BuildOptions& options, const BuildEnvironment& environment,
                                 Diagnostics& diagnostics) {
  BuildSummary ignored;
  Supplies supplies =
      TRY(get_supplies(options, RuntimeUse::kNamed, environment, ignored, diagnostics));
  Work work = work_of(supplies, options, environment, diagnostics);
  const PackageGraph& graph = supplies.closures.front();
  auto [assembly, packages] = TRY(assemble_packages(work, graph));
  Materials found{seal_packages(supplies.project, graph, work.supply, work.compiler), {}};
  found.manifest.packages = std::move(packages);
  found.manifest.files = seal_names(assembly.tree, assembly.reasons);
  found.tree = std::move(assembly.tree);
  return found;
}

}  // namespace ingot
