// The closure of every application of the shared corpus, for linux-x64.
#include <catch2/catch.hpp>
#include <iostream>

#include "base/file_system.h"
#include "lockfile/drift.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/proofs.h"
#include "resolver/package_graph.h"

using namespace ingot;

TEST_CASE("every application of the corpus has a proved closure without drift") {
  const FileSystem& files = real_file_system();
  const std::string apps = std::string(INGOT_SHARED_DIR) + "/corpus/apps";
  auto folders = files.list(apps);
  if (!folders) {
    WARN("skipped: the folder of shared test data is not here");
    return;
  }
  size_t count = 0, packages = 0, left_out = 0;
  for (const DirectoryEntry& folder : *folders) {
    CAPTURE(folder.name);
    auto manifest_text = files.read(join_path(apps, folder.name + "/package.json"), 64 << 20);
    auto lock_text = files.read(join_path(apps, folder.name + "/package-lock.json"), 64 << 20);
    REQUIRE(manifest_text);
    REQUIRE(lock_text);
    auto manifest = parse_manifest(std::move(*manifest_text), "package.json");
    REQUIRE(manifest);
    Diagnostics diagnostics;
    auto lockfile =
        parse_npm_lockfile(std::move(*lock_text), "package-lock.json", &*manifest, diagnostics);
    REQUIRE(lockfile);
    LocalManifest local{"", &*manifest};
    auto drift = check_drift(*lockfile, {&local, 1}, diagnostics);
    if (!drift) FAIL(drift.error().message);
    adopt_manifests(*lockfile, {&local, 1});
    auto graph = resolve_packages(*lockfile, *find_target("linux-x64"), diagnostics,
                                  {.node_version = "26.10.0", .platforms = {}});
    if (!graph) FAIL(graph.error().message);
    std::vector<const LockedPackage*> needed;
    for (const PackageNode& node : graph->packages) needed.push_back(node.package);
    CHECK(check_proofs(needed, UnverifiedPackages::kRefuse, diagnostics));
    for (const Error& warning : diagnostics.warnings())
      if (warning.code == "lockfile-left-out") ++left_out;
    packages += needed.size() - 1;
    ++count;
  }
  std::cout << "corpus applications: " << count << " closures with " << packages << " packages, "
            << left_out << " lockfiles leave out what may be missing\n";
  CHECK(count > 0);
  CHECK(left_out == 0);
}
