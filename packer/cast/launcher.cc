#include "packer/cast/launcher.h"

#include <utility>

namespace ingot {
namespace {

constexpr std::pair<std::string_view, ExecArgvExtension> kPolicies[] = {
    {"none", ExecArgvExtension::kNone},
    {"env", ExecArgvExtension::kEnvironment},
    {"cli", ExecArgvExtension::kCommandLine},
};

}  // namespace

std::string_view node_options_name(ExecArgvExtension policy) {
  for (const auto& [name, value] : kPolicies)
    if (value == policy) return name;
  return "";
}

std::optional<ExecArgvExtension> find_node_options(std::string_view name) {
  for (const auto& [known, value] : kPolicies)
    if (known == name) return value;
  return std::nullopt;
}

SeaContent launcher_of(ByteView stub, ByteSource payload, ExecArgvExtension node_options) {
  SeaContent content;
  content.main_code = stub;
  content.assets.push_back({std::string(kPayloadAsset), std::move(payload)});
  content.aligned_asset = std::string(kPayloadAsset);
  // runtime/internals.js needs the first, and hides both again. The second lets a program start
  // without collecting its young garbage every megabyte: 8 % of eslint's start, for at most 8 MB.
  content.exec_argv = {"--expose-internals", "--min-semi-space-size=6"};
  content.exec_argv_extension = node_options;
  return content;
}

}  // namespace ingot
