#include "packer/cast/entry.h"

namespace ingot {
namespace {

std::string list_of(const std::map<std::string, std::string>& bin) {
  std::string text;
  for (const auto& [name, path] : bin) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Like node on its command line: the file itself, then with an extension, then as a folder.
std::optional<std::string> as_node_would(const FileTree& tree, const std::string& path) {
  for (const char* suffix : {"", ".js", ".json", "/index.js"}) {
    auto real = tree.real_path(path + suffix);
    if (real && tree.find(*real) != nullptr && tree.find(*real)->kind == FileNodeKind::kFile)
      return real;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> wanted_entry(const Project& project, const BuildOptions& options) {
  const Manifest& manifest = project.manifest;
  if (options.entry) {
    std::string path = normal_path(*options.entry);
    if (path.starts_with(project.folder + "/")) path = path.substr(project.folder.size() + 1);
    if (!is_safe_relative_path(path))
      return fail(input_error("entry-missing", "the entry " + *options.entry +
                                                   " is not in the project " + project.folder)
                      .hinted("--entry takes a path in the project, or in its node_modules"));
    return path;
  }
  if (options.bin) {
    auto own = manifest.bin.find(*options.bin);
    return own == manifest.bin.end() ? "" : normal_path(own->second);
  }
  if (manifest.bin.size() == 1) return normal_path(manifest.bin.begin()->second);
  if (manifest.bin.size() > 1)
    return fail(
        input_error("bin-ambiguous", "package.json has several commands: " + list_of(manifest.bin))
            .at({"package.json", 0, 0})
            .hinted("choose one with --bin NAME"));
  // As for Node, an empty "main" and the folder itself mean its index.
  std::string main = normal_path(manifest.main.value_or(""));
  return main.empty() ? "index.js" : main;
}

Result<std::string> find_entry(const FileTree& tree, const std::string& wanted,
                               const BuildOptions& options) {
  if (!wanted.empty()) {
    if (auto found = as_node_would(tree, wanted)) return *found;
    Error error = input_error("entry-missing", "there is no file " + wanted + " to run");
    if (options.entry)
      error.hint = "--entry takes a path in the project or in node_modules/, as installed";
    else
      error.hint =
          "package.json has no usable \"bin\" or \"main\": name the file with --entry PATH, or a "
          "dependency's command with --bin NAME";
    return fail(std::move(error));
  }
  auto found = tree.real_path("node_modules/.bin/" + *options.bin);
  if (found && tree.find(*found) != nullptr) return *found;
  return fail(input_error("bin-missing",
                          "neither the project nor a dependency has a command " + *options.bin)
                  .hinted("--entry takes the path of a file instead"));
}

}  // namespace ingot
