// libarchive, as what reads archives in memory here has it.
//
// Owns giving it back, and the encoding of names. Nothing is written to disk.
#pragma once

#include <archive.h>
#include <locale.h>

#include <memory>
#include <string>

#include "base/releaser.h"

namespace ingot {

using ArchiveReader = std::unique_ptr<archive, Releaser<archive_read_free>>;

// Why the last call failed, in libarchive's words.
inline std::string why_of(archive* reader) {
  const char* text = archive_error_string(reader);
  return text != nullptr ? text : "unreadable";
}

// libarchive converts names to the locale's encoding; ours is UTF-8 whatever the user has set. Only
// the calling thread is affected, for the life of the object.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_) previous_ = uselocale(locale_);
  }
  ~Utf8Locale() {
    if (!locale_) return;
    uselocale(previous_);
    freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t locale_;
  locale_t previous_ = nullptr;
};

}  // namespace ingot
