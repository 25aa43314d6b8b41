// Elements of DER, for the few places where a message is looked at without OpenSSL's types.
//
// Owns splitting bytes into elements and making one. Tags are of one byte. Knows no schema.
// Source: ITU-T X.690, chapters 8 and 10.
//
// Errors: "der-malformed", "out-of-bounds".
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

enum DerTag : uint8_t {
  kDerInteger = 0x02,
  kDerUtf8String = 0x0c,
  kDerSequence = 0x30,
  kDerSet = 0x31,
  kDerApplication16 = 0x70,
  kDerContext0 = 0xa0,
  kDerContext16 = 0xb0,
};

struct DerElement {
  uint8_t tag = 0;
  ByteView whole;
  ByteView content;
};

// Takes the element that `bytes` begin with off them.
Result<DerElement> take_element(ByteView& bytes);
// The same, of a tag that is expected.
Result<DerElement> take_element(ByteView& bytes, DerTag tag);

Bytes make_element(DerTag tag, ByteView content);

}  // namespace ingot::macho
