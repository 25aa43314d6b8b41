#include "packer/report/why.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr size_t kMaxShownRequests = 10;

std::string label(const SealedPackage& package) {
  return package.version.empty() ? package.name
                                 : fmt::format("{}@{}", package.name, package.version);
}

std::string way_text(const Provenance& provenance, const std::vector<uint32_t>& way) {
  std::string text;
  for (uint32_t package : way)
    text += (text.empty() ? "" : " > ") + label(provenance.packages[package]);
  return text;
}

std::string one(const Provenance& provenance, const Explanation& explanation) {
  const SealedPackage& package = provenance.packages[explanation.package];
  const SealedFile* file = explanation.file ? &provenance.files[*explanation.file] : nullptr;
  std::string out = printable(file ? file->path : label(package)) + "\n";
  if (explanation.package == 0)
    out += row("package", "the project itself");
  else
    out += row("package", fmt::format("{}, {}", label(package), package.path));
  if (file && !file->link.empty()) out += row("link", "to " + file->link);
  if (file) out += row("rule", rule_of(provenance, *file));
  if (file && file->path == provenance.entry) out += row("", "it is what runs");
  std::string_view title = "because";
  for (const auto& way : explanation.ways.shown) {
    if (way.size() > 1) out += row(title, way_text(provenance, way));
    title = "";
  }
  if (explanation.ways.count > explanation.ways.shown.size())
    out += row("", fmt::format("and {} more ways as short",
                               explanation.ways.count - explanation.ways.shown.size()));
  if (explanation.ways.count == 0) out += row("because", "nothing that is inside depends on it");
  title = "requested by";
  for (size_t i = 0; i < explanation.requests.size() && i < kMaxShownRequests; ++i) {
    const ModuleRequest& request = *explanation.requests[i];
    out += row(title, fmt::format("{}: {} \"{}\"", provenance.files[request.from].path,
                                  request.is_import ? "import" : "require", request.specifier));
    title = "";
  }
  if (explanation.requests.size() > kMaxShownRequests)
    out += row(
        "", fmt::format("and in {} more places", explanation.requests.size() - kMaxShownRequests));
  return out;
}

}  // namespace

std::string render(const Provenance& provenance, const std::vector<Explanation>& explanations) {
  std::string out;
  for (const Explanation& explanation : explanations) {
    if (!out.empty()) out += "\n";
    out += one(provenance, explanation);
  }
  return out;
}

std::string explanations_json(const Provenance& provenance,
                              const std::vector<Explanation>& explanations) {
  JsonWriter json;
  json.open_object().member("ok", true).key("explanations").open_array();
  for (const Explanation& explanation : explanations) {
    const SealedPackage& package = provenance.packages[explanation.package];
    const SealedFile* file = explanation.file ? &provenance.files[*explanation.file] : nullptr;
    json.open_object().text_or_null("path", file ? file->path : "");
    json.key("package").open_object().member("path", package.path).member("name", package.name);
    json.member("version", package.version).close_object();
    json.text_or_null("rule", file ? rule_of(provenance, *file) : "");
    json.text_or_null("link", file ? file->link : "");
    json.member("isEntry", file != nullptr && file->path == provenance.entry);
    json.key("ways").open_array();
    for (const auto& way : explanation.ways.shown) {
      json.open_array();
      for (uint32_t step : way) json.value(std::string_view(label(provenance.packages[step])));
      json.close_array();
    }
    json.close_array().member("wayCount", explanation.ways.count).key("requests").open_array();
    for (const ModuleRequest* request : explanation.requests) {
      json.open_object().member("from", provenance.files[request->from].path);
      json.member("specifier", request->specifier);
      json.member("kind", request->is_import ? "import" : "require").close_object();
    }
    json.close_array().close_object();
  }
  return json.close_array().close_object().finish();
}

}  // namespace ingot
