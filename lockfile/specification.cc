#include "lockfile/specification.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "lockfile/package_name.h"
#include "lockfile/semver.h"
#include "lockfile/semver_text.h"

namespace ingot {
namespace {

bool equals_any_case(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, [](char a, char b) { return ascii::lower(a) == b; });
}
bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_any_case(text.substr(0, prefix.size()), prefix);
}
bool ends_with_any_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equals_any_case(text.substr(text.size() - suffix.size()), suffix);
}

// "https:" -> "https"; nothing when the text does not begin with a URL scheme.
std::optional<std::string> scheme_of(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2) return std::nullopt;
  std::string scheme = ascii::lower(text.substr(0, colon));
  for (char c : scheme)
    if ((c < 'a' || c > 'z') && c != '+') return std::nullopt;
  return scheme;
}

bool looks_like_path(std::string_view text) {
  if (text.starts_with('.') || text.starts_with('/') || text.starts_with("~/")) return true;
  bool letter = !text.empty() && ascii::lower(text[0]) >= 'a' && ascii::lower(text[0]) <= 'z';
  return letter && text.size() > 1 && text[1] == ':';  // a drive of Windows
}

Specification path_specification(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  Specification out;
  out.kind = is_tarball_path(path) ? SpecificationKind::kFile : SpecificationKind::kDirectory;
  out.text = path;
  return out;
}

// "semver:^1", "path:a" and "v1.0.0" behind the '#' of a git URL; parts are separated by "::", by
// pnpm also by "&".
bool set_fragment(Specification& out, std::string_view fragment) {
  while (!fragment.empty()) {
    size_t end = std::min(fragment.find("::"), fragment.find("&path:"));
    std::string_view part = fragment.substr(0, end);
    if (part.starts_with("semver:"))
      out.range = part.substr(7);
    else if (part.starts_with("path:"))
      out.subfolder = part.substr(5);
    else if (part.find(':') == std::string_view::npos && out.committish.empty())
      out.committish = part;
    if (end == std::string_view::npos) break;
    fragment.remove_prefix(end + (fragment[end] == '&' ? 1 : 2));
  }
  return out.range.empty() || out.committish.empty();
}

// `location` is "user@host/path", "host:path" and so on, without the scheme.
Specification git_specification(std::string_view location, std::string_view fragment) {
  Specification out;
  size_t at = location.find('@');
  if (at != std::string_view::npos && at < location.find('/')) location.remove_prefix(at + 1);
  std::string repository(location);
  // scp form "host:path", but not a port "host:22/path".
  size_t colon = repository.find(':');
  if (colon != std::string::npos && colon < repository.find('/')) {
    size_t end = repository.find('/', colon);
    std::string after = repository.substr(colon + 1, end - colon - 1);
    bool port = !after.empty() && after.find_first_not_of("0123456789") == std::string::npos;
    if (!port) repository[colon] = '/';
  }
  while (repository.ends_with('/')) repository.pop_back();
  if (repository.ends_with(".git")) repository.resize(repository.size() - 4);
  size_t slash = repository.find('/');
  if (slash == std::string::npos || slash == 0 || !set_fragment(out, fragment)) return out;
  std::string host = ascii::lower(std::string_view(repository).substr(0, slash));
  if (host.starts_with("www.")) host.erase(0, 4);
  out.repository = host + repository.substr(slash);
  out.text = out.repository;
  out.kind = SpecificationKind::kGit;
  return out;
}

// "user/repo" of a forge: exactly two components.
bool is_forge_path(std::string_view path) {
  size_t slash = path.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < path.size() &&
         path.find('/', slash + 1) == std::string_view::npos && path[0] != '@' &&
         path.find_first_of(" :@") == std::string_view::npos;
}

