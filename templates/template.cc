#include "templates/template.h"

#include <archive.h>
#include <archive_entry.h>

#include <functional>
#include <memory>

#include "base/digest.h"
#include "base/releaser.h"

namespace ingot {
namespace {

using BlockSink = std::function<Status(ByteView)>;

Error broken_archive(archive* reader) {
  const char* why = archive_error_string(reader);
  return input_error("template-archive-broken",
                     std::string("the tarball of the runtime cannot be read: ") +
                         (why != nullptr ? why : "unknown error"));
}

Status too_large(std::string_view member, uint64_t max_size) {
  return fail(input_error("template-member-too-large",
                          std::string(member) + " in the tarball of the runtime is larger than " +
                              std::to_string(max_size) + " bytes"));
}

// libarchive reports holes of sparse entries by a jump of the offset; no template has any, and
// writing on as if there were none would be caught by the digest.
Status copy_member(archive* reader, std::string_view member, uint64_t max_size,
                   const BlockSink& sink) {
  uint64_t total = 0;
  while (true) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int result = archive_read_data_block(reader, &block, &size, &offset);
    if (result == ARCHIVE_EOF) return {};
    if (result != ARCHIVE_OK) return fail(broken_archive(reader));
    if (size > max_size - total) return too_large(member, max_size);
    total += size;
    TRY(sink(ByteView(static_cast<const uint8_t*>(block), size)));
  }
}

Status read_member(ByteView tarball, std::string_view member, uint64_t max_size,
                   const BlockSink& sink) {
  std::unique_ptr<archive, Releaser<archive_read_free>> reader(archive_read_new());
  INGOT_CHECK(reader != nullptr);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_memory(reader.get(), tarball.data(), tarball.size()) != ARCHIVE_OK)
    return fail(broken_archive(reader.get()));

  const std::string wanted = "package/" + std::string(member);
  while (true) {
    archive_entry* entry = nullptr;
    int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK) return fail(broken_archive(reader.get()));
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr || wanted != path || archive_entry_filetype(entry) != AE_IFREG ||
        archive_entry_hardlink(entry) != nullptr)
      continue;
    la_int64_t announced = archive_entry_size(entry);
    if (announced < 0 || static_cast<uint64_t>(announced) > max_size)
      return too_large(member, max_size);
    return copy_member(reader.get(), member, max_size, sink);
  }
  return fail(input_error("template-member-missing",
                          "the tarball of the runtime has no file " + std::string(member)));
}

Status compare(const Digest& found, std::string_view expected, const std::string& what) {
  if (found.hex() == expected) return {};
  return fail(integrity_error("template-digest-mismatch", what + " is not the one that is pinned")
                  .note("expected sha256 " + std::string(expected))
                  .note("found    sha256 " + found.hex()));
}

std::string describe(const TemplatePin& pin) {
  return "the Node binary of " + std::string(pin.package) + "@" + std::string(pin.node_version);
}

}  // namespace

Status extract_template(ByteView tarball, const TemplatePin& pin, AtomicFile& out) {
  Hasher hasher(DigestAlgorithm::kSha256);
  TRY(read_member(tarball, pin.binary_path, pin.binary_size, [&](ByteView block) {
    hasher.update(block);
    return out.write(block);
  }));
  return compare(hasher.finish(), pin.binary_sha256, describe(pin));
}

Status check_template(ByteView binary, const TemplatePin& pin) {
  return compare(digest_of(DigestAlgorithm::kSha256, binary), pin.binary_sha256, describe(pin));
}

Status check_user_template(ByteView binary, std::string_view sha256_hex) {
  auto expected = from_hex(sha256_hex);
  if (!expected || expected->size() != digest_size(DigestAlgorithm::kSha256))
    return fail(usage_error("template-digest-malformed",
                            "a template's digest is 64 hexadecimal digits of SHA-256"));
  return compare(digest_of(DigestAlgorithm::kSha256, binary), to_hex(*expected),
                 "the template given with --template");
}

Result<std::string> read_template_member(ByteView tarball, std::string_view member,
                                         uint64_t max_size) {
  std::string text;
  TRY(read_member(tarball, member, max_size, [&](ByteView block) -> Status {
    text.append(block.text());
    return {};
  }));
  return text;
}

}  // namespace ingot
