#include "resolver/modules/package_config.h"

#include <vector>

#include "base/thread_pool.h"

namespace ingot {
namespace {

// Node compares the top-level keys as they are written, escapes and all; the cursor shows them
// decoded. Nobody writes "m\u0061in", so such a file is left to Node.
bool has_escaped_key(std::string_view text, const JsonCursor& root) {
  for (std::string_view key : {"name", "main", "type", "exports", "imports"}) {
    std::string quoted = '"' + std::string(key) + '"';
    if (root.find(key) && text.find(quoted) == std::string_view::npos) return true;
  }
  return false;
}

// "exports" and "imports" reach Node's JavaScript as text; a string that looks like JSON is then
// parsed once more.
bool is_parsed_twice(const JsonCursor& value) {
  return value.is_string() && (value.text().starts_with('{') || value.text().starts_with('['));
}

PackageConfig unusable() {
  PackageConfig config;
  config.usable = false;
  return config;
}

PackageConfig parse_config(const FileNode& file) {
  auto parsed = JsonDocument::parse(std::string(file.content.text()), file.path);
  if (!parsed) return unusable();
  auto document = std::make_unique<JsonDocument>(std::move(*parsed));
  JsonCursor root = document->root();
  if (!root.is_object() || has_escaped_key(file.content.text(), root)) return unusable();

  PackageConfig config;
  if (auto name = root.find("name")) {
    if (!name->is_string()) return unusable();
    config.name = std::string(name->text());
  }
  config.main = std::string(root.find_text("main").value_or(""));
  if (auto type = root.find("type")) {
    if (!type->is_string()) return unusable();
    if (type->text() == "module") config.type = PackageType::kModule;
    if (type->text() == "commonjs") config.type = PackageType::kCommonjs;
  }
  auto exports = root.find("exports");
  if (exports && (exports->is_object() || exports->is_array() || exports->is_string())) {
    if (is_parsed_twice(*exports)) return unusable();
    config.exports = exports;
  }
  auto imports = root.find("imports");
  if (imports && (imports->is_object() || imports->is_array())) config.imports = imports;
  // A string is no map of imports, but it is not "no imports" either.
  if (imports && imports->is_string()) return unusable();

  if (config.exports || config.imports) config.document = std::move(document);
  return config;
}

}  // namespace

PackageConfigs::PackageConfigs(const TreeIndex& index) : index_(index) {
  std::vector<const FileNode*> files;
  for (const FileNode& node : index.tree().nodes()) {
    bool named = node.path == "package.json" || node.path.ends_with("/package.json");
    if (named && node.kind == FileNodeKind::kFile) files.push_back(&node);
  }
  std::vector<PackageConfig> parsed(files.size());
  Status status = parallel_for(files.size(), [&](size_t i) -> Status {
    parsed[i] = parse_config(*files[i]);
    return {};
  });
  INGOT_CHECK(status.has_value());
  configs_.reserve(files.size());
  for (size_t i = 0; i < files.size(); ++i) configs_.emplace(files[i], std::move(parsed[i]));
}

const PackageConfig* PackageConfigs::read(std::string_view folder) const {
  const FileNode* file = index_.file(child_path(folder, "package.json"));
  if (!file) return nullptr;
  auto found = configs_.find(file);
  if (found != configs_.end()) return &found->second;
  // A link called package.json to a file of another name.
  static const PackageConfig kUnusable = unusable();
  return &kUnusable;
}

std::optional<PackageScope> PackageConfigs::lookup_package_scope(std::string_view path) const {
  for (auto folder = parent_folder(path); folder; folder = parent_folder(*folder)) {
    if (*folder == "node_modules" || folder->ends_with("/node_modules")) return std::nullopt;
    if (const PackageConfig* config = read(*folder))
      return PackageScope{std::string(*folder), config};
  }
  return std::nullopt;
}

}  // namespace ingot
