#include "lockfile/placement.h"

#include "lockfile/error_list.h"

namespace ingot {

Status check_targets(const InstanceGraph& graph, Diagnostics& diagnostics) {
  ErrorList errors;
  std::vector<bool> reached(graph.instances.size(), false);
  std::vector<size_t> todo;
  for (size_t i = 0; i < graph.instances.size(); ++i)
    if (graph.instances[i].package.is_local()) {
      reached[i] = true;
      todo.push_back(i);
    }
  while (!todo.empty()) {
    const PackageInstance& from = graph.instances[todo.back()];
    todo.pop_back();
    for (size_t d = 0; d < from.targets.size(); ++d) {
      const Dependency& dependency = from.package.dependencies[d];
      if (dependency.kind == DependencyKind::kDevelopment) continue;
      size_t target = from.targets[d];
      if (target == kNoInstance) {
        errors.add(input_error("lockfile-dangling", from.key + " depends on " + dependency.name +
                                                        " " + dependency.range +
                                                        ", which has no entry in the lockfile")
                       .at(dependency.position)
                       .hinted("let the package manager write the lockfile again"));
      } else if (!reached[target]) {
        reached[target] = true;
        todo.push_back(target);
      }
    }
  }
  return errors.finish(diagnostics);
}

}  // namespace ingot
