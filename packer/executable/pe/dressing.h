// How an application shows itself on Windows: its icon, its version information, and whether it
// has a console.
//
// Owns turning what a user asks for into the resources and header fields that casting replaces, and
// the digest by which the sealed manifest knows them. None of this is Node's any more, so none of
// it is part of the proof of the original.
//
// Errors: those of icon.h and resources.h.
#pragma once

#include <optional>
#include <vector>

#include "base/digest.h"
#include "packer/executable/pe/layout.h"
#include "packer/executable/pe/version_info.h"

namespace ingot::pe {

struct Dressing {
  std::optional<Bytes> icon;           // an .ico file; nothing: Node's own
  std::optional<VersionInfo> version;  // nothing: Node's own
  bool hide_console = false;
};

// A presentation with what its resources view.
class Dressed {
 public:
  Dressed() = default;
  Dressed(Dressed&&) = default;
  Dressed& operator=(Dressed&&) = default;

  Presentation presentation;
  std::vector<Bytes> storage;  // moved, its elements stay where they are
};

// The whole presentation of `original` with this dressing, whatever of it is Node's own. Views
// `original` and `dressing`, too.
Result<Dressed> dress(const Image& image, ByteView original, const Dressing& dressing);

// Resources that are part of a presentation.
bool is_shown(const Resource& resource);

// SHA-256 over the subsystem and all resources. Two presentations that differ have different ones.
Digest digest_of(const Presentation& presentation);

}  // namespace ingot::pe
