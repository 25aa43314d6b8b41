#include "resolver/license_file.h"

#include <string>

#include "base/ascii.h"

namespace ingot {
namespace {

constexpr std::string_view kBeginnings[] = {"license",     "licence",    "copying", "notice",
                                            "copyright",   "unlicense",  "patents", "thirdparty",
                                            "third-party", "third_party"};
constexpr std::string_view kParts[] = {"-license", "_license", ".license", "-licence"};
constexpr std::string_view kProgramText[] = {".js",  ".cjs", ".mjs",  ".ts",   ".cts",
                                             ".mts", ".map", ".json", ".node", ".wasm"};

}  // namespace

bool is_license_file(std::string_view path) {
  std::string name = ascii::lower(path.substr(path.rfind('/') + 1));
  for (std::string_view end : kProgramText)
    if (name.ends_with(end)) return false;
  for (std::string_view word : kBeginnings)
    if (name.starts_with(word)) return true;
  for (std::string_view word : kParts)
    if (name.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace ingot
