#include "packer/report/build_report.h"

#include <fmt/format.h>

#include "packer/report/diagnostics.h"
#include "packer/report/package_report.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

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
  out += row("program", fmt::format("{} {} for {}, runs {}", summary.name, summary.version,
                                    cast.target, cast.entry));
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
  out += row("program", fmt::format("{} {}, runs {}", summary.name, summary.version,
                                    summary.outputs.front().entry));
  out += row("runtime", "Node.js " + summary.node_version);
  for (const CastFile& cast : summary.outputs)
    out += row(cast.target,
               fmt::format("{}, {}: Node.js {}, application {}, {}, {}, {}",
                           shown_path(cast.output, current_folder), megabytes(cast.size),
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

std::string render(const BuildSummary& summary, double seconds, const std::string& current_folder) {
  std::string out = summary.outputs.size() == 1 ? one_output(summary, seconds, current_folder)
                                                : several_outputs(summary, seconds, current_folder);
  for (const CastFile& cast : summary.outputs)
    for (const std::string& bill : cast.bills) out += row("bill", shown_path(bill, current_folder));
  return out + package_rows(summary);
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
  write_packages(summary, json);
  json.key("seconds").seconds(seconds);
  json.key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

}  // namespace ingot
