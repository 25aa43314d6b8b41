#include "packer/cast/notices.h"

#include <algorithm>
#include <map>

#include "packer/bill/declared_license.h"
#include "packer/cast/seal.h"
#include "resolver/license_file.h"

namespace ingot {
namespace {

constexpr const char* kRule =
    "--------------------------------------------------------------------------------\n";

std::string label(const SealedPackage& package) {
  return package.version.empty() ? package.name : package.name + "@" + package.version;
}

// With line ends of one kind, and one at the end, so that equal texts are equal.
std::string tidy(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != '\r') out += c;
  while (out.ends_with('\n') || out.ends_with(' ')) out.pop_back();
  return out + "\n";
}

std::string declarations(const SealedManifest& manifest) {
  std::vector<std::string> lines;
  for (const SealedPackage& package : manifest.packages)
    if (!package.path.empty() && package.source != "link")
      lines.push_back("  " + label(package) + "  " +
                      license_phrase(declared_license(package.license)) + "\n");
  std::ranges::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

}  // namespace

std::vector<std::vector<size_t>> license_files(const SealedManifest& manifest) {
  std::vector<std::vector<size_t>> found(manifest.packages.size());
  for (size_t i = 0; i < manifest.files.size(); ++i) {
    const SealedFile& file = manifest.files[i];
    if (file.package != 0 && file.link.empty() && is_license_file(file.path))
      found[file.package].push_back(i);
  }
  return found;
}

Result<std::string> write_notices(const SealedManifest& manifest, std::string_view node_license,
                                  const std::function<Result<std::string>(size_t)>& read) {
  std::map<std::string, std::vector<std::string>> owners;  // of a text
  std::vector<std::string> texts;                          // in the order of their first owners
  std::vector<std::vector<size_t>> files = license_files(manifest);
  for (size_t package = 0; package < files.size(); ++package) {
    const std::string owner = label(manifest.packages[package]);
    for (size_t file : files[package]) {
      std::string text = tidy(TRY(read(file)));
      std::vector<std::string>& known = owners[text];
      if (known.empty()) texts.push_back(text);
      if (std::ranges::find(known, owner) == known.end()) known.push_back(owner);
    }
  }
  std::string out =
      "What " + label(manifest.packages.front()) + " contains, and under which licence\n\n";
  out += "  Node.js " + manifest.node_version + "  MIT, and those of its parts, below\n";
  out += declarations(manifest);
  for (const std::string& text : texts) {
    std::string names;
    for (const std::string& owner : owners[text]) names += (names.empty() ? "" : ", ") + owner;
    out.append("\n").append(kRule).append(names).append("\n\n").append(text);
  }
  out.append("\n").append(kRule).append("Node.js ").append(manifest.node_version);
  return out.append("\n\n").append(tidy(node_license));
}

Status add_notices(const SealedManifest& manifest, std::string_view node_license,
                   Assembly& assembly) {
  std::string path(kNoticesName);
  if (assembly.tree.find(path) || assembly.tree.is_directory(path))
    return fail(input_error("notices-exist", "the project has a " + path + " of its own")
                    .hinted("leave it out with --exclude, or leave --notices out"));
  SealedManifest sealed = manifest;
  sealed.files = seal_names(assembly.tree, {});
  auto read = [&](size_t file) -> Result<std::string> {
    return std::string(assembly.tree.nodes()[file].content.text());
  };
  auto text = std::make_shared<const std::string>(TRY(write_notices(sealed, node_license, read)));
  FileNode node;
  node.path = path;
  node.content = std::string_view(*text);
  assembly.tree.keep(text);
  assembly.tree.add(std::move(node));
  TRY(assembly.tree.seal());
  assembly.reasons.push_back({path, "include: licences and notices of all packages (--notices)"});
  std::ranges::sort(assembly.reasons, {}, &FileReason::path);
  return {};
}

}  // namespace ingot
