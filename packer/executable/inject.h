// Puts a blob into a template, and looks at what has one: the same functions for every executable
// format.
//
// Owns telling the formats apart and the order of the steps; each format's own folder (elf/,
// macho/, pe/) has the four roles Reader, Object, Layout and Writer, a `check_layout` and an
// `original`. Never looks into the blob and never changes a template in place. Files are seen
// through ByteViews of mappings: only the pages that are needed are read.
//
// Errors: "executable-format-unknown", "template-wrong-machine", "identifier-invalid",
// "template-no-fuse", "template-fuse-ambiguous", "template-already-injected", "blob-too-large", and
// those in reader.h, layout.h, check_layout.h and original.h of each format.
#pragma once

#include "base/atomic_file.h"
#include "base/byte_view.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/target.h"
#include "packer/executable/byte_source.h"
#include "packer/executable/pe/dressing.h"

namespace ingot {

enum class ExecutableFormat { kElf, kMachO, kPe };

// By the first bytes. Error: "executable-format-unknown".
Result<ExecutableFormat> executable_format(ByteView file);

// What an executable says of itself beside the blob. Each format takes what it has a place for.
struct CastOptions {
  std::string identifier = "application";  // the application's name: in Mach-O's code signature
  bool hardened_runtime = false;           // Mach-O: asks macOS for it
  // Mach-O: the SHA-256 of each page of the template, if they are known. A wrong one leads to a
  // file that `check_executable` refuses.
  ByteView page_hashes;
  pe::Dressing windows;
};

// Writes to `out` (empty, not committed here) the template for `target` with `blob` in it, such
// that the blob begins at a multiple of kSeaBlobAlignment in the file and in memory. One pass; the
// blob is written through. The same template, blob and options give the same bytes.
Status cast_executable(ByteView original, const Target& target, const ByteSource& blob,
                       AtomicFile& out, const CastOptions& options = {});

// Writes to `out` the template without what is never loaded (symbols and debug data): smaller, and
// the same program. Only for formats where that is worth it: ELF.
Status strip_executable(ByteView original, AtomicFile& out);

// The operating system's own rules, applied to a finished file. To be run on every output.
Status check_executable(ByteView file);

// The blob in a finished file, found as cheaply as Node finds it and proven as little.
Result<ByteView> find_sea_blob(ByteView file);

// Proves that the file is what `cast_executable` makes of some original and the blob in it, and
// returns the SHA-256 of that original: to be compared with a pin. Reads the file once. Errors:
// "executable-not-ingot"; of kind kIntegrity: "executable-altered".
Result<Digest> digest_of_original(ByteView file);

// SHA-256 over what the executable shows beside its blob, for the formats that have a place for it
// (PE: icon, version information, subsystem): of what casting would make, and of what a finished
// file has. Nothing for the others.
Result<std::optional<Digest>> digest_of_presentation(ByteView original, const CastOptions& options);
Result<std::optional<Digest>> digest_of_presentation(ByteView file);

}  // namespace ingot
