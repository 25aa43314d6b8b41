// The SHA-256 of each page of a file, as a code signature lists them.
//
// Owns hashing pages while bytes stream past, so that a file is signed in the one pass that writes
// it, and hashing those of a file that is there. Holds one page and the hashes.
#pragma once

#include "base/byte_view.h"

namespace ingot::macho {

class PageHasher {
 public:
  void update(ByteView bytes);
  // The hashes, one after the other; the last page is hashed as far as it goes.
  Bytes finish();

 private:
  void hash(ByteView page);

  Bytes partial_;
  Bytes hashes_;
};

Bytes hash_pages(ByteView bytes);

}  // namespace ingot::macho
