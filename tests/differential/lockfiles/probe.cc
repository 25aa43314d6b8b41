// lockfile_probe FOLDER...: prints each folder's lockfile as it is read here, as lines of JSON for
// compare.cjs. One line per folder, {"folder", "kind", "version", "packages": [...]}, each package
// with "path", "name", "version", "source" (kind), "location", "proof" (integrity, or checksum of
// the archive), "link" and "needs" (name -> path of what it is led to, null for nothing); or
// {"folder", "error", "message"}. With --speed: how many megabytes of a lockfile are read in a
// second.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "base/json.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/pnpm_lockfile.h"
#include "packer/cast/project.h"

using namespace ingot;

namespace {

const char* name_of(LockfileKind kind) {
  switch (kind) {
    case LockfileKind::kNpm:
      return "npm";
    case LockfileKind::kYarnClassic:
      return "yarn";
    case LockfileKind::kYarnBerry:
      return "berry";
    case LockfileKind::kPnpm:
      return "pnpm";
    case LockfileKind::kBun:
      return "bun";
  }
  return "";
}

const char* name_of(SourceKind kind) {
  switch (kind) {
    case SourceKind::kProject:
      return "project";
    case SourceKind::kRegistry:
      return "registry";
    case SourceKind::kRemoteTarball:
      return "remote";
    case SourceKind::kLocalTarball:
      return "file";
    case SourceKind::kGit:
      return "git";
    case SourceKind::kDirectory:
      return "directory";
    case SourceKind::kBundled:
      return "bundled";
  }
  return "";
}

std::string proof_of(const LockedPackage& package) {
  if (!package.integrity.empty()) return package.integrity.text();
  return package.archive_checksum ? package.archive_checksum->sha512 : "";
}

std::string needs_of(const Lockfile& lockfile, const LockedPackage& package) {
  std::string out;
  for (const Dependency& dependency : package.dependencies) {
    const LockedPackage* found = lockfile.look_up(package.install_path, dependency.name);
    if (!out.empty()) out += ',';
    out += json_quote(dependency.name) + ':' +
           (found ? json_quote(lockfile.follow(*found).install_path) : "null");
  }
  return out;
}

void print(const std::string& folder, const Lockfile& lockfile) {
  fmt::print(R"({{"folder":{},"kind":"{}","version":{},"packages":[)", json_quote(folder),
             name_of(lockfile.kind), json_quote(lockfile.version));
  const char* separator = "";
  for (const LockedPackage& package : lockfile.packages) {
    fmt::print(
        R"({}{{"path":{},"name":{},"version":{},"source":"{}","location":{},"proof":{},"link":{},"needs":{{{}}}}})",
        separator, json_quote(package.install_path), json_quote(package.name),
        json_quote(package.version), name_of(package.source.kind),
        json_quote(package.source.location), json_quote(proof_of(package)), package.is_link(),
        needs_of(lockfile, package));
    separator = ",";
  }
  fmt::print("]}}\n");
}

// The seconds from text to what `parse` makes of it, or nothing.
template <typename Parse>
std::optional<double> time_of(std::string text, Parse parse) {
  auto started = std::chrono::steady_clock::now();
  auto made = parse(std::move(text));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  if (!made) return std::nullopt;
  return seconds.count();
}

// Megabytes of text read in a second: the best of several times.
int print_speed(const std::string& path) {
  auto text = real_file_system().read(path, uint64_t{1} << 30);
  if (!text) return 1;
  double best = 0;
  for (int run = 0; run < 15; ++run) {
    Diagnostics diagnostics;
    auto as_pnpm = [&](std::string copy) {
      return parse_pnpm_lockfile(std::move(copy), path, diagnostics);
    };
    auto as_npm = [&](std::string copy) {
      return parse_npm_lockfile(std::move(copy), path, nullptr, diagnostics);
    };
    auto seconds = path.ends_with(".yaml") ? time_of(*text, as_pnpm) : time_of(*text, as_npm);
    if (!seconds) return 1;
    best = std::max(best, static_cast<double>(text->size()) / 1e6 / *seconds);
  }
  fmt::print("{:.1f}\n", best);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string_view("--speed")) return print_speed(argv[2]);
  if (argc < 2) {
    std::fprintf(stderr, "usage: lockfile_probe FOLDER... | --speed LOCKFILE\n");
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    Diagnostics diagnostics;
    if (auto project = load_project(real_file_system(), argv[i], {}, diagnostics)) {
      print(argv[i], project->lockfile);
    } else {
      const Error& error = project.error();
      fmt::print(R"({{"folder":{},"error":{},"message":{}}})"
                 "\n",
                 json_quote(argv[i]), json_quote(error.code), json_quote(error.message));
    }
  }
  return 0;
}
