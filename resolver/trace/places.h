// What a file makes of the place where it lies: __dirname, __filename and import.meta.
//
// Owns recognising the ways in which code names a file beside it:
//
//   join(PLACE, 'a', ...)  resolve(PLACE, 'a', ...)  PLACE + 'a'  `${PLACE}a`  new URL('a', PLACE)
//   PLACE = __dirname | __filename | import.meta.url | import.meta.dirname | import.meta.filename
//         | dirname(PLACE) | fileURLToPath(PLACE) | one of the lines above
//
// with literals throughout, and the uses that read nothing: comparing it, typeof, basename(PLACE),
// createRequire(PLACE), and giving it the name __dirname or __filename. Everything else is
// "computed". It may take for computed what a person would understand, and the path it finds may be
// one that is never read; never the other way round. Never asks whether something lies at a path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "resolver/modules/specifiers.h"

namespace ingot {

struct PlaceUse {
  enum Kind {
    kHarmless,
    kPath,      // `path` is named, relative to the tree's root; "" is the root
    kComputed,  // anything near the file may be
  };
  Kind kind = kComputed;
  std::string path;
};

// `reference` is one of the first three kinds, in the file at `file`.
PlaceUse use_of_place(std::string_view source, const SelfReference& reference,
                      std::string_view file);

}  // namespace ingot
