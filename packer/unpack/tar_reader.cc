#include "packer/unpack/tar_reader.h"

#include <archive_entry.h>

#include "packer/unpack/archive_reader.h"

namespace ingot {
namespace {

std::string text_or_empty(const char* text) {
  return text ? text : "";
}

TarEntryKind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry)) return TarEntryKind::kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFLNK:
      return TarEntryKind::kSymbolicLink;
    case AE_IFDIR:
      return TarEntryKind::kDirectory;
    case AE_IFREG:
      return archive_entry_sparse_count(entry) > 0 ? TarEntryKind::kSparseFile
                                                   : TarEntryKind::kFile;
    default:
      return TarEntryKind::kOther;
  }
}

}  // namespace

struct TarReader::Handle {
  Utf8Locale locale;
  ArchiveReader reader{archive_read_new()};
  bool open = false;
};

TarReader::TarReader(ByteView archive, const std::string& label)
    : bytes_(archive), label_(label), handle_(std::make_unique<Handle>()) {
  handle_->open =
      handle_->reader && archive_read_support_format_tar(handle_->reader.get()) == ARCHIVE_OK &&
      archive_read_open_memory(handle_->reader.get(), bytes_.data(), bytes_.size()) == ARCHIVE_OK;
}

TarReader::~TarReader() = default;

Error TarReader::damaged(const std::string& what) const {
  return integrity_error("tarball-damaged", "the tarball of " + label_ + " is damaged: " + what);
}

std::string TarReader::why() const {
  return why_of(handle_->reader.get());
}

Result<std::optional<TarEntry>> TarReader::next() {
  if (!handle_->open) return fail(damaged("this is no tar archive"));
  archive_entry* entry = nullptr;
  int status = archive_read_next_header(handle_->reader.get(), &entry);
  if (status == ARCHIVE_EOF) return std::nullopt;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return fail(damaged(why()));
  if (status == ARCHIVE_WARN) oddities_.push_back(why());
  current_ = {};
  current_.path = text_or_empty(archive_entry_pathname(entry));
  current_.kind = kind_of(entry);
  current_.executable = (archive_entry_perm(entry) & 0111) != 0;
  current_.link_target =
      text_or_empty(current_.kind == TarEntryKind::kHardLink ? archive_entry_hardlink(entry)
                                                             : archive_entry_symlink(entry));
  int64_t size = archive_entry_size(entry);
  if (size < 0) return fail(damaged(current_.path + " has a negative size"));
  current_.size = static_cast<uint64_t>(size);
  return current_;
}

// The archive is in memory in one piece, and libarchive hands out pointers into it.
Result<ByteView> TarReader::content() {
  const uint8_t* start = nullptr;
  uint64_t have = 0;
  while (true) {
    const void* block = nullptr;
    size_t length = 0;
    int64_t offset = 0;
    int status = archive_read_data_block(handle_->reader.get(), &block, &length, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return fail(damaged(current_.path + ": " + why()));
    if (length == 0) continue;
    const auto* data = static_cast<const uint8_t*>(block);
    if (!start) start = data;
    if (static_cast<uint64_t>(offset) != have || data != start + have)
      return fail(damaged(current_.path + " is not in one piece"));
    have += length;
  }
  if (have != current_.size) return fail(damaged(current_.path + " is cut short"));
  if (have == 0) return ByteView();
  std::less<const uint8_t*> before;  // a total order, whatever the pointers
  if (before(start, bytes_.data()) || !before(start, bytes_.data() + bytes_.size()))
    return fail(damaged(current_.path + " is not in one piece"));
  return bytes_.slice(static_cast<uint64_t>(start - bytes_.data()), have);
}

}  // namespace ingot
