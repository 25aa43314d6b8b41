#include "lockfile/berry_reference.h"

#include <algorithm>

#include "base/file_system.h"
#include "base/percent.h"
#include "lockfile/entry.h"

namespace ingot {
namespace {

// Links below links: nobody has more than one or two.
constexpr size_t kMaxLinks = 16;

std::string_view trim(std::string_view text, std::string_view characters) {
  size_t begin = text.find_first_not_of(characters);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(characters) - begin + 1);
}

// "github.com/u/r.git#workspace=a&commit=<hex>" and "#commit:<hex>" of older files, as npm would
// write it. A folder or workspace of the repository becomes npm's "::path:".
std::optional<std::string> git_source(std::string_view reference) {
  size_t hash = reference.find('#');
  if (hash == std::string_view::npos) return std::nullopt;
  std::string commit, folder;
  for (std::string_view rest = reference.substr(hash + 1); !rest.empty();) {
    std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    size_t end = part.find_first_of("=:");
    std::string_view key = part.substr(0, end);
    std::string_view value = end == std::string_view::npos ? "" : part.substr(end + 1);
    if (key == "commit") commit = value;
    if (key == "workspace" || key == "cwd") folder = "::path:" + percent_decode(value);
  }
  if (commit.empty()) return std::nullopt;
  std::string url(reference.substr(0, hash));
  if (!url.starts_with("git") && url.find("://") != std::string::npos) url = "git+" + url;
  return url + "#" + commit + folder;
}

// Where the relative paths of a reference begin: in the folder of who asks, which its "locator"
// names. That may be a link whose path begins at the one who asked for it.
std::string folder_of_asker(std::string_view reference) {
  std::string folder, rest(reference);
  for (size_t depth = 0; depth < kMaxLinks; ++depth) {
    const std::string locator = berry_parameter(rest, "locator");
    rest = parse_berry_identifier(locator).range;
    std::string_view path = without_parameters(rest);
    std::string_view protocol = path.substr(0, path.find(':') + 1);
    bool is_workspace = protocol == "workspace:";
    if (!is_workspace && protocol != "portal:" && protocol != "link:" && protocol != "file:") break;
    folder = join_path(path.substr(protocol.size()), folder);
    if (is_workspace) break;
  }
  return folder;
}

}  // namespace

BerryIdentifier parse_berry_identifier(std::string_view text) {
  size_t at = text.find('@', 1);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string_view without_parameters(std::string_view reference) {
  return reference.substr(0, reference.find("::"));
}

std::string berry_parameter(std::string_view reference, std::string_view name) {
  size_t at = reference.find("::");
  while (at != std::string_view::npos && at < reference.size()) {
    reference.remove_prefix(at + (reference.substr(at).starts_with("::") ? 2 : 1));
    std::string_view item = reference.substr(0, reference.find('&'));
    if (item.starts_with(name) && item.substr(name.size()).starts_with('='))
      return percent_decode(item.substr(name.size() + 1));
    at = reference.find('&');
  }
  return {};
}

std::optional<BerryPatch> parse_berry_patch(std::string_view reference) {
  if (!reference.starts_with("patch:")) return std::nullopt;
  std::string_view body = without_parameters(reference).substr(6);
  size_t hash = body.find('#');
  BerryPatch patch;
  patch.source = percent_decode(body.substr(0, hash));
  patch.hash = berry_parameter(reference, "hash");
  if (hash == std::string_view::npos) return patch;
  for (std::string_view files = body.substr(hash + 1); !files.empty();) {
    size_t end = files.find('&');
    std::string_view file = files.substr(0, end);
    files.remove_prefix(end == std::string_view::npos ? files.size() : end + 1);
    constexpr std::string_view kOptional = "optional!";
    bool optional = file.starts_with(kOptional);
    if (optional) file.remove_prefix(kOptional.size());
    // "~builtin<…>" and "builtin<…>" are yarn's own; "~/" begins a path below the project.
    if (file.find("builtin<") != std::string_view::npos) continue;
    bool of_project = file.starts_with("~/");
    if (of_project) file.remove_prefix(2);
    std::string path = percent_decode(file);
    if (!of_project) path = normal_path(join_path(folder_of_asker(reference), path));
    if (!file.empty()) patch.files.push_back({std::move(path), optional});
  }
  return patch;
}

Result<PackageSource> berry_source(std::string_view reference, const Place& position) {
  if (reference.starts_with("npm:")) {
    std::string url = berry_parameter(reference, "__archiveUrl");
    if (url.empty()) return PackageSource{SourceKind::kRegistry, ""};
    return read_source(url, position);
  }
  std::string_view plain = without_parameters(reference);
  if (auto git = git_source(plain)) return read_source(*git, position);
  for (std::string_view protocol : {"workspace:", "portal:", "link:"})
    if (plain.starts_with(protocol)) {
      const std::string path = join_path(folder_of_asker(reference), plain.substr(protocol.size()));
      return PackageSource{SourceKind::kDirectory, TRY(local_path(path, position))};
    }
  if (!plain.starts_with("file:")) return read_source(plain, position);
  // "file:./x.tgz#./x.tgz" says its place twice.
  std::string_view path = plain.substr(5, plain.find('#') - 5);
  return read_source("file:" + join_path(folder_of_asker(reference), path), position);
}

PlatformConstraint parse_berry_conditions(std::string_view conditions) {
  PlatformConstraint out;
  while (!conditions.empty()) {
    size_t end = conditions.find('&');
    std::string_view alternatives = trim(conditions.substr(0, end), " ()");
    conditions.remove_prefix(end == std::string_view::npos ? conditions.size() : end + 1);
    while (!alternatives.empty()) {
      size_t bar = alternatives.find('|');
      std::string_view term = trim(alternatives.substr(0, bar), " ()");
      alternatives.remove_prefix(bar == std::string_view::npos ? alternatives.size() : bar + 1);
      bool negated = term.starts_with('!');
      if (negated) term.remove_prefix(1);
      size_t equals = term.find('=');
      if (equals == std::string_view::npos) continue;
      std::string_view key = term.substr(0, equals);
      std::string value = (negated ? "!" : "") + std::string(term.substr(equals + 1));
      if (key == "os")
        out.os.push_back(std::move(value));
      else if (key == "cpu")
        out.cpu.push_back(std::move(value));
      else if (key == "libc")
        out.libc.push_back(std::move(value));
    }
  }
  return out;
}

}  // namespace ingot
