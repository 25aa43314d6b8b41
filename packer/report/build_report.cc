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
  if (origin == "tarballs") return "from the folder of tarballs";
  if (origin == "npm cache") return "from npm's cache";
  if (origin == "yarn cache") return "from yarn's cache";
  return fmt::format("from the {}", origin);
}

std::string row(std::string_view title, std::string_view text) {
  return fmt::format("  {:<12} {}\n", title, text);
}

std::string caches_of(const CastFile& cast) {
  if (cast.code_caches == 0) return "no code cache";
  std::string text = fmt::format("{} with code cache", cast.code_caches);
  if (cast.compiled_now > 0) text += fmt::format(" ({} made now)", cast.compiled_now);
  return text;
}

std::string files_of(const CastFile& cast) {
  std::string text = counted(cast.files, "file");
  if (cast.untraced_files > 0) text += fmt::format(" of {} traced", cast.untraced_files);
  return text;
}

std::string one_output(const BuildSummary& summary, double seconds,
                       const std::string& current_folder) {
  const CastFile& cast = summary.outputs.front();
  std::string out =
      fmt::format("{}  {}, {:.1f} s\n", printable(shown_path(cast.output, current_folder)),
                  megabytes(cast.size), seconds);
  out += row("program", printable(fmt::format("{} {} for {}, runs {}", summary.name,
                                              summary.version, cast.target, cast.entry)));
  out += row("runtime",
             fmt::format("{}, Node.js {}{}", megabytes(cast.runtime_size), summary.node_version,
                         cast.compact.empty() ? "" : ", compact (" + cast.compact + ")"));
  return out + row("application", fmt::format("{}, {}, {}", megabytes(cast.payload_size),
                                              files_of(cast), caches_of(cast)));
}

std::string several_outputs(const BuildSummary& summary, double seconds,
                            const std::string& current_folder) {
  std::string out =
      fmt::format("{}, {:.1f} s\n", counted(summary.outputs.size(), "executable"), seconds);
  out += row("program", printable(fmt::format("{} {}, runs {}", summary.name, summary.version,
                                              summary.outputs.front().entry)));
  out += row("runtime", "Node.js " + summary.node_version);
  for (const CastFile& cast : summary.outputs)
    out += row(cast.target,
               fmt::format("{}, {}: Node.js {}, application {}, {}, {}, {}",
                           printable(shown_path(cast.output, current_folder)), megabytes(cast.size),
                           megabytes(cast.runtime_size), megabytes(cast.payload_size),
                           counted(cast.packages, "package"), files_of(cast), caches_of(cast)));
  return out;
}

void write_output(const CastFile& cast, const std::string& node_version, JsonWriter& json) {
  json.member("output", cast.output)
      .member("target", cast.target)
      .member("entry", cast.entry)
      .member("size", cast.size)
      .member("runtimeSize", cast.runtime_size)
      .text_or_null("compact", cast.compact)
      .member("payloadSize", cast.payload_size)
      .member("packages", cast.packages)
      .member("files", cast.files)
      .member("untracedFiles", cast.untraced_files)
      .member("codeCaches", cast.code_caches)
      .member("compiledNow", cast.compiled_now);
  json.key("sbom").open_array();
  for (const std::string& bill : cast.bills) json.value(bill);
  json.close_array()
      .key("node")
      .open_object()
      .member("version", node_version)
      .member("evidence", cast.node_evidence)
      .close_object();
}

}  // namespace

std::string proof_phrase(std::string_view proof) {
  if (proof == "commit") return "by a git commit only";
  if (proof == "parent") return "inside another package's tarball";
  if (proof == "none") return "without a digest";
  if (proof == "yarn-archive") return "by the sha512 of yarn's archive";
  if (proof.starts_with("pinned-")) return fmt::format("by {} in ingot.lock.json", proof.substr(7));
  return fmt::format("by {}", proof);
}

std::string proofs_phrase(const Counts& proofs) {
  return list_of(proofs, proof_phrase);
}

std::string origins_phrase(const Counts& origins) {
  return list_of(origins, origin_phrase);
}

void write_counts(const Counts& counts, JsonWriter& json) {
  json.open_object();
  for (const auto& [name, count] : counts) json.member(name, count);
  json.close_object();
}

std::string render(const BuildSummary& summary, double seconds, const std::string& current_folder) {
  std::string out = summary.outputs.size() == 1 ? one_output(summary, seconds, current_folder)
                                                : several_outputs(summary, seconds, current_folder);
  std::string packages = counted(summary.packages, "package");
  if (summary.packages > 0) packages += ": " + proofs_phrase(summary.proofs);
  out += row("proved", packages);
  for (const CastFile& cast : summary.outputs)
    for (const std::string& bill : cast.bills)
      out += row("bill", printable(shown_path(bill, current_folder)));
  if (!summary.origins.empty()) out += row("bytes", origins_phrase(summary.origins));
  if (summary.signatures > 0)
    out += row("signed", counted(summary.signatures, "package") + " by the registry");
  return out;
}

std::string success_json(const BuildSummary& summary, double seconds,
                         const std::vector<Error>& warnings) {
  JsonWriter json;
  json.open_object().member("ok", true);
  json.member("name", summary.name).member("version", summary.version);
  // Of one target all is where it always was; of several there is one of each in the array.
  if (summary.outputs.size() == 1)
    write_output(summary.outputs.front(), summary.node_version, json);
  else
    json.member("packages", summary.packages);
  json.key("outputs").open_array();
  for (const CastFile& cast : summary.outputs) {
    json.open_object();
    write_output(cast, summary.node_version, json);
    json.close_object();
  }
  json.close_array();
  json.key("proofs");
  write_counts(summary.proofs, json);
  json.key("origins");
  write_counts(summary.origins, json);
  json.member("signatures", summary.signatures);
  json.key("seconds").seconds(seconds);
  json.key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

}  // namespace ingot
