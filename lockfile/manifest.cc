#include "lockfile/manifest.h"

#include "lockfile/manifest_fields.h"

namespace ingot {
namespace {

std::optional<std::string> optional_text(const JsonCursor& object, std::string_view key) {
  auto text = object.find_text(key);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

InstallScripts read_scripts(const JsonCursor& root) {
  auto scripts = root.find("scripts");
  if (!scripts) return {};
  InstallScripts out{optional_text(*scripts, "preinstall"), optional_text(*scripts, "install"),
                     optional_text(*scripts, "postinstall")};
  for (const char* name : {"prepare", "preprepare", "postprepare", "prepack", "prepublish"})
    if (!out.preparation) out.preparation = optional_text(*scripts, name);
  return out;
}

void read_identity(const JsonCursor& root, Manifest& out) {
  if (auto name = root.find("name"); name && name->is_string()) {
    out.name = name->text();
    out.name_position = name->position();
  }
  if (auto version = root.find("version"); version && version->is_string()) {
    out.version = version->text();
    out.version_position = version->position();
  }
}

constexpr size_t kMarkerSize = 7;

// Nearly no text has, and that is seen faster than its lines: a marker covers one of every seven
// bytes.
bool may_have_markers(std::string_view text) {
  for (size_t at = kMarkerSize - 1; at < text.size(); at += kMarkerSize) {
    const char mark = text[at];
    if (mark != '<' && mark != '>') continue;
    size_t from = at, to = at + 1;
    while (from > 0 && text[from - 1] == mark) --from;
    while (to < text.size() && text[to] == mark) ++to;
    if (to - from >= kMarkerSize) return true;
  }
  return false;
}

}  // namespace

const Dependency* Manifest::find(std::string_view dependency) const {
  for (const Dependency& candidate : dependencies)
    if (candidate.name == dependency) return &candidate;
  return nullptr;
}

Result<Manifest> parse_manifest(std::string text, std::string file) {
  if (auto marker = find_conflict_markers(text, file))
    return fail(input_error("manifest-conflict", "there are merge conflict markers in it")
                    .at(*marker)
                    .hinted("finish the merge first"));
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), std::move(file)));
  if (!document.root().is_object())
    return fail(input_error("manifest-not-object", "a package.json is a JSON object")
                    .at(document.root().position()));
  return read_manifest(document);
}

Manifest read_manifest(const JsonDocument& document) {
  JsonCursor root = document.root();
  Manifest out;
  out.file = document.name();
  read_identity(root, out);
  out.dependencies = read_dependencies(root, DevelopmentDependencies::kRead, out.oddities);
  out.bundle_dependencies = read_bundle_dependencies(root, out.dependencies);
  out.overrides = read_overrides(root, out.oddities);
  out.workspaces = read_workspaces(root);
  if (auto resolutions = root.find("resolutions"); resolutions && resolutions->is_object())
    for (JsonCursor resolution : *resolutions)
      out.resolutions.emplace_back(resolution.key(), resolution.text());
  out.bin = read_bin(root, out.name);
  if (auto directories = root.find("directories"))
    out.bin_directory = optional_text(*directories, "bin");
  out.main = optional_text(root, "main");
  out.type = optional_text(root, "type");
  out.package_manager = root.find_text("packageManager").value_or("");
  if (auto files = root.find("files"); files && files->is_array())
    out.files = read_strings(root, "files");
  out.platform = read_platform(root);
  out.engines_node = read_engines_node(root);
  out.scripts = read_scripts(root);
  return out;
}

std::optional<Position> find_conflict_markers(std::string_view text, const std::string& file) {
  if (!may_have_markers(text)) return std::nullopt;
  uint32_t line = 1;
  std::optional<uint32_t> opened;
  for (size_t start = 0; start < text.size(); ++line) {
    size_t end = text.find('\n', start);
    std::string_view content = text.substr(start, end - start);
    // No JSON has a line that begins like these, except inside a string with raw line ends, which
    // is none either.
    if (content.starts_with("<<<<<<< ")) return Position{file, line, 1};
    if (content.starts_with(">>>>>>> ")) return Position{file, opened.value_or(line), 1};
    if (content.starts_with("=======") && !opened) opened = line;
    if (end == std::string_view::npos) break;
    start = end + 1;
  }
  return std::nullopt;
}

}  // namespace ingot
