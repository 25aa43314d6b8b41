#include "packer/executable/compact.h"

#include "packer/executable/elf/compact.h"
#include "packer/executable/inject.h"
#include "packer/executable/pe/compact.h"
#include "packer/executable/pe/library.h"

namespace ingot {
namespace {

Error no_loader() {
  return input_error("compact-unsupported", "there is no loader for executables of this format");
}

Digest sha256_of(ByteView bytes) {
  return digest_of(DigestAlgorithm::kSha256, bytes);
}

// The Node program that a frame holds as a library.
Result<Bytes> program_in(const CompactParts& parts) {
  Bytes library;
  TRY(unpack_frame(parts, [&](ByteView bytes) -> Status {
    library.insert(library.end(), bytes.begin(), bytes.end());
    return {};
  }));
  auto fuse = static_cast<uint32_t>(parts.header.fuse_address);
  return pe::program_of(library, parts.header.entry, fuse);
}

}  // namespace

Result<CompactRuntime> describe_runtime(ByteView node, const Digest& sha256, bool hash_always) {
  CompactRuntime out;
  switch (TRY(executable_format(node))) {
    case ExecutableFormat::kElf:
      out.header = TRY(elf::describe_runtime(node, sha256, hash_always));
      out.content = node;
      return out;
    case ExecutableFormat::kPe: {
      pe::Library library = TRY(pe::make_library(node));
      out.made = std::move(library.bytes);
      out.content = out.made;
      out.header = new_compact_header(out.made.size(), sha256_of(out.made), hash_always);
      out.header.entry = library.entry;
      out.header.fuse_address = library.fuse;
      return out;
    }
    case ExecutableFormat::kMachO:
      return fail(no_loader());
  }
  __builtin_unreachable();
}

Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node) {
  switch (TRY(executable_format(loader))) {
    case ExecutableFormat::kElf:
      return elf::make_compact(loader, header, frame);
    case ExecutableFormat::kPe:
      return pe::make_compact(loader, header, frame, node);
    case ExecutableFormat::kMachO:
      return fail(no_loader());
  }
  __builtin_unreachable();
}

Result<std::optional<CompactParts>> find_compact(ByteView file) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kElf:
      return elf::find_compact(file);
    case ExecutableFormat::kPe:
      return pe::find_compact(file);
    case ExecutableFormat::kMachO:
      return std::nullopt;
  }
  __builtin_unreachable();
}

Result<Digest> digest_of_node(ByteView file, const CompactParts& parts) {
  if (TRY(executable_format(file)) == ExecutableFormat::kPe)
    return sha256_of(TRY(program_in(parts)));
  return digest_of_frame(parts);
}

Result<Digest> digest_of_template(ByteView loader, const CompactParts& parts) {
  Bytes node;
  if (TRY(executable_format(loader)) == ExecutableFormat::kPe) node = TRY(program_in(parts));
  return sha256_of(TRY(make_compact(loader, parts.header, parts.frame, node)));
}

}  // namespace ingot
