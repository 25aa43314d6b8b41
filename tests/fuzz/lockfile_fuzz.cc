// Every reader of lockfiles on the same text, and of what the text may also be: a package.json, the
// pins, a range of versions. Whatever they say, they say it as an error.
#include "lockfile/berry_lockfile.h"
#include "lockfile/bun_lockfile.h"
#include "lockfile/manifest.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/peer_instances.h"
#include "lockfile/pins.h"
#include "lockfile/placement.h"
#include "lockfile/pnpm_lockfile.h"
#include "lockfile/semver.h"
#include "lockfile/yarn_lockfile.h"

using namespace ingot;

namespace {

void place(const Result<InstanceGraph>& graph, Diagnostics& diagnostics) {
  if (!graph) return;
  (void)place_isolated(*graph, {"node_modules/.store", HoistedLinks::kDependencies}, diagnostics);
  (void)place_hoisted(*graph, diagnostics);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  static const Manifest manifest =
      parse_manifest(R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}})", "p")
          .value();
  static const LocalManifest locals[] = {{"", &manifest}};
  (void)parse_npm_lockfile(text, "f", &manifest, diagnostics);
  place(parse_pnpm_lockfile(text, "f", diagnostics), diagnostics);
  place(parse_yarn_lockfile(text, "f", locals, diagnostics), diagnostics);
  auto berry = parse_berry_lockfile(text, "f", locals, diagnostics);
  if (berry) place(with_peer_instances(*berry), diagnostics);
  (void)parse_bun_lockfile(text, "f", diagnostics);
  (void)parse_manifest(text, "f");
  (void)parse_pins(text);
  if (auto range = VersionRange::parse(text)) (void)range->text();
  return 0;
}
