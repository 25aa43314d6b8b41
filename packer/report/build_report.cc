#include "packer/report/build_report.h"

#include <fmt/format.h>

#include "packer/report/diagnostics.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

using Counts = std::vector<std::pair<std::string, size_t>>;

std::string list_of(const Counts& counts, std::string (*phrase)(std::string_view)) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, phrase(name));
  return out;
}

std::string origin_phrase(std::string_view origin) {
  if (origin == "store") return "from ingot's store";
  if (origin == "npm cache") return "from npm's cache";
  return fmt::format("from the {}", origin);
}

std::string row(std::string_view title, std::string_view text) {
  return fmt::format("  {:<12} {}\n", title, text);
}

void write_counts(const Counts& counts, JsonWriter& json) {
  json.open_object();
  for (const auto& [name, count] : counts) json.member(name, count);
  json.close_object();
}

}  // namespace

std::string proof_phrase(std::string_view proof) {
  if (proof == "parent") return "inside another package's tarball";
  if (proof == "none") return "without a digest";
  return fmt::format("by {}", proof);
}

std::string render(const BuildSummary& summary, double seconds, const std::string& current_folder) {
  std::string caches = "no code cache";
  if (summary.code_caches > 0) {
    caches = fmt::format("{} with code cache", summary.code_caches);
    if (summary.compiled_now > 0) caches += fmt::format(" ({} made now)", summary.compiled_now);
  }
  std::string out =
      fmt::format("{}  {}, {:.1f} s\n", printable(shown_path(summary.output, current_folder)),
                  megabytes(summary.size), seconds);
  out += row("program", printable(fmt::format("{} {} for {}, runs {}", summary.name,
                                              summary.version, summary.target, summary.entry)));
  out += row("runtime",
             fmt::format("{}, Node.js {}", megabytes(summary.runtime_size), summary.node_version));
  out += row("application", fmt::format("{}, {}, {}", megabytes(summary.payload_size),
                                        counted(summary.files, "file"), caches));
  std::string packages = counted(summary.packages, "package");
  if (summary.packages > 0) packages += ": " + list_of(summary.proofs, proof_phrase);
  out += row("proved", packages);
  if (!summary.origins.empty()) out += row("bytes", list_of(summary.origins, origin_phrase));
  return out;
}

std::string success_json(const BuildSummary& summary, double seconds,
                         const std::vector<Error>& warnings) {
  JsonWriter json;
  json.open_object()
      .member("ok", true)
      .member("output", summary.output)
      .member("target", summary.target)
      .member("name", summary.name)
      .member("version", summary.version)
      .member("entry", summary.entry)
      .member("size", summary.size)
      .member("runtimeSize", summary.runtime_size)
      .member("payloadSize", summary.payload_size)
      .member("packages", summary.packages)
      .member("files", summary.files)
      .member("codeCaches", summary.code_caches)
      .member("compiledNow", summary.compiled_now);
  json.key("proofs");
  write_counts(summary.proofs, json);
  json.key("origins");
  write_counts(summary.origins, json);
  json.key("node").open_object();
  json.member("version", summary.node_version).member("evidence", summary.node_evidence);
  json.close_object().key("seconds").seconds(seconds);
  json.key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

}  // namespace ingot
