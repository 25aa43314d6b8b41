#include "packer/cast/narrow.h"

#include <map>

#include "lockfile/error_list.h"
#include "resolver/trace/trace.h"

namespace ingot {
namespace {

std::string label(const LockedPackage& package) {
  if (package.install_path.empty()) return "the project";
  return package.version.empty() ? package.name : package.name + "@" + package.version;
}

// One error per package: its requests are its notes.
std::vector<Error> tell_unfollowed(const Trace& trace, const FileTree& tree,
                                   const PackageGraph& graph) {
  std::map<uint32_t, std::vector<const UnfollowedRequest*>> by_package;
  for (const UnfollowedRequest& request : trace.unfollowed)
    by_package[tree.nodes()[request.node].package].push_back(&request);
  std::vector<Error> errors;
  for (const auto& [package, requests] : by_package) {
    std::string count = std::to_string(requests.size());
    Error error = input_error("request-unfollowed",
                              label(*graph.packages[package].package) + " asks for modules in " +
                                  count + (requests.size() == 1 ? " place" : " places") +
                                  " that could not be followed");
    for (const UnfollowedRequest* request : requests)
      error.notes.push_back(tree.nodes()[request->node].path + ":" + std::to_string(request->line) +
                            ":" + std::to_string(request->column) + ": " + request->what);
    errors.push_back(std::move(error));
  }
  return errors;
}

// The parts of `stripped` that belong to the kept nodes, under their new numbers.
void keep_stripped(const std::vector<uint32_t>& kept, StrippedTypes& stripped) {
  std::map<uint32_t, uint32_t> number;
  for (uint32_t i = 0; i < kept.size(); ++i) number[kept[i]] = i;
  if (!stripped.texts.empty()) {
    RunSources texts;
    for (uint32_t node : kept) texts.push_back(stripped.texts[node]);
    stripped.texts = std::move(texts);
  }
  std::vector<RefusedTypescript> refused;
  for (RefusedTypescript& file : stripped.refused) {
    auto found = number.find(file.node);
    if (found == number.end()) continue;
    file.node = found->second;
    refused.push_back(std::move(file));
  }
  stripped.refused = std::move(refused);
}

}  // namespace

Status narrow(const PackageGraph& graph, const std::string& entry, bool rejected,
              Application application, Diagnostics& diagnostics) {
  auto& [assembly, stripped, modules] = application;
  std::vector<WantedFile> wanted;
  for (const FileReason& file : assembly.reasons)
    if (file.reason.starts_with("include: ")) wanted.push_back({file.path, file.reason});
  Trace trace = trace_files(assembly.tree, graph, modules, stripped.texts, entry, wanted);

  std::vector<Error> unfollowed = tell_unfollowed(trace, assembly.tree, graph);
  if (rejected) {
    ErrorList errors;
    for (Error& error : unfollowed)
      errors.add(
          std::move(error).hinted("leave --reject-unresolved out, and more is kept instead"));
    TRY(errors.finish(diagnostics));
  }
  for (Error& error : unfollowed) diagnostics.warning(std::move(error));

  std::vector<uint32_t> kept = trace.kept();
  assembly.reasons.clear();
  for (uint32_t node : kept)
    assembly.reasons.push_back({assembly.tree.nodes()[node].path, trace.reasons[node]});
  assembly.tree = assembly.tree.subset(kept);
  keep_stripped(kept, stripped);
  modules = TRY(resolve_modules(assembly.tree, stripped.texts));
  return {};
}

}  // namespace ingot
