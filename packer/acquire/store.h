// ingot's own content-addressed store of bytes.
//
// Owns a folder with two areas. `content/<algorithm>/<2 hex>/<2 hex>/<rest>` holds bytes under
// their own digest; `derived/<kind>/<2 hex>/<rest>` holds what was computed from them (code caches,
// extracted templates) under a key that the caller makes from all of its inputs. Files appear whole
// or not at all, so builds at the same time share a store, and a killed one leaves at most a
// temporary name behind. The store promises nothing about what it hands out: disks rot and folders
// are writable, so content is verified by the caller each time, and derived bytes carry their own
// digest. Never deletes anything but what was proved wrong and temporary names older than a day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_view.h"
#include "base/digest.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "packer/acquire/environment.h"

namespace ingot {

// $INGOT_STORE, else $XDG_CACHE_HOME/ingot, else $HOME/.cache/ingot; error "store-nowhere".
Result<std::string> default_store_folder(const Environment& environment);

// A derived entry whose digest was checked. `content` views into `file`, without the trailer.
struct DerivedEntry {
  MappedFile file;
  ByteView content;
};

// Cheap to copy; every function may be called from several threads and processes at once. What
// cannot be written is an error "disk-full" or "file-unwritable", with the path.
class Store {
 public:
  // Nothing is looked at or made until something is put.
  explicit Store(std::string folder) : folder_(std::move(folder)) {}
  const std::string& folder() const { return folder_; }

  // Nothing when there is no entry. The caller verifies the bytes, and calls `remove_content` when
  // they are wrong.
  Result<std::optional<MappedFile>> find_content(const Digest& digest) const;
  // Error "integrity-mismatch" when the bytes do not have this digest.
  Status put_content(const Digest& digest, ByteView bytes) const;
  Status remove_content(const Digest& digest) const;

  // `kind`: lower-case letters, digits and '-'. `key_hex`: lower-case hex of a digest of all
  // inputs. An entry that does not match its own digest is nothing.
  Result<std::optional<DerivedEntry>> find_derived(std::string_view kind,
                                                   std::string_view key_hex) const;
  Status put_derived(std::string_view kind, std::string_view key_hex, ByteView bytes) const;

  // The same area for files that other programs use as they are (an extracted template): no digest
  // is added, so the caller checks what it finds.
  Result<std::optional<MappedFile>> find_plain(std::string_view kind,
                                               std::string_view key_hex) const;
  Status put_plain(std::string_view kind, std::string_view key_hex, ByteView bytes,
                   unsigned mode) const;

  // Where an entry lies or would lie.
  std::string content_path(const Digest& digest) const;
  std::string derived_path(std::string_view kind, std::string_view key_hex) const;
  Status remove_derived(std::string_view kind, std::string_view key_hex) const;

 private:
  std::string folder_;
};

// "<algorithm>/<2 hex>/<2 hex>/<rest>": how ingot's store and npm's cache both name content.
std::string content_name(const Digest& digest);

// Nothing when there is no such file.
Result<std::optional<MappedFile>> map_if_present(const std::string& path);

}  // namespace ingot
