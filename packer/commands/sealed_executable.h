// An executable of ours, opened: its blob, its payload and its manifest as views into the file.
//
// Owns finding them, as cheaply as Node does: only the pages that are looked at are read, and
// nothing is proved but that the manifest is the one the payload's header names
// (verification.h proves the rest). The bytes must outlive the object.
#pragma once

#include "base/mapped_file.h"
#include "loader/payload_reader.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/executable/sea_blob.h"

namespace ingot {

struct SealedExecutable {
  ByteView file;
  ByteView blob;
  std::string_view blob_node_version;  // whose layout the blob has
  SeaBlobView sea;
  ByteView payload;
  PayloadReader reader;
  SealedManifest manifest;
};

// Errors: "executable-not-ingot" (kInput) for whatever is no executable of ours; those of
// packer/executable/inject.h, sea_blob.h, loader/payload_reader.h and sealed_manifest.h.
Result<SealedExecutable> open_sealed(ByteView file);

// The same of a file, which is held open with it.
struct OpenExecutable {
  MappedFile file;
  SealedExecutable sealed;
};

// Errors: those of MappedFile::open, and of open_sealed with the path as their position.
Result<OpenExecutable> open_executable(const std::string& path);

}  // namespace ingot