// Repositories named by plain https on a forge are git; files below them are tarballs.
bool is_forge_repository(std::string_view host_and_path) {
  size_t at = host_and_path.find('@');
  if (at != std::string_view::npos && at < host_and_path.find('/'))
    host_and_path.remove_prefix(at + 1);
  for (std::string_view host :
       {"github.com/", "www.github.com/", "gitlab.com/", "bitbucket.org/"}) {
    if (!starts_with_any_case(host_and_path, host)) continue;
    std::string_view path = host_and_path.substr(host.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    return is_forge_path(path) && !is_tarball_path(path);
  }
  return false;
}

Specification url_specification(const std::string& scheme, std::string_view text) {
  size_t hash = text.find('#');
  std::string_view fragment =
      hash == std::string_view::npos ? std::string_view() : text.substr(hash + 1);
  std::string_view body = text.substr(scheme.size() + 1);
  body = body.substr(0, body.find('#'));
  while (body.starts_with('/')) body.remove_prefix(1);

  struct Forge {
    std::string_view scheme, host;
  };
  constexpr Forge kForges[] = {{"github", "github.com/"},
                               {"gitlab", "gitlab.com/"},
                               {"bitbucket", "bitbucket.org/"},
                               {"gist", "gist.github.com/"}};
  for (const Forge& forge : kForges)
    if (scheme == forge.scheme)
      return git_specification(std::string(forge.host) + std::string(body), fragment);
  if (scheme == "git" || scheme == "ssh" || scheme.starts_with("git+"))
    return git_specification(body, fragment);
  if (scheme == "http" || scheme == "https") {
    if (is_forge_repository(body)) return git_specification(body, fragment);
    Specification out;
    out.kind = SpecificationKind::kRemote;
    out.text = text;
    return out;
  }
  return {};
}

Specification registry_specification(std::string_view text) {
  text = trim_semver_space(text);
  Specification out;
  out.text = text;
  if (Version::parse(text, SemverMode::kLoose)) {
    out.kind = SpecificationKind::kVersion;
  } else if (VersionRange::parse(text, {SemverMode::kLoose})) {
    out.kind = SpecificationKind::kRange;
  } else if (!text.empty() &&
             text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS"
                                    "TUVWXYZ0123456789-_.!~*'()") == std::string_view::npos) {
    out.kind = SpecificationKind::kTag;
  }
  return out;
}

Specification alias_specification(std::string_view text) {
  size_t at = text.find('@', 1);
  std::string_view name = text.substr(0, at);
  std::string_view asked = at == std::string_view::npos ? "*" : text.substr(at + 1);
  Specification inner = registry_specification(asked.empty() ? "*" : asked);
  if (!is_package_name(name) || !inner.is_registry()) return {};
  Specification out;
  out.kind = SpecificationKind::kAlias;
  out.name = name;
  out.text = inner.text;
  return out;
}

// "git@host.org:path", without a scheme.
bool is_scp_form(std::string_view text) {
  size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  size_t colon = text.find(':', at);
  size_t dot = text.find('.', at);
  return colon != std::string_view::npos && dot != std::string_view::npos && dot < colon &&
         text.substr(0, at).find('/') == std::string_view::npos;
}

}  // namespace

bool Specification::names_commit() const {
  return (committish.size() == 40 || committish.size() == 64) &&
         ascii::lower(committish).find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_tarball_path(std::string_view path) {
  return ends_with_any_case(path, ".tgz") || ends_with_any_case(path, ".tar.gz") ||
         ends_with_any_case(path, ".tar");
}

Specification parse_specification(std::string_view text) {
  if (starts_with_any_case(text, "file:")) return path_specification(text.substr(5));
  if (starts_with_any_case(text, "npm:")) return alias_specification(text.substr(4));
  for (auto [prefix, kind] :
       {std::pair(std::string_view("link:"), SpecificationKind::kLink),
        std::pair(std::string_view("workspace:"), SpecificationKind::kWorkspace)}) {
    if (!starts_with_any_case(text, prefix)) continue;
    Specification out;
    out.kind = kind;
    out.text = text.substr(prefix.size());
    return out;
  }
  if (looks_like_path(text)) return path_specification(text);
  if (is_scp_form(text) && !scheme_of(text)) {
    size_t hash = text.find('#');
    return git_specification(text.substr(0, hash),
                             hash == std::string_view::npos ? "" : text.substr(hash + 1));
  }
  if (auto scheme = scheme_of(text)) return url_specification(*scheme, text);

  Specification registry = registry_specification(text);
  if (registry.kind != SpecificationKind::kInvalid) return registry;
  std::string_view path = text.substr(0, text.find('#'));
  if (is_forge_path(path)) return url_specification("github", "github:" + std::string(text));
  if (path.find('/') != std::string_view::npos || is_tarball_path(path))
    return path_specification(text);
  return registry;
}

}  // namespace ingot
