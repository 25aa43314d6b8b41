#include "packer/cast/output_names.h"

#include <algorithm>

namespace ingot {
namespace {

constexpr std::string_view kPlaceholders = "{name} {version} {target} {os} {arch} {ext}";

struct Placeholder {
  std::string_view word;
  std::string value;
};

std::vector<Placeholder> placeholders_for(const Target& target, const Project& project) {
  std::string_view name = target.name;
  size_t dash = name.find('-');
  return {{"name", project.short_name()},
          {"version", project.manifest.version},
          {"target", std::string(name)},
          {"os", std::string(name.substr(0, dash))},
          {"arch", std::string(name.substr(dash + 1))},
          {"ext", std::string(target.executable_suffix())}};
}

// What package.json says may be anything; in a file's name it must not lead elsewhere.
Status check_value(const Placeholder& placeholder) {
  std::string word = "{" + std::string(placeholder.word) + "}";
  if (placeholder.value.empty() && placeholder.word != "ext")
    return fail(usage_error("output-placeholder-empty",
                            "package.json has nothing to put in the place of " + word)
                    .hinted("leave " + word + " out of -o, or add it to package.json"));
  bool fits = placeholder.value != "." && placeholder.value != ".." &&
              std::ranges::all_of(placeholder.value, [](unsigned char c) {
                return c >= ' ' && c != '/' && c != '\\' && c != 0x7f;
              });
  if (fits) return {};
  return fail(usage_error("output-placeholder-unfit", "what package.json has for " + word +
                                                          " is no part of a file's name: \"" +
                                                          placeholder.value + "\"")
                  .hinted("leave " + word + " out of -o, or mend package.json"));
}

Result<std::string> filled_in(std::string_view pattern,
                              const std::vector<Placeholder>& placeholders) {
  std::string out;
  while (true) {
    size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) return out;
    size_t close = pattern.find('}', open);
    std::string_view text = pattern.substr(
        open, close == std::string_view::npos ? std::string_view::npos : close - open + 1);
    auto found = std::ranges::find_if(placeholders, [&](const Placeholder& placeholder) {
      return text == "{" + std::string(placeholder.word) + "}";
    });
    if (found == placeholders.end())
      return fail(
          usage_error("output-placeholder-unknown", "there is no placeholder " + std::string(text))
              .hinted("-o knows " + std::string(kPlaceholders)));
    TRY(check_value(*found));
    out += found->value;
    pattern.remove_prefix(close + 1);
  }
}

}  // namespace

Result<std::vector<std::string>> output_paths(const FileSystem& files, const BuildOptions& options,
                                              const Project& project) {
  bool chosen = !options.output.empty();
  std::string_view pattern = chosen ? std::string_view(options.output) : kDefaultOutput;
  const std::string& folder = chosen ? options.output_folder : project.folder;
  std::vector<std::string> paths;
  for (const Target& target : options.targets) {
    std::string name = TRY(filled_in(pattern, placeholders_for(target, project)));
    std::string path = normal_path(join_path(folder, name));
    if (auto other = std::ranges::find(paths, path); other != paths.end())
      return fail(usage_error("output-shared",
                              std::string(options.targets[other - paths.begin()].name) + " and " +
                                  std::string(target.name) + " would both be written to " + name)
                      .hinted("give each target a name: -o '" + std::string(kDefaultOutput) + "'"));
    if (files.is_directory(path))
      return fail(usage_error("output-is-folder", name + " is a folder")
                      .hinted("-o takes the path of the executable itself"));
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace ingot
