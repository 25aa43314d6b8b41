#include "packer/unpack/package_facts.h"

#include "base/file_system.h"
#include "base/json.h"

namespace ingot {
namespace {

// Strings anywhere in "exports"; the depth of the document is capped by its parser.
void collect_exported(JsonCursor value, std::vector<std::string>& paths) {
  if (value.is_string()) paths.push_back(normal_path(value.text()));
  if (value.is_object() || value.is_array())
    for (JsonCursor child : value) collect_exported(child, paths);
}

}  // namespace

Result<PackageFacts> read_package_facts(std::string text, const std::string& file) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), file, JsonSyntax::kLastKeyWins));
  JsonCursor root = document.root();
  if (!root.is_object())
    return fail(input_error("package-json-invalid", "package.json has to be an object")
                    .at(root.position()));
  PackageFacts facts;
  facts.manifest = read_manifest(document);
  facts.browser = std::string(root.find_text("browser").value_or(""));
  if (auto exports = root.find("exports")) collect_exported(*exports, facts.exported);
  if (auto gypfile = root.find("gypfile")) facts.gypfile = gypfile->kind() != JsonKind::kFalse;
  return facts;
}

}  // namespace ingot
