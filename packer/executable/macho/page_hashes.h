// The SHA-256 of each page of a file, as a code signature lists them.
//
// Owns hashing pages while bytes stream past, so that a file is signed in the one pass that writes
// it, and hashing those of a file that is there. Hashes that are known are taken over. Holds one
// page and the hashes.
#pragma once

#include "base/byte_view.h"

namespace ingot::macho {

class PageHasher {
 public:
  void update(ByteView bytes);
  // `hash` stands for the next page, all of it. Only where a page begins.
  void skip_page(ByteView hash);
  // How many bytes the page that is being hashed lacks; 0 where one begins.
  size_t missing() const;
  // The hashes, one after the other; the last page is hashed as far as it goes.
  Bytes finish();

 private:
  Bytes partial_;
  Bytes hashes_;
};

Bytes hash_pages(ByteView bytes);

}  // namespace ingot::macho
