#include "packer/commands/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/digest.h"
#include "packer/commands/anatomy.h"
#include "packer/commands/sealed_executable.h"

namespace ingot {
namespace {

constexpr uint64_t kShortRegion = 16;  // bytes; shown as they are

const char* kind_name(RegionKind kind) {
  switch (kind) {
    case RegionKind::kHeader:
      return "header";
    case RegionKind::kRuntime:
      return "runtime";
    case RegionKind::kLauncher:
      return "launcher";
    case RegionKind::kManifest:
      return "manifest";
    case RegionKind::kModules:
      return "module table";
    case RegionKind::kFile:
      return "file";
    case RegionKind::kCodeCache:
      return "code cache";
  }
  return "";
}

ByteView bytes_of(ByteView file, const Region& region) {
  return *file.slice(region.offset, region.size);  // regions lie in their file
}

bool same_bytes(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// A little-endian field, as all of ours are.
std::string number(ByteView bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes.data()[i - 1];
  return fmt::format("{:#x}", value);
}

// Where two byte strings part, and how long they are: each as one text.
std::pair<std::string, std::string> shown(ByteView a, ByteView b) {
  if (a.size() == b.size() && a.size() <= sizeof(uint64_t)) return {number(a), number(b)};
  if (a.size() <= kShortRegion && b.size() <= kShortRegion) return {to_hex(a), to_hex(b)};
  auto parting = std::ranges::mismatch(a.span(), b.span());
  size_t at = static_cast<size_t>(parting.in1 - a.span().begin());
  auto text = [&](ByteView bytes) {
    return at < bytes.size()
               ? fmt::format("{:02x} at byte {} of {}", bytes.data()[at], at, bytes.size())
               : fmt::format("ends at byte {}", bytes.size());
  };
  return {text(a), text(b)};
}

class Comparison {
 public:
  Comparison(const SealedExecutable& before, const SealedExecutable& after)
      : before_(before), after_(after) {}

  std::vector<Difference> run() {
    compare_options();
    compare_packages();
    compare_files();
    compare_payloads();
    compare_launchers();
    return std::move(found_);
  }

 private:
  using Row = std::pair<const char*, std::string SealedManifest::*>;
  using WindowsRow = std::pair<const char*, std::string SealedWindows::*>;

  void note(std::string kind, std::string name, std::string before, std::string after) {
    if (before != after)
      found_.push_back({std::move(kind), std::move(name), std::move(before), std::move(after)});
  }

  void compare_rows(const char* kind, std::span<const Row> rows) {
    for (const auto& [name, member] : rows)
      note(kind, name, before_.manifest.*member, after_.manifest.*member);
  }

  void compare_options() {
    using M = SealedManifest;
    static constexpr Row kTarget[] = {{"target", &M::target}};
    static constexpr Row kOptions[] = {{"name", &M::name},
                                       {"version", &M::version},
                                       {"entry", &M::entry},
                                       {"nodeOptions", &M::node_options},
                                       {"lockfile", &M::lockfile_name},
                                       {"lockfile, sha256", &M::lockfile_sha256}};
    static constexpr Row kRuntime[] = {{"Node.js version", &M::node_version},
                                       {"Node.js binary, sha256", &M::node_sha256},
                                       {"Node.js without its symbols, sha256", &M::node_stripped},
                                       {"package", &M::node_package},
                                       {"package, integrity", &M::node_integrity}};
    static constexpr Row kLauncher[] = {
        {"ingot", &M::ingot_version},
        {"ingot's runtime, sha256", &M::runtime_sha256},
        {"code cache of ingot's runtime, sha256", &M::runtime_cache_sha256},
        {"first script, sha256", &M::stub_sha256}};
    using W = SealedWindows;
    static constexpr WindowsRow kWindows[] = {
        {"windowsTitle", &W::title},         {"windowsPublisher", &W::publisher},
        {"windowsVersion", &W::version},     {"windowsDescription", &W::description},
        {"windowsCopyright", &W::copyright}, {"windowsIcon, sha256", &W::icon_sha256}};
    compare_rows("target", kTarget);
    compare_rows("option", kOptions);
    for (const auto& [name, member] : kWindows)
      note("option", name, before_.manifest.windows.*member, after_.manifest.windows.*member);
    auto console = [](const SealedManifest& manifest) {
      return std::string(manifest.windows.hide_console ? "true" : "false");
    };
    note("option", "windowsHideConsole", console(before_.manifest), console(after_.manifest));
    const SealedCompact &a = before_.manifest.compact, &b = after_.manifest.compact;
    note("option", "compact", a.level, b.level);
    compare_rows("runtime", kRuntime);
    note("runtime", "compact, sha256", a.sha256, b.sha256);
    note("runtime", "loader, sha256", a.loader_sha256, b.loader_sha256);
    compare_rows("launcher", kLauncher);
  }

  static std::string label(const SealedPackage& package) {
    return package.version.empty() ? package.name : package.name + "@" + package.version;
  }

  static std::string dependencies(const SealedManifest& manifest, const SealedPackage& package) {
    std::string out;
    for (uint32_t index : package.dependencies) {
      const std::string& path = manifest.packages[index].path;
      out += (out.empty() ? "" : ", ") + (path.empty() ? "the project" : path);
    }
    return out;
  }

  void compare_package(const SealedPackage& a, const SealedPackage& b) {
    const std::string& path = a.path;
    const std::string name = path.empty() ? "the project" : path;
    if (!path.empty()) note("package", name, label(a), label(b));
    note("package", name + ", digest", a.digest, b.digest);
    note("package", name + ", proof", a.proof, b.proof);
    note("package", name + ", source", a.source, b.source);
    note("package", name + ", licence", a.license, b.license);
    note("package", name + ", patch", a.patch, b.patch);
    note("package", name + ", patch, sha256", a.patch_sha256, b.patch_sha256);
    note("package", name + ", dependencies", dependencies(before_.manifest, a),
         dependencies(after_.manifest, b));
  }

  void compare_packages() {
    std::map<std::string, std::pair<const SealedPackage*, const SealedPackage*>> packages;
    for (const SealedPackage& package : before_.manifest.packages)
      packages[package.path].first = &package;
    for (const SealedPackage& package : after_.manifest.packages)
      packages[package.path].second = &package;
    for (const auto& [path, pair] : packages) {
      const auto& [a, b] = pair;
      if (a && b)
        compare_package(*a, *b);
      else
        note("package", path, a ? label(*a) : "", b ? label(*b) : "");
    }
  }

  static std::string content(const SealedFile& file) {
    return file.link.empty() ? fmt::format("{} bytes, sha256 {}", file.size, file.sha256)
                             : "link to " + file.link;
  }

  void compare_file(const SealedFile& a, const SealedFile& b) {
    note("file", a.path, content(a), content(b));
    note("file", a.path + ", mode", a.executable ? "executable" : "plain",
         b.executable ? "executable" : "plain");
    note("file", a.path + ", without its types", a.stripped, b.stripped);
    note("file", a.path + ", of", before_.manifest.packages[a.package].path,
         after_.manifest.packages[b.package].path);
    note("file", a.path + ", why", a.reason, b.reason);
  }

  void compare_files() {
    std::map<std::string, std::pair<const SealedFile*, const SealedFile*>> files;
    for (const SealedFile& file : before_.manifest.files) files[file.path].first = &file;
    for (const SealedFile& file : after_.manifest.files) files[file.path].second = &file;
    bool same_target = before_.manifest.target == after_.manifest.target;
    size_t other_caches = 0;
    for (const auto& [path, pair] : files) {
      const auto& [a, b] = pair;
      if (!a || !b) {
        note("file", path, a ? content(*a) : "", b ? content(*b) : "");
        continue;
      }
      compare_file(*a, *b);
      bool both = !a->code_cache.empty() && !b->code_cache.empty();
      if (!same_target && both && a->code_cache != b->code_cache)
        ++other_caches;  // they are bound to the binary
      else
        note("code cache", path, a->code_cache, b->code_cache);
    }
    if (other_caches > 0)
      note("code cache", fmt::format("{} files", other_caches), "for " + before_.manifest.target,
           "for " + after_.manifest.target);
  }

  static std::string requests_of(const PayloadReader& reader, uint32_t index) {
    std::string out;
    for (const PayloadRequest& request : reader.requests(index))
      out += fmt::format("{}{} {} -> {}", out.empty() ? "" : "; ",
                         request.is_import ? "import" : "require", request.specifier,
                         reader.entries()[request.target].path);
    return out;
  }

  static std::map<std::string_view, uint32_t> entries_of(const PayloadReader& reader) {
    std::map<std::string_view, uint32_t> entries;
    for (uint32_t i = 0; i < reader.entries().size(); ++i)
      if (reader.entries()[i].kind != EntryKind::kDirectory) entries[reader.entries()[i].path] = i;
    return entries;
  }

  // What the manifests do not say.
  void compare_payloads() {
    auto others = entries_of(after_.reader);
    for (const auto& [path, index] : entries_of(before_.reader)) {
      auto other = others.find(path);
      if (other == others.end()) continue;
      const PayloadEntryView& a = before_.reader.entries()[index];
      const PayloadEntryView& b = after_.reader.entries()[other->second];
      std::string name(path);
      note("module table", name + ", format", std::to_string(static_cast<uint32_t>(a.format)),
           std::to_string(static_cast<uint32_t>(b.format)));
      note("module table", name + ", requests", requests_of(before_.reader, index),
           requests_of(after_.reader, other->second));
    }
  }

  static std::string words_of(const std::vector<std::string_view>& words) {
    std::string out;
    for (std::string_view word : words) out += (out.empty() ? "" : " ") + std::string(word);
    return out;
  }

  void compare_launchers() {
    note("launcher", "Node's options", words_of(before_.sea.exec_argv),
         words_of(after_.sea.exec_argv));
    note("launcher", "flags", std::to_string(before_.sea.flags), std::to_string(after_.sea.flags));
  }

  const SealedExecutable& before_;
  const SealedExecutable& after_;
  std::vector<Difference> found_;
};

// Differing parts of two files that have the same map.
void compare_alike(std::span<const Region> regions, ByteView before, ByteView after,
                   std::vector<Difference>& found) {
  for (const Region& region : regions) {
    ByteView a = bytes_of(before, region), b = bytes_of(after, region);
    if (same_bytes(a, b)) continue;
    auto [was, is] = shown(a, b);
    found.push_back({kind_name(region.kind), region.name, std::move(was), std::move(is)});
  }
}

// Parts by their names, where things lie at other places: only what belongs to Node's binary and
// the headers, whose fields say where.
void compare_named(std::span<const Region> before_regions, std::span<const Region> after_regions,
                   ByteView before, ByteView after, std::vector<Difference>& found) {
  std::map<std::string_view, const Region*> others;
  auto counts = [](const Region& region) {
    return region.kind == RegionKind::kHeader || region.kind == RegionKind::kRuntime;
  };
  for (const Region& region : after_regions)
    if (counts(region)) others.emplace(region.name, &region);
  std::set<std::string_view> seen;
  for (const Region& region : before_regions) {
    if (!counts(region) || !seen.insert(region.name).second) continue;
    auto other = others.find(region.name);
    ByteView a = bytes_of(before, region);
    ByteView b = other == others.end() ? ByteView() : bytes_of(after, *other->second);
    if (same_bytes(a, b)) continue;
    auto [was, is] = shown(a, b);
    if (other == others.end()) is.clear();
    found.push_back({kind_name(region.kind), region.name, std::move(was), std::move(is)});
  }
  for (const auto& [name, region] : others)
    if (!seen.contains(name))
      found.push_back({kind_name(region->kind), region->name, "",
                       shown(ByteView(), bytes_of(after, *region)).second});
}

bool same_map(std::span<const Region> a, std::span<const Region> b) {
  return std::ranges::equal(a, b, [](const Region& x, const Region& y) {
    return x.offset == y.offset && x.size == y.size && x.name == y.name;
  });
}

}  // namespace

Result<std::vector<Difference>> find_differences(ByteView before, ByteView after) {
  auto a = open_sealed(before), b = open_sealed(after);
  if (!a && !b) return fail(std::move(a.error()));
  std::vector<Difference> found;
  if (!a || !b) {
    // The map of the one that can be opened fits the other, as far as that is only damaged.
    if (before.size() != after.size()) return fail(std::move(a ? b.error() : a.error()));
    compare_alike(regions_of(a ? *a : *b), before, after, found);
    return found;
  }
  if (same_bytes(before, after)) return found;
  found = Comparison(*a, *b).run();
  std::vector<Region> before_regions = regions_of(*a), after_regions = regions_of(*b);
  bool same_runtime = a->manifest.node_sha256 == b->manifest.node_sha256 &&
                      a->manifest.compact.sha256 == b->manifest.compact.sha256 &&
                      a->manifest.node_stripped == b->manifest.node_stripped;
  if (same_map(before_regions, after_regions))
    compare_alike(before_regions, before, after, found);
  else if (same_runtime)
    compare_named(before_regions, after_regions, before, after, found);
  // Damage can change the map itself: then the one of the first file still names the bytes.
  if (found.empty() && before.size() == after.size())
    compare_alike(before_regions, before, after, found);
  if (found.empty())
    found.push_back(
        {"header", "size", std::to_string(before.size()), std::to_string(after.size())});
  return found;
}

}  // namespace ingot
