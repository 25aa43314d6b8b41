#include "lockfile/manifest_fields.h"

#include <algorithm>
#include <set>

#include "base/file_system.h"
#include "lockfile/package_name.h"

namespace ingot {
namespace {

class DependencyReader {
 public:
  DependencyReader(const JsonCursor& object, std::vector<Error>& oddities)
      : object_(object), oddities_(oddities) {
    if (auto meta = object.find("peerDependenciesMeta"))
      for (JsonCursor entry : *meta)
        if (entry.find_true("optional")) optional_peers_.insert(entry.key());
  }

  void read(std::string_view group, DependencyKind kind) {
    auto members = object_.find(group);
    if (!members || members->is_null()) return;
    if (!members->is_object()) {
      oddities_.push_back(
          input_error("manifest-bad-field", "\"" + std::string(group) + "\" is not an object")
              .at(members->position()));
      return;
    }
    // An object has no name twice, several of them may.
    taken_.insert(names_.begin(), names_.end());
    out_.reserve(out_.size() + members->size());
    for (JsonCursor member : *members) read_one(group, member, kind);
  }

  std::vector<Dependency> take() { return std::move(out_); }

 private:
  void read_one(std::string_view group, const JsonCursor& member, DependencyKind kind) {
    if (!member.is_string()) {
      oddities_.push_back(
          input_error("manifest-bad-field", "what \"" + std::string(group) + "\" asks of \"" +
                                                std::string(member.key()) + "\" is not a string")
              .at(member.position()));
      return;
    }
    if (!is_package_name(member.key())) {
      oddities_.push_back(input_error("manifest-bad-name",
                                      json_quote(member.key()) + " cannot be the name of a package")
                              .at(member.position()));
      return;
    }
    if (taken_.contains(member.key())) return;
    if (kind == DependencyKind::kPeer && optional_peers_.contains(member.key()))
      kind = DependencyKind::kOptionalPeer;
    names_.push_back(member.key());
    out_.push_back(
        {std::string(member.key()), std::string(member.text()), kind, member.position()});
  }

  const JsonCursor& object_;
  std::vector<Error>& oddities_;
  std::set<std::string_view> taken_, optional_peers_;  // taken: by an earlier group
  std::vector<std::string_view> names_;                // of those in `out_`
  std::vector<Dependency> out_;
};

// A path inside the package, however it is written.
std::string path_inside(std::string_view path) {
  std::string unix_path(path);
  std::ranges::replace(unix_path, '\\', '/');
  return normal_path("/" + unix_path).substr(1);
}

}  // namespace

std::vector<Dependency> read_dependencies(const JsonCursor& object,
                                          DevelopmentDependencies development,
                                          std::vector<Error>& oddities) {
  DependencyReader reader(object, oddities);
  reader.read("optionalDependencies", DependencyKind::kOptional);
  reader.read("dependencies", DependencyKind::kProduction);
  if (development == DevelopmentDependencies::kRead)
    reader.read("devDependencies", DependencyKind::kDevelopment);
  reader.read("peerDependencies", DependencyKind::kPeer);
  return reader.take();
}

std::vector<std::string> read_strings(const JsonCursor& object, std::string_view key) {
  std::vector<std::string> out;
  auto value = object.find(key);
  if (!value) return out;
  if (value->is_string()) out.emplace_back(value->text());
  if (value->is_array())
    for (JsonCursor element : *value)
      if (element.is_string()) out.emplace_back(element.text());
  return out;
}

PlatformConstraint read_platform(const JsonCursor& object) {
  return {read_strings(object, "os"), read_strings(object, "cpu"), read_strings(object, "libc")};
}

std::optional<std::string> read_engines_node(const JsonCursor& object) {
  auto engines = object.find("engines");
  if (!engines) return std::nullopt;
  auto node = engines->find_text("node");
  return node ? std::optional(std::string(*node)) : std::nullopt;
}

std::vector<std::string> read_bundle_dependencies(const JsonCursor& object,
                                                  const std::vector<Dependency>& dependencies) {
  for (std::string_view key : {"bundleDependencies", "bundledDependencies"}) {
    auto value = object.find(key);
    if (!value) continue;
    if (value->is_array()) return read_strings(object, key);
    std::vector<std::string> all;
    if (value->is_true())
      for (const Dependency& dependency : dependencies)
        if (dependency.kind == DependencyKind::kProduction) all.push_back(dependency.name);
    return all;
  }
  return {};
}

std::map<std::string, std::string> read_bin(const JsonCursor& object, std::string_view name) {
  std::map<std::string, std::string> out;
  auto add = [&](std::string_view command, std::string_view path) {
    std::string unix_command(command);
    std::ranges::replace(unix_command, '\\', '/');
    std::string key(base_name(normal_path("/" + unix_command)));
    std::string inside = path_inside(path);
    if (!key.empty() && key != "/" && !inside.empty()) out.emplace(key, inside);
  };
  auto bin = object.find("bin");
  if (!bin) return out;
  if (bin->is_string()) add(name, bin->text());
  if (bin->is_array())
    for (JsonCursor element : *bin)
      if (element.is_string()) add(base_name(element.text()), element.text());
  if (bin->is_object())
    for (JsonCursor member : *bin)
      if (member.is_string()) add(member.key(), member.text());
  return out;
}

std::vector<std::string> read_workspaces(const JsonCursor& object) {
  auto workspaces = object.find("workspaces");
  if (!workspaces) return {};
  return workspaces->is_object() ? read_strings(*workspaces, "packages")
                                 : read_strings(object, "workspaces");
}

}  // namespace ingot
