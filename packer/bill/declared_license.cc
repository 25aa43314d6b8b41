#include "packer/bill/declared_license.h"

namespace ingot {

DeclaredLicense declared_license(std::string_view text) {
  DeclaredLicense license{std::string(text), std::nullopt};
  if (auto expression = parse_license_expression(text)) license.expression = std::move(*expression);
  return license;
}

std::string license_phrase(const DeclaredLicense& license) {
  if (license.expression) return license_text(*license.expression);
  return license.text.empty() ? "no licence" : "\"" + license.text + "\"";
}

}  // namespace ingot
