#include "resolver/modules/esm_resolution.h"

#include <algorithm>

#include "base/ascii.h"
#include "resolver/modules/builtin_modules.h"
#include "resolver/modules/module_format.h"
#include "resolver/modules/percent.h"

namespace ingot {
namespace {

TargetOutcome no_answer() {
  return {};
}

TargetOutcome to_path(std::optional<std::string> path) {
  if (!path) return no_answer();
  return {TargetOutcome::kPath, std::move(*path)};
}

// Components that Node refuses in targets and in what stands for a '*'.
enum class Segments { kFine, kInvalid, kUncertain };

Segments check_segments(std::string_view text) {
  while (true) {
    size_t slash = text.find('/');
    auto part = percent_decoded(text.substr(0, slash));
    // Empty components are allowed with a warning, which only Node itself can print.
    if (!part || part->empty() || part->find('\\') != std::string::npos)
      return Segments::kUncertain;
    if (*part == "." || *part == ".." || ascii::lower(*part) == "node_modules")
      return Segments::kInvalid;
    if (slash == std::string_view::npos) return Segments::kFine;
    text.remove_prefix(slash + 1);
  }
}

std::string replace_stars(std::string_view text, std::string_view match) {
  std::string out;
  for (char c : text) {
    if (c == '*')
      out += match;
    else
      out += c;
  }
  return out;
}

// "scheme:" at the front: `new URL(text)` may succeed.
bool may_be_url(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  if (!ascii::is_letter(text[0])) return false;
  for (char c : text.substr(0, colon))
    if (!ascii::is_letter_or_digit(c) && c != '+' && c != '-' && c != '.') return false;
  return true;
}

bool is_relative(std::string_view specifier) {
  return specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." ||
         specifier == "..";
}

// A package name that means the same in a URL as in a path, with no component that a URL would
// take for another: more is possible, nobody uses it.
bool is_plain_package_name(std::string_view name) {
  bool scoped = name.starts_with('@');
  if (std::count(name.begin(), name.end(), '/') != (scoped ? 1 : 0)) return false;
  if (name.empty() || name[0] == '.' || name.starts_with("@/")) return false;
  std::string_view last = name.substr(name.find('/') + 1);
  if (last.empty() || last == "." || last == "..") return false;
  for (char c : name) {
    if (!ascii::is_letter_or_digit(c) &&
        std::string_view("-_.~!@$&'()*+,;=/").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

struct PackageSpecifier {
  std::string_view name;
  std::string subpath;  // "." or "./..."
};

std::optional<PackageSpecifier> parse_package_name(std::string_view specifier) {
  size_t slash = specifier.find('/');
  if (specifier.starts_with('@') && slash != std::string_view::npos)
    slash = specifier.find('/', slash + 1);
  PackageSpecifier out{specifier.substr(0, slash), "."};
  if (!is_plain_package_name(out.name)) return std::nullopt;
  if (slash != std::string_view::npos) out.subpath += specifier.substr(slash);
  return out;
}

// Node prints DEP0151 when the main of an ES module is not named in full.
bool warns_of_legacy_main(const ModuleWorld& world, const std::string& path,
                          std::string_view folder, std::string_view main) {
  if (module_format(world, path) != ModuleFormat::kModule) return false;
  return main.empty() || resolve_path(folder, main) != path;
}

// With "lib/" as its main Node asks for lib.js and then loads lib/.js, and other file systems under
// it do neither: as long as one of the two is there, nobody can tell.
bool is_unclear_main(const ModuleWorld& world, std::string_view folder, std::string_view main) {
  bool names_folder = main.ends_with('/') || main == "." || main == ".." || main.ends_with("/.") ||
                      main.ends_with("/..");
  if (!names_folder) return false;
  for (std::string_view suffix : {"", ".js", ".json", ".node"}) {
    auto beside = resolve_path(folder, main);
    auto inside = resolve_path(folder, std::string(main) + std::string(suffix));
    if (!beside || !inside) return true;
    if (world.index.file(*beside + std::string(suffix)) || world.index.file(*inside)) return true;
  }
  return false;
}

std::optional<std::string> legacy_main_resolve(const ModuleWorld& world, std::string_view folder,
                                               const PackageConfig* config) {
  std::string_view main = config ? std::string_view(config->main) : std::string_view();
  std::optional<std::string> found;
  if (!main.empty()) {
    auto exact = resolve_path(folder, main);
    if (!exact) return std::nullopt;
    if (is_unclear_main(world, folder, main)) return std::nullopt;
    for (std::string_view suffix :
         {"", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"}) {
      auto candidate = resolve_path(folder, std::string(main) + std::string(suffix));
      if (!candidate) return std::nullopt;
      if (world.index.stat(*candidate) != PathKind::kFile) continue;
      found = candidate;
      break;
    }
  }
  for (std::string_view name : {"index.js", "index.json", "index.node"}) {
    if (found) break;
    std::string candidate = child_path(folder, name);
    if (world.index.stat(candidate) == PathKind::kFile) found = std::move(candidate);
  }
  if (!found || warns_of_legacy_main(world, *found, folder, main)) return std::nullopt;
  return found;
}

// An object of "exports" holds either subpaths or conditions. Nothing when it holds both.
std::optional<bool> is_main_sugar(const JsonCursor& exports) {
  if (!exports.is_object()) return true;
  std::optional<bool> sugar;
  for (JsonCursor member : exports) {
    bool condition = !member.key().starts_with('.');
    if (sugar && *sugar != condition) return std::nullopt;
    sugar = condition;
  }
  return sugar.value_or(false);
}

TargetOutcome resolve_target_text(const ModuleWorld& world, std::string_view folder,
                                  std::string_view target, std::optional<std::string_view> match,
                                  bool is_imports, RequestKind kind) {
  if (!target.starts_with("./")) {
    if (!is_imports || target.starts_with('/') || target.starts_with("../"))
      return {TargetOutcome::kInvalidTarget, {}};
    // Invalid as well if it really is a URL; only the URL parser knows.
    if (may_be_url(target)) return no_answer();
    std::string specifier = match ? replace_stars(target, *match) : std::string(target);
    return to_path(package_resolve(world, specifier, child_path(folder, "package.json"), kind));
  }
  Segments segments = check_segments(target.substr(2));
  if (segments == Segments::kInvalid) return {TargetOutcome::kInvalidTarget, {}};
  if (segments == Segments::kUncertain) return no_answer();
  if (!match) return to_path(path_of_url(folder, target));
  if (check_segments(*match) != Segments::kFine) return no_answer();
  return to_path(path_of_url(folder, replace_stars(target, *match)));
}

TargetOutcome resolve_target_array(const ModuleWorld& world, std::string_view folder,
                                   const JsonCursor& target, std::optional<std::string_view> match,
                                   bool is_imports, RequestKind kind) {
  if (target.size() == 0) return {TargetOutcome::kNull, {}};
  TargetOutcome last{TargetOutcome::kUndefined, {}};
  for (JsonCursor element : target) {
    TargetOutcome outcome = package_target_resolve(world, folder, element, match, is_imports, kind);
    if (outcome.kind == TargetOutcome::kPath || outcome.kind == TargetOutcome::kNoAnswer)
      return outcome;
    if (outcome.kind != TargetOutcome::kUndefined) last = std::move(outcome);
  }
  return last;
}

}  // namespace

std::optional<std::string> path_of_url(std::string_view folder, std::string_view reference) {
  if (reference.ends_with('/') || reference.ends_with(' ')) return std::nullopt;
  for (char c : reference)
    if (static_cast<uint8_t>(c) < 0x20 || c == '?' || c == '#' || c == '\\') return std::nullopt;
  if (reference.find("//") != std::string_view::npos) return std::nullopt;
  auto decoded = percent_decoded(reference);
  if (!decoded) return std::nullopt;
  return resolve_path(folder, *decoded);
}

int pattern_key_compare(std::string_view a, std::string_view b) {
  size_t star_a = a.find('*');
  size_t star_b = b.find('*');
  size_t base_a = star_a == std::string_view::npos ? a.size() : star_a + 1;
  size_t base_b = star_b == std::string_view::npos ? b.size() : star_b + 1;
  if (base_a != base_b) return base_a > base_b ? -1 : 1;
  if (star_a == std::string_view::npos) return 1;
  if (star_b == std::string_view::npos) return -1;
  if (a.size() != b.size()) return a.size() > b.size() ? -1 : 1;
  return 0;
}

TargetOutcome package_target_resolve(const ModuleWorld& world, std::string_view folder,
                                     const JsonCursor& target,
                                     std::optional<std::string_view> pattern_match, bool is_imports,
                                     RequestKind kind) {
  if (target.is_string())
    return resolve_target_text(world, folder, target.text(), pattern_match, is_imports, kind);
  if (target.is_array())
    return resolve_target_array(world, folder, target, pattern_match, is_imports, kind);
  if (target.is_null()) return {TargetOutcome::kNull, {}};
  if (!target.is_object()) return {TargetOutcome::kInvalidTarget, {}};

  // Keys that are array indices make Node throw, and change the order of the others.
  for (JsonCursor member : target)
    if (!member.key().empty() && member.key()[0] >= '0' && member.key()[0] <= '9')
      return no_answer();
  for (JsonCursor member : target) {
    if (!is_condition(kind, member.key())) continue;
    TargetOutcome outcome =
        package_target_resolve(world, folder, member, pattern_match, is_imports, kind);
    if (outcome.kind != TargetOutcome::kUndefined) return outcome;
  }
  return {TargetOutcome::kUndefined, {}};
}

TargetOutcome package_imports_exports_resolve(const ModuleWorld& world, std::string_view match_key,
                                              const JsonCursor& match_object,
                                              std::string_view folder, bool is_imports,
                                              RequestKind kind) {
  // Node matches a key that ends in a slash with a warning.
  if (match_key.ends_with('/')) return no_answer();
  if (match_key.find('*') == std::string_view::npos)
    if (auto target = match_object.find(match_key))
      return package_target_resolve(world, folder, *target, std::nullopt, is_imports, kind);

  std::optional<JsonCursor> best;
  for (JsonCursor member : match_object) {
    std::string_view key = member.key();
    size_t star = key.find('*');
    if (star == std::string_view::npos || key.find('*', star + 1) != std::string_view::npos)
      continue;
    if (match_key.size() < key.size() || !match_key.starts_with(key.substr(0, star)) ||
        !match_key.ends_with(key.substr(star + 1)))
      continue;
    if (!best || pattern_key_compare(best->key(), key) > 0) best = member;
  }
  if (!best) return {TargetOutcome::kNull, {}};
  size_t star = best->key().find('*');
  std::string_view match = match_key.substr(star, match_key.size() - best->key().size() + 1);
  return package_target_resolve(world, folder, *best, match, is_imports, kind);
}

TargetOutcome package_exports_resolve(const ModuleWorld& world, std::string_view folder,
                                      std::string_view subpath, const PackageConfig& config,
                                      RequestKind kind) {
  auto sugar = is_main_sugar(*config.exports);
  if (!sugar) return no_answer();
  TargetOutcome outcome;
  if (*sugar) {
    if (subpath != ".") return no_answer();
    outcome = package_target_resolve(world, folder, *config.exports, std::nullopt, false, kind);
  } else {
    outcome = package_imports_exports_resolve(world, subpath, *config.exports, folder, false, kind);
  }
  return outcome.kind == TargetOutcome::kPath ? outcome : no_answer();
}

TargetOutcome package_imports_resolve(const ModuleWorld& world, std::string_view specifier,
                                      std::string_view parent, RequestKind kind) {
  if (specifier == "#" || specifier.ends_with('/')) return no_answer();
  auto scope = world.configs.lookup_package_scope(parent);
  if (!scope || !scope->config->usable || !scope->config->imports) return no_answer();
  if (!scope->config->imports->is_object()) return no_answer();
  TargetOutcome outcome = package_imports_exports_resolve(world, specifier, *scope->config->imports,
                                                          scope->folder, true, kind);
  return outcome.kind == TargetOutcome::kPath ? outcome : no_answer();
}

std::optional<TargetOutcome> package_self_resolve(const ModuleWorld& world,
                                                  std::string_view package_name,
                                                  std::string_view subpath, std::string_view parent,
                                                  RequestKind kind) {
  auto scope = world.configs.lookup_package_scope(parent);
  if (!scope) return std::nullopt;
  if (!scope->config->usable) return no_answer();
  if (!scope->config->exports || scope->config->name != package_name) return std::nullopt;
  return package_exports_resolve(world, scope->folder, subpath, *scope->config, kind);
}

std::optional<std::string> package_resolve(const ModuleWorld& world, std::string_view specifier,
                                           std::string_view parent, RequestKind kind) {
  if (is_builtin_module(specifier)) return std::nullopt;
  auto package = parse_package_name(specifier);
  if (!package) return std::nullopt;
  if (auto self = package_self_resolve(world, package->name, package->subpath, parent, kind)) {
    if (self->kind != TargetOutcome::kPath) return std::nullopt;
    return std::move(self->path);
  }

  for (auto at = parent_folder(parent); at; at = parent_folder(*at)) {
    std::string folder = child_path(child_path(*at, "node_modules"), package->name);
    if (world.index.stat(folder) != PathKind::kDirectory) continue;
    const PackageConfig* config = world.configs.read(folder);
    if (config && !config->usable) return std::nullopt;
    if (config && config->exports) {
      TargetOutcome outcome =
          package_exports_resolve(world, folder, package->subpath, *config, kind);
      if (outcome.kind != TargetOutcome::kPath) return std::nullopt;
      return std::move(outcome.path);
    }
    if (package->subpath == ".") return legacy_main_resolve(world, folder, config);
    return path_of_url(folder, package->subpath);
  }
  return std::nullopt;
}

const FileNode* esm_resolve(const ModuleWorld& world, std::string_view specifier,
                            std::string_view parent) {
  if (specifier.empty() || specifier.starts_with('/')) return nullptr;
  std::optional<std::string> path;
  if (is_relative(specifier)) {
    path = path_of_url(*parent_folder(parent), specifier);
  } else if (specifier.starts_with('#')) {
    TargetOutcome outcome = package_imports_resolve(world, specifier, parent, RequestKind::kImport);
    if (outcome.kind == TargetOutcome::kPath) path = std::move(outcome.path);
  } else if (!may_be_url(specifier)) {
    path = package_resolve(world, specifier, parent, RequestKind::kImport);
  }
  const FileNode* file = path ? world.index.file(*path) : nullptr;
  if (!file || !is_format_ruled_by_package(file->path)) return file;
  // Node looks for the format at once, and throws when it cannot read the package.json.
  auto scope = world.configs.lookup_package_scope(file->path);
  return scope && !scope->config->usable ? nullptr : file;
}

}  // namespace ingot
