// PE file -> Image.
//
// Owns every rule about what we are willing to work with: a PE32+ program (no DLL) with all 16 data
// directories, whose headers are inside the file, whose sections are aligned, in order and apart in
// the file and in memory, and whose certificates, if there are any, are the end of the file.
// Changes nothing.
//
// Errors: "pe-not-pe", "pe-not-pe32plus", "pe-not-program", "pe-malformed" (headers cut off or
// damaged), "pe-section-outside-file", "pe-section-misaligned", "pe-sections-overlap",
// "pe-certificates-misplaced".
#pragma once

#include "packer/executable/pe/object.h"

namespace ingot::pe {

Result<Image> read_pe(ByteView file);

// The same rules for headers that come from elsewhere.
Status check_image(const Image& image);

}  // namespace ingot::pe
