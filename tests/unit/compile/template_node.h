// The real runtime, when there is one: $INGOT_TEMPLATE_NODE, or the template in ingot's store.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "packer/acquire/store.h"
#include "templates/pins.h"

namespace ingot::testing {

// Nothing, with a visible line, when no template is at hand or this machine cannot run it.
inline std::optional<std::string> find_template_node() {
  const TemplatePin& pin = *find_template_pin(*find_target("linux-x64"));
  std::string path;
  if (const char* given = std::getenv("INGOT_TEMPLATE_NODE"))
    path = given;
  else if (auto store = default_store_folder(process_environment()))
    path = Store(*store).derived_path(kTemplateStoreKind, pin.binary_sha256);
  if (host_target().name == pin.target && std::filesystem::exists(path)) return path;
  WARN("SKIPPED: no Node " << pin.node_version << " at $INGOT_TEMPLATE_NODE or in the store");
  return std::nullopt;
}

}  // namespace ingot::testing
