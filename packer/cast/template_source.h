// The Node runtime that an executable is made of.
//
// Owns getting a pinned template into the store (its tarball verified, its binary checked against
// the second digest) and finding it there again, and taking a user's own. Whatever file is returned
// has been hashed in this call: a store is only a folder.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "base/target.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/options.h"
#include "templates/pins.h"

namespace ingot {

struct RuntimeTemplate {
  const TemplatePin* pin = nullptr;  // none: the user's own
  std::string path;                  // of `file`, executable
  std::string sha256;                // of the binary with its symbols, hex
  std::string node_version;
  MappedFile file;              // what executables are made of
  Bytes page_hashes;            // of `file`, where its pin has `pages_sha256` and it is the binary
  std::string stripped_sha256;  // of `file` when that is the binary without its symbols; else ""
};

enum class TemplateSymbols { kKept, kLeftOut };

// The runtimes of targets, in their order; what the store has is checked side by side. With
// kLeftOut, `file` is the binary without its symbols, as its pin has it (taken from the store or
// made there), where the pin has such a form. Errors: those of fetch_tarball and
// templates/template.h; "template-unknown" for a user's binary whose digest is not a pinned one
// (its Node version decides the layout of what is put into it), "template-wrong-machine" for one of
// another target, "template-digest-mismatch".
Result<std::vector<RuntimeTemplate>> get_templates(std::span<const Target> targets,
                                                   const std::optional<UserTemplate>& user_template,
                                                   TemplateSymbols symbols,
                                                   const FetchSettings& settings,
                                                   Diagnostics& diagnostics);

// The licence of a pinned version, with those of all that it contains: Node.js publishes one text
// for all platforms, which one of the packages brings along. Errors: those of fetch_tarball and
// templates/template.h.
Result<std::string> node_license(std::string_view version, const FetchSettings& settings,
                                 Diagnostics& diagnostics);

// The same runtime without its file, which is not looked for: for what only has to name it.
Result<RuntimeTemplate> name_template(const Target& target,
                                      const std::optional<UserTemplate>& user_template,
                                      TemplateSymbols symbols, const Store& store);

}  // namespace ingot
