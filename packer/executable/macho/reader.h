// Mach-O file -> Image, through LLVM's libObject.
//
// Owns every rule about what we are willing to work with: a thin 64-bit little-endian executable
// whose load commands are inside its header, whose segments are inside the file, in order and
// apart. Changes nothing, and is the only source of ours that sees LLVM's Mach-O headers.
//
// Errors: "macho-not-macho", "macho-fat", "macho-wrong-class" (32-bit), "macho-wrong-byte-order",
// "macho-not-executable" (a library or another kind of file), "macho-malformed" (headers cut off or
// damaged), "macho-segment-outside-file", "macho-segment-misaligned", "macho-segments-overlap".
#pragma once

#include "packer/executable/macho/object.h"

namespace ingot::macho {

Result<Image> read_macho(ByteView file);

// The rules for an Image alone, however it was come by.
Status check_image(const Image& image);

// The signature in the file that `image` was read from. Error "macho-signature-malformed" where
// there is none.
Result<ByteView> signature_in(const Image& image, ByteView file);

// Whether a file begins as one of the kinds of Mach-O file does, acceptable or not.
bool looks_like_macho(ByteView file);

}  // namespace ingot::macho
