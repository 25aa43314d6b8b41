#include "packer/cast/sealed_manifest.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/json.h"
#include "lockfile/package_name.h"

namespace ingot {
namespace {

constexpr int kManifestVersion = 1;

// One JSON object, members in the order in which they are added; empty texts are left out.
class ObjectWriter {
 public:
  ObjectWriter& text(std::string_view key, std::string_view value) {
    if (!value.empty()) raw(key, json_quote(value));
    return *this;
  }
  ObjectWriter& number(std::string_view key, uint64_t value) {
    return raw(key, std::to_string(value));
  }
  ObjectWriter& numbers(std::string_view key, const std::vector<uint32_t>& values) {
    if (values.empty()) return *this;
    std::string list;
    for (uint32_t value : values) list += (list.empty() ? "" : ",") + std::to_string(value);
    return raw(key, "[" + list + "]");
  }
  ObjectWriter& flag(std::string_view key, bool value) {
    if (value) raw(key, "true");
    return *this;
  }
  ObjectWriter& raw(std::string_view key, std::string_view json) {
    out_ += out_.empty() ? "{" : ",";
    out_ += json_quote(key);
    out_ += ':';
    out_ += json;
    return *this;
  }
  std::string done() const { return (out_.empty() ? "{" : out_) + "}"; }

 private:
  std::string out_;
};

template <typename Items, typename Write>
std::string list_of(const Items& items, Write write) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += '\n';
    out += write(item);
  }
  return out + "]";
}

std::string write_package(const SealedPackage& package) {
  return ObjectWriter()
      .text("path", package.path)
      .text("name", package.name)
      .text("version", package.version)
      .text("source", package.source)
      .text("proof", package.proof)
      .text("digest", package.digest)
      .text("patch", package.patch)
      .text("patchSha256", package.patch_sha256)
      .text("license", package.license)
      .numbers("dependencies", package.dependencies)
      .done();
}

std::string write_file(const SealedFile& file) {
  return ObjectWriter()
      .text("path", file.path)
      .number("package", file.package)
      .number("size", file.size)
      .text("sha256", file.sha256)
      .flag("executable", file.executable)
      .text("link", file.link)
      .text("codeCache", file.code_cache)
      .text("stripped", file.stripped)
      .text("reason", file.reason)
      .done();
}

std::string text_of(JsonCursor object, std::string_view key) {
  return std::string(object.find_text(key).value_or(""));
}

std::optional<uint64_t> as_number(std::string_view text) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<uint64_t> number_of(JsonCursor object, std::string_view key) {
  auto member = object.find(key);
  auto value = as_number(member ? member->text() : "");
  if (!value)
    return fail(input_error("manifest-malformed", "\"" + std::string(key) + "\" is no number")
                    .at(object.position()));
  return *value;
}

Result<SealedFile> read_file(JsonCursor json, size_t packages) {
  SealedFile file;
  file.path = text_of(json, "path");
  file.sha256 = text_of(json, "sha256");
  file.executable = json.find_true("executable");
  file.link = text_of(json, "link");
  file.code_cache = text_of(json, "codeCache");
  file.stripped = text_of(json, "stripped");
  file.reason = text_of(json, "reason");
  file.size = TRY(number_of(json, "size"));
  uint64_t package = TRY(number_of(json, "package"));
  if (package >= packages)
    return fail(input_error("manifest-malformed", file.path + " belongs to no package")
                    .at(json.position()));
  file.package = static_cast<uint32_t>(package);
  return file;
}

Result<SealedPackage> read_package(JsonCursor json, size_t packages) {
  SealedPackage package{text_of(json, "path"),
                        text_of(json, "name"),
                        text_of(json, "version"),
                        text_of(json, "source"),
                        text_of(json, "proof"),
                        text_of(json, "digest"),
                        {},
                        text_of(json, "patch"),
                        text_of(json, "patchSha256"),
                        text_of(json, "license")};
  auto dependencies = json.find("dependencies");
  if (!dependencies) return package;
  for (JsonCursor dependency : *dependencies) {
    auto number = as_number(dependency.text());
    if (!number || *number >= packages)
      return fail(input_error("manifest-malformed", package.name + " depends on no package")
                      .at(dependency.position()));
    package.dependencies.push_back(static_cast<uint32_t>(*number));
  }
  return package;
}

std::string write_windows(const SealedWindows& windows) {
  return ObjectWriter()
      .text("sha256", windows.sha256)
      .text("title", windows.title)
      .text("publisher", windows.publisher)
      .text("version", windows.version)
      .text("description", windows.description)
      .text("copyright", windows.copyright)
      .text("icon", windows.icon_sha256)
      .flag("hideConsole", windows.hide_console)
      .done();
}

SealedWindows read_windows(JsonCursor json) {
  SealedWindows windows;
  windows.sha256 = text_of(json, "sha256");
  windows.title = text_of(json, "title");
  windows.publisher = text_of(json, "publisher");
  windows.version = text_of(json, "version");
  windows.description = text_of(json, "description");
  windows.copyright = text_of(json, "copyright");
  windows.icon_sha256 = text_of(json, "icon");
  windows.hide_console = json.find_true("hideConsole");
  return windows;
}

}  // namespace

