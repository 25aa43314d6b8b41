#include "packer/unpack/secrets.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "packer/unpack/glob.h"

namespace ingot {

bool looks_secret(std::string_view path) {
  static const std::vector<Glob> kSecrets = [] {
    std::vector<Glob> globs;
    for (const char* pattern :
         {"{.env*,*.env}", "*.{pem,key,p8,p12,pfx,jks,keystore,kdbx,ppk}",
          "id_{rsa,dsa,ecdsa,ed25519}{,.*,_*}", "{.npmrc,.yarnrc,.yarnrc.yml,.pypirc}",
          "{.netrc,_netrc,.pgpass,.htpasswd,.git-credentials}"})
      globs.emplace_back(pattern, GlobCase::kIgnore);
    return globs;
  }();
  std::string_view name = base_name(path);
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
    if (looks_secret(name)) return true;
  }
  return false;
}

}  // namespace ingot
