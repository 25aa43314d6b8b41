// The official runtimes that are at hand on this machine, for tests on real files.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "templates/pins.h"

namespace ingot {

inline std::string template_in_store(const TemplatePin& pin) {
  const std::string key(pin.binary_sha256);
  auto below = [&](std::string store) {
    return store + "/derived/" + std::string(kTemplateStoreKind) + "/" + key.substr(0, 2) + "/" +
           key.substr(2);
  };
  if (const char* store = std::getenv("INGOT_STORE")) return below(store);
  if (const char* cache = std::getenv("XDG_CACHE_HOME"))
    return below(cache + std::string("/ingot"));
  if (const char* home = std::getenv("HOME")) return below(home + std::string("/.cache/ingot"));
  return "";
}

// Nothing, with a visible line, when the store has none: 'ingot build --target' puts it there.
inline std::optional<std::string> find_template_file(std::string_view target) {
  const TemplatePin& pin = *find_template_pin(*find_target(target));
  std::string path = template_in_store(pin);
  if (std::filesystem::exists(path)) return path;
  WARN("SKIPPED: no Node " << pin.node_version << " for " << target << " in the store");
  return std::nullopt;
}

}  // namespace ingot