bool SealedPackage::is_foreign() const {
  bool is_own_folder = source == kDirectorySource && !is_in_node_modules(path);
  return !path.empty() && !is_link() && !is_own_folder;
}

size_t SealedManifest::count_foreign() const {
  return static_cast<size_t>(std::ranges::count_if(packages, &SealedPackage::is_foreign));
}

RuntimeDigests digests_of(const RuntimeParts& runtime) {
  Hasher scripts(DigestAlgorithm::kSha256), caches(DigestAlgorithm::kSha256);
  for (const RuntimePart& part : runtime) {
    scripts.update(part.script);
    caches.update(part.cache);
  }
  return {scripts.finish().hex(), caches.finish().hex()};
}

std::string write_sealed_manifest(const SealedManifest& manifest) {
  auto lockfile = ObjectWriter()
                      .text("name", manifest.lockfile_name)
                      .text("sha256", manifest.lockfile_sha256)
                      .done();
  auto compact = ObjectWriter()
                     .text("level", manifest.compact.level)
                     .text("sha256", manifest.compact.sha256)
                     .text("loader", manifest.compact.loader_sha256)
                     .done();
  auto node = ObjectWriter()
                  .text("version", manifest.node_version)
                  .text("sha256", manifest.node_sha256)
                  .text("stripped", manifest.node_stripped)
                  .text("package", manifest.node_package)
                  .text("integrity", manifest.node_integrity)
                  .done();
  auto runtime = ObjectWriter()
                     .text("sha256", manifest.runtime_sha256)
                     .text("cache", manifest.runtime_cache_sha256)
                     .text("stub", manifest.stub_sha256)
                     .done();
  auto payload = ObjectWriter()
                     .text("index", manifest.payload.index)
                     .text("content", manifest.payload.content)
                     .done();
  ObjectWriter root;
  root.text("ingot", manifest.ingot_version)
      .number("manifestVersion", kManifestVersion)
      .text("target", manifest.target)
      .text("name", manifest.name)
      .text("version", manifest.version)
      .text("entry", manifest.entry)
      .text("nodeOptions", manifest.node_options)
      .raw("lockfile", lockfile)
      .raw("node", node)
      .raw("runtime", runtime)
      .raw("payload", payload);
  if (!manifest.compact.sha256.empty()) root.raw("compact", compact);
  if (!manifest.windows.sha256.empty()) root.raw("windows", write_windows(manifest.windows));
  root.raw("packages", list_of(manifest.packages, write_package))
      .raw("files", list_of(manifest.files, write_file));
  return root.done() + "\n";
}

Result<SealedManifest> read_sealed_manifest(std::string json) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(json), "the manifest"));
  JsonCursor root = document.root();
  auto lockfile = root.find("lockfile"), node = root.find("node"), runtime = root.find("runtime");
  auto payload = root.find("payload");
  auto packages = root.find("packages"), files = root.find("files");
  if (!lockfile || !node || !runtime || !payload || !packages || !files)
    return fail(input_error("manifest-malformed", "a part is missing").at(root.position()));
  if (TRY(number_of(root, "manifestVersion")) != kManifestVersion)
    return fail(input_error("manifest-malformed", "it is of another version").at(root.position()));
  SealedManifest manifest;
  manifest.ingot_version = text_of(root, "ingot");
  manifest.target = text_of(root, "target");
  manifest.name = text_of(root, "name");
  manifest.version = text_of(root, "version");
  manifest.entry = text_of(root, "entry");
  manifest.node_options = text_of(root, "nodeOptions");
  manifest.lockfile_name = text_of(*lockfile, "name");
  manifest.lockfile_sha256 = text_of(*lockfile, "sha256");
  manifest.node_version = text_of(*node, "version");
  manifest.node_sha256 = text_of(*node, "sha256");
  manifest.node_stripped = text_of(*node, "stripped");
  manifest.node_package = text_of(*node, "package");
  manifest.node_integrity = text_of(*node, "integrity");
  manifest.runtime_sha256 = text_of(*runtime, "sha256");
  manifest.runtime_cache_sha256 = text_of(*runtime, "cache");
  manifest.stub_sha256 = text_of(*runtime, "stub");
  manifest.payload = {text_of(*payload, "index"), text_of(*payload, "content")};
  if (auto compact = root.find("compact"))
    manifest.compact = {text_of(*compact, "level"), text_of(*compact, "sha256"),
                        text_of(*compact, "loader")};
  if (auto windows = root.find("windows")) manifest.windows = read_windows(*windows);
  for (JsonCursor package : *packages)
    manifest.packages.push_back(TRY(read_package(package, packages->size())));
  for (JsonCursor file : *files)
    manifest.files.push_back(TRY(read_file(file, manifest.packages.size())));
  return manifest;
}

}  // namespace ingot
