// A configuration for servers on this machine: no waiting, no proxy, nothing of the real user's.
#pragma once

#include "packer/acquire/npm_config.h"

namespace ingot {

inline NpmConfig config_for(const std::string& origin) {
  NpmConfig config;
  config.default_registry = "https://registry.example.org/";
  config.registry = origin + "/";
  config.retry.first_delay_ms = 1;
  config.retry.max_delay_ms = 5;
  return config;
}

}  // namespace ingot
