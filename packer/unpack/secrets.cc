#include "packer/unpack/secrets.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "packer/unpack/glob.h"

namespace ingot {
namespace {

// "-----BEGIN RSA PRIVATE KEY-----" and its like, at the beginning of a line.
bool begins_private_key(std::string_view line) {
  line = line.substr(0, line.find_first_of("\r\n"));
  return line.starts_with("-----BEGIN ") && line.find("PRIVATE KEY") != std::string_view::npos;
}

}  // namespace

bool is_told_by_content(std::string_view path) {
  std::string_view name = base_name(path);
  for (std::string_view extension :
       {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".jsx", ".tsx", ".json", ".map", ".md",
        ".html", ".css", ".svg", ".png", ".wasm", ".node"})
    if (name.ends_with(extension)) return false;
  return true;
}

bool holds_private_key(std::string_view path, std::string_view content) {
  size_t start = content.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return false;
  if (begins_private_key(content.substr(start))) return true;
  if (!path.ends_with(".pem")) return false;
  for (size_t at = content.find("\n-----BEGIN "); at != std::string_view::npos;
       at = content.find("\n-----BEGIN ", at + 1))
    if (begins_private_key(content.substr(at + 1))) return true;
  return false;
}

bool looks_secret(std::string_view path) {
  static const std::vector<Glob> kSecrets = [] {
    std::vector<Glob> globs;
    for (const char* pattern :
         {"{.env*,*.env}", "*.{key,p8,p12,pfx,jks,keystore,kdbx,ppk}",
          "id_{rsa,dsa,ecdsa,ed25519}{,.*,_*}", "{.npmrc,.yarnrc,.yarnrc.yml,.pypirc}",
          "{.netrc,_netrc,.pgpass,.htpasswd,.git-credentials}"})
      globs.emplace_back(pattern, GlobCase::kIgnore);
    return globs;
  }();
  std::string_view name = base_name(path);
  if (name.ends_with(".pub")) return false;
  return std::any_of(kSecrets.begin(), kSecrets.end(),
                     [&](const Glob& glob) { return glob.matches(name); });
}

bool names_secrets(std::string_view pattern) {
  while (pattern.starts_with('!')) pattern.remove_prefix(1);
  for (const std::string& alternative : expand_braces(pattern)) {
    // With a letter for each wildcard, what is left are the characters somebody wrote down.
    std::string name(base_name(alternative));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '*' || c == '?'; }, 'x');
    if (looks_secret(name) || name.ends_with(".pem")) return true;
  }
  return false;
}

}  // namespace ingot
