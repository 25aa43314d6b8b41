// Texts damaged at random, for readers that have to refuse them or stay harmless.
#pragma once

#include <random>
#include <span>
#include <string>
#include <string_view>

// One to four edits: bytes left out, one of `pieces` put in, a byte changed, or a part said again.
inline std::string damaged(std::string text, std::span<const std::string_view> pieces,
                           std::mt19937& random) {
  auto below = [&](size_t limit) { return static_cast<size_t>(random() % limit); };
  for (size_t edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
    size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text.erase(at, 1 + below(12));
        break;
      case 1:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(80)));
    }
  }
  return text;
}
