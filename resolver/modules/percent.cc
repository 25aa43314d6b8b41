#include "resolver/modules/percent.h"

#include "base/percent.h"
#include "base/utf8.h"

namespace ingot {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    std::optional<char> c = percent_escape(text.substr(i));
    if (!c || *c == '/' || *c == '\\' || *c == '\0') return std::nullopt;
    out += *c;
    i += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace ingot
