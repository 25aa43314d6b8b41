#include "packer/report/hints.h"

#include <algorithm>

namespace ingot {
namespace {

struct Hint {
  std::string_view code;  // '*' at its end or start stands for anything
  std::string_view text;  // '$' stands for the package manager that writes the file at fault
};

constexpr std::string_view kWriteAnew =
    "mend the file at this place; if it is the lockfile, '$ install' can write it anew";

// The first that fits.
constexpr Hint kHints[] = {
    {"json-too-large", "a file of this size was hardly written for npm"},
    {"json-*", kWriteAnew},
    {"yaml-*", kWriteAnew},
    {"yarn-*", kWriteAnew},
    {"platform-unsupported",
     "the package says that it does not run there; choose another --target, or make it an optional "
     "dependency"},
    {"integrity-mismatch",
     "either the package was published again under the same version, or something on the way "
     "changes it; do not use these bytes before you know which"},
    {"integrity-*", "remove the package from the lockfile and run '$ install': $ records it anew"},
    {"signature-invalid",
     "somebody may have put other bytes in the place of the package: do not use them before you "
     "know"},
    {"signature-*",
     "leave --signatures out if the registry does not sign, or choose a version that it has "
     "signed"},
    {"signatures-malformed", "'ingot verify --signatures --pin' writes it anew"},
    {"git-damaged", "get the package from another copy of the repository"},
    {"git-*", "depend on a published version, or on a tarball of it"},
    {"toml-syntax", "mend the file at this place"},
    {"lockfile-*", "this is not as $ writes it: remove the lockfile and run '$ install'"},
    {"drift-*", "run '$ install', so that the lockfile follows package.json"},
    {"manifest-damaged", "get the executable again from where you have it, or cast it again"},
    {"manifest-contradicted", "get the executable again from where you have it, or cast it again"},
    {"file-damaged", "get the executable again from where you have it, or cast it again"},
    {"*-altered", "do not run it; get it again from where you have it, or cast it again"},
    {"manifest-malformed", "cast it again with this ingot"},
    {"manifest-*", "mend package.json at this place"},
    {"package-json-*", "the package was not published by npm: see what its tarball is"},
    {"tarball-too-large", "leave the package out, if that size is not what you expect of it"},
    {"tarball-*", "the package is broken or hostile; another version of it may not be"},
    {"path-*", "rename one of the files, or leave it out with --exclude"},
    {"link-escapes", "replace the link by what it leads to, or leave it out with --exclude"},
    {"registry-error", "the registry has a problem; run it again later"},
    {"network-error", "check the connection, the proxy and 'npm config get registry'"},
    {"url-insecure", "use https, or configure this host as the registry if you trust the network"},
    {"url-invalid", "mend the address in the lockfile or in .npmrc"},
    {"npm-config-invalid", "mend the setting in .npmrc or in the environment"},
    {"entry-not-found", "name an existing file with --entry, or mend package.json"},
    {"template-digest-mismatch", "get the binary again from where it was published"},
    {"template-*", "use an official Node.js binary: 'ingot targets' lists those that are known"},
    {"file-unwritable", "choose a place where you may write, or mend its permissions"},
    {"file-unreadable", "mend its permissions"},
    {"not-found", "check the name"},
    {"not-a-file", "name a file"},
    {"is-directory", "name a file"},
    {"not-a-directory", "name a folder"},
    {"project-missing", "name the folder of an npm project: ingot build DIR"},
    {"project-too-large", "leave files out with --exclude"},
    {"executable-format-*", "name a file that 'ingot build' has written for Linux"},
    {"elf-*", "the file is cut off or damaged: get it again"},
    {"envelope-*", "do not believe it; get the statement and its signer's key again"},
    {"provenance-other-file", "get the statement that was published with this file"},
    {"payload-version", "use the ingot that made it, or cast it again"},
};

bool fits(const Hint& hint, std::string_view code) {
  if (hint.code.starts_with('*')) return code.ends_with(hint.code.substr(1));
  if (hint.code.ends_with('*')) return code.starts_with(hint.code.substr(0, hint.code.size() - 1));
  return hint.code == code;
}

std::string_view manager_of(std::string_view file) {
  if (file.ends_with(".yaml")) return "pnpm";
  if (file.ends_with("yarn.lock") || file.ends_with(".yml")) return "yarn";
  if (file.ends_with("bun.lock")) return "bun";
  return "npm";
}

}  // namespace

std::string general_hint(std::string_view code, std::string_view file) {
  const Hint* found = std::ranges::find_if(kHints, [&](const Hint& h) { return fits(h, code); });
  if (found == std::end(kHints)) return "";
  std::string text;
  for (char c : found->text)
    if (c == '$')
      text += manager_of(file);
    else
      text += c;
  return text;
}

}  // namespace ingot
