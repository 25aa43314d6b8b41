// The official runtimes that are at hand on this machine, for tests on real files: those in ingot's
// store, where 'ingot build --target' puts them, and for this machine $INGOT_TEMPLATE_NODE.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "packer/acquire/store.h"
#include "templates/pins.h"
#include "templates/template.h"

namespace ingot::testing {

inline const TemplatePin& pin_of(std::string_view target) {
  return *find_template_pin(*find_target(target));
}

// Nothing, with a visible line, when the store has no runtime for the target.
inline std::optional<std::string> find_template_file(std::string_view target) {
  const TemplatePin& pin = pin_of(target);
  if (auto store = default_store_folder(process_environment())) {
    std::string path = Store(*store).derived_path(kTemplateStoreKind, pin.binary_sha256);
    if (std::filesystem::exists(path)) return path;
  }
  WARN("SKIPPED: no Node " << pin.node_version << " for " << target << " in the store");
  return std::nullopt;
}

// Nothing, with a visible line, when no runtime is at hand or this machine cannot run it.
inline std::optional<std::string> find_template_node() {
  if (host_target().name != "linux-x64") {
    WARN("SKIPPED: this machine does not run what is built for linux-x64");
    return std::nullopt;
  }
  const char* given = std::getenv("INGOT_TEMPLATE_NODE");
  return given != nullptr ? given : find_template_file("linux-x64");
}

}  // namespace ingot::testing
