#include "resolver/modules/module_format.h"

#include "base/file_system.h"

namespace ingot {
namespace {

// As `path.extname`: from the last dot of the name on, unless that is its first character.
std::string_view extension_of(std::string_view path) {
  std::string_view name = base_name(path);
  size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

// Node tells WebAssembly from JavaScript by its first bytes when there is no extension.
bool is_wasm(const FileNode* file) {
  return file && file->content.text().starts_with(std::string_view("\0asm", 4));
}

}  // namespace

bool is_format_ruled_by_package(std::string_view path) {
  std::string_view extension = extension_of(path);
  return extension.empty() || extension == ".js" || extension == ".ts";
}

ModuleFormat module_format(const ModuleWorld& world, std::string_view path) {
  std::string_view extension = extension_of(path);
  if (extension == ".cjs") return ModuleFormat::kCommonjs;
  if (extension == ".mjs") return ModuleFormat::kModule;
  if (extension == ".json") return ModuleFormat::kJson;
  if (extension == ".node") return ModuleFormat::kAddon;
  if (extension == ".wasm") return ModuleFormat::kWasm;
  if (extension == ".cts") return ModuleFormat::kCommonjsTypescript;
  if (extension == ".mts") return ModuleFormat::kModuleTypescript;
  if (!is_format_ruled_by_package(path)) return ModuleFormat::kOther;

  bool typescript = extension == ".ts";
  auto scope = world.configs.lookup_package_scope(path);
  if (scope && !scope->config->usable) return ModuleFormat::kOther;
  PackageType type = scope ? scope->config->type : PackageType::kNone;
  if (extension.empty() && type != PackageType::kCommonjs && is_wasm(world.index.file(path)))
    return ModuleFormat::kWasm;
  switch (type) {
    case PackageType::kModule:
      return typescript ? ModuleFormat::kModuleTypescript : ModuleFormat::kModule;
    case PackageType::kCommonjs:
      return typescript ? ModuleFormat::kCommonjsTypescript : ModuleFormat::kCommonjs;
    case PackageType::kNone:
      break;
  }
  return typescript ? ModuleFormat::kTypescript : ModuleFormat::kAmbiguous;
}

ModuleFormat detected_format(ModuleFormat format, const ModuleScan& scan) {
  bool typescript = format == ModuleFormat::kTypescript;
  if ((format != ModuleFormat::kAmbiguous && !typescript) || !scan.certain) return format;
  if (scan.has_esm_syntax)
    return typescript ? ModuleFormat::kModuleTypescript : ModuleFormat::kModule;
  if (scan.may_need_esm) return format;
  return typescript ? ModuleFormat::kCommonjsTypescript : ModuleFormat::kCommonjs;
}

}  // namespace ingot
