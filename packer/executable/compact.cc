#include "packer/executable/compact.h"

#include "packer/executable/elf/compact.h"
#include "packer/executable/inject.h"
#include "packer/executable/macho/compact.h"
#include "packer/executable/macho/library.h"
#include "packer/executable/pe/compact.h"
#include "packer/executable/pe/library.h"

namespace ingot {
namespace {

Digest sha256_of(ByteView bytes) {
  return digest_of(DigestAlgorithm::kSha256, bytes);
}

Result<Bytes> unpacked(const CompactParts& parts) {
  Bytes out;
  TRY(unpack_frame(parts, [&](ByteView bytes) -> Status {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  }));
  return out;
}

// The Node program that a frame holds in another form; nothing when it holds the program itself.
Result<std::optional<Bytes>> program_in(ExecutableFormat format, const CompactParts& parts) {
  switch (format) {
    case ExecutableFormat::kElf:
      return std::nullopt;
    case ExecutableFormat::kPe: {
      auto fuse = static_cast<uint32_t>(parts.header.fuse_address);
      return TRY(pe::program_of(TRY(unpacked(parts)), parts.header.entry, fuse));
    }
    case ExecutableFormat::kMachO:
      return TRY(macho::program_of(TRY(unpacked(parts))));
  }
  __builtin_unreachable();
}

// The record of a library that was made of Node.
template <typename Library>
CompactRuntime runtime_of(Library library, bool hash_always) {
  CompactRuntime out;
  out.made = std::move(library.bytes);
  out.content = out.made;
  out.header = new_compact_header(out.made.size(), sha256_of(out.made), hash_always);
  out.header.entry = library.entry;
  return out;
}

}  // namespace

Result<CompactRuntime> describe_runtime(ByteView node, const Digest& sha256, bool hash_always) {
  // What is made of it has a part of it twice at most: its signature.
  if (node.size() > kMaxCompactRuntime / 2)
    return fail(input_error("compact-too-large",
                            "this Node binary is larger than what a compact executable can carry"));
  switch (TRY(executable_format(node))) {
    case ExecutableFormat::kElf: {
      CompactRuntime out;
      out.header = TRY(elf::describe_runtime(node, sha256, hash_always));
      out.content = node;
      return out;
    }
    case ExecutableFormat::kPe: {
      pe::Library library = TRY(pe::make_library(node));
      uint32_t fuse = library.fuse;
      CompactRuntime out = runtime_of(std::move(library), hash_always);
      out.header.fuse_address = fuse;
      return out;
    }
    case ExecutableFormat::kMachO:
      return runtime_of(TRY(macho::make_library(node)), hash_always);
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
      return macho::make_compact(loader, header, frame, node);
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
      return macho::find_compact(file);
  }
  __builtin_unreachable();
}

Result<Digest> digest_of_node(ByteView file, const CompactParts& parts) {
  auto program = TRY(program_in(TRY(executable_format(file)), parts));
  if (program) return sha256_of(*program);
  return digest_of_frame(parts);
}

Result<Digest> digest_of_template(ByteView loader, const CompactParts& parts) {
  auto program = TRY(program_in(TRY(executable_format(loader)), parts));
  ByteView node = program ? ByteView(*program) : ByteView();
  return sha256_of(TRY(make_compact(loader, parts.header, parts.frame, node)));
}

}  // namespace ingot
