#include "packer/executable/inject.h"

#include "packer/executable/elf/check_layout.h"
#include "packer/executable/elf/layout.h"
#include "packer/executable/elf/original.h"
#include "packer/executable/elf/reader.h"
#include "packer/executable/elf/strip.h"
#include "packer/executable/elf/writer.h"
#include "packer/executable/fuse.h"
#include "packer/executable/macho/check_layout.h"
#include "packer/executable/macho/layout.h"
#include "packer/executable/macho/original.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/signature_plan.h"
#include "packer/executable/macho/writer.h"
#include "packer/executable/pe/check_layout.h"
#include "packer/executable/pe/layout.h"
#include "packer/executable/pe/original.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/pe/writer.h"
#include "packer/executable/undo_record.h"

namespace ingot {
namespace {

Error wrong_cpu(const Target& target) {
  return input_error("template-wrong-machine",
                     "this Node binary is for another CPU than " + std::string(target.name));
}

// What the executables of a system are.
ExecutableFormat format_of(const Target& target) {
  switch (target.os) {
    case Os::kLinux:
      return ExecutableFormat::kElf;
    case Os::kDarwin:
      return ExecutableFormat::kMachO;
    case Os::kWindows:
      return ExecutableFormat::kPe;
  }
  __builtin_unreachable();
}

Status cast_elf(ByteView original, const Target& target, const ByteSource& blob, AtomicFile& out) {
  elf::Image image = TRY(elf::read_elf(original));
  if (image.machine != elf::machine_of(target)) return fail(wrong_cpu(target));
  uint64_t fuse = TRY(find_unset_fuse(original));
  elf::Segment note = TRY(elf::note_segment(image));
  ByteView notes = TRY(original.slice(note.offset, note.file_size));
  ByteView names = TRY(elf::section_names(image, original));
  elf::Layout layout = TRY(elf::lay_out({std::move(image), fuse, notes, names}, blob.size));
  return elf::write_elf(original, layout, blob, out);
}

Status cast_macho(ByteView original, const Target& target, const ByteSource& blob, AtomicFile& out,
                  const CastOptions& options) {
  macho::Image image = TRY(macho::read_macho(original));
  if (image.header.cpu != macho::cpu_of(target)) return fail(wrong_cpu(target));
  if (options.identifier.empty() || options.identifier.size() > macho::kMaxIdentifier ||
      options.identifier.find('\0') != std::string::npos)
    return fail(input_error("identifier-invalid",
                            "'" + options.identifier + "' cannot be the name in a code signature"));
  uint64_t fuse = TRY(find_unset_fuse(original));
  macho::Template parts = TRY(macho::template_parts(original, std::move(image), fuse));
  uint32_t flags = macho::kAdHoc;
  if (options.hardened_runtime) flags |= macho::kHardenedRuntime;
  macho::Layout layout = TRY(macho::lay_out(parts, blob.size, flags, options.identifier));
  macho::SignatureContent signature = TRY(macho::plan_ad_hoc(parts, layout));
  return macho::write_macho(original, options.page_hashes, layout, signature, blob, out);
}

Status cast_pe(ByteView original, const Target& target, const ByteSource& blob, AtomicFile& out,
               const CastOptions& options) {
  pe::Image image = TRY(pe::read_pe(original));
  if (image.file.machine != pe::machine_of(target)) return fail(wrong_cpu(target));
  TRY(pe::check_room(image, original));
  uint64_t fuse = TRY(find_unset_fuse(original));
  ByteView certificates = TRY(original.slice_from(image.size_without_certificates()));
  pe::Dressed dressed = TRY(pe::dress(image, original, options.windows));
  pe::Layout layout =
      TRY(pe::lay_out({image, original, certificates, fuse}, dressed.presentation, blob.size));
  return pe::write_pe(original, layout, blob, out);
}

Result<UndoRecord> prove_original(ByteView file) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kElf:
      return elf::prove_original(file);
    case ExecutableFormat::kMachO:
      return macho::prove_original(file);
    case ExecutableFormat::kPe:
      return pe::prove_original(file);
  }
  __builtin_unreachable();
}

}  // namespace

Result<ExecutableFormat> executable_format(ByteView file) {
  if (file.text().starts_with("\x7f"
                              "ELF"))
    return ExecutableFormat::kElf;
  if (file.text().starts_with("MZ")) return ExecutableFormat::kPe;
  if (macho::looks_like_macho(file)) return ExecutableFormat::kMachO;
  return fail(input_error("executable-format-unknown", "this is no executable of a known format"));
}

Status cast_executable(ByteView original, const Target& target, const ByteSource& blob,
                       AtomicFile& out, const CastOptions& options) {
  ExecutableFormat format = TRY(executable_format(original));
  if (format != format_of(target))
    return fail(
        input_error("template-wrong-machine",
                    "this Node binary is for another system than " + std::string(target.name)));
  switch (format) {
    case ExecutableFormat::kElf:
      return cast_elf(original, target, blob, out);
    case ExecutableFormat::kMachO:
      return cast_macho(original, target, blob, out, options);
    case ExecutableFormat::kPe:
      return cast_pe(original, target, blob, out, options);
  }
  __builtin_unreachable();
}

Status strip_executable(ByteView original, AtomicFile& out) {
  if (TRY(executable_format(original)) != ExecutableFormat::kElf)
    return fail(input_error("executable-format-unsupported",
                            "only executables for Linux have symbols to leave out"));
  return elf::write_stripped(original, out);
}

Status check_executable(ByteView file) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kElf:
      return elf::check_layout(file);
    case ExecutableFormat::kMachO:
      return macho::check_layout(file);
    case ExecutableFormat::kPe:
      return pe::check_layout(file);
  }
  __builtin_unreachable();
}

Result<ByteView> find_sea_blob(ByteView file) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kElf:
      return elf::find_blob(file);
    case ExecutableFormat::kMachO:
      return macho::find_blob(file);
    case ExecutableFormat::kPe:
      return pe::find_blob(file);
  }
  __builtin_unreachable();
}

Result<Digest> digest_of_original(ByteView file) {
  UndoRecord undo = TRY(prove_original(file));
  Hasher hasher(DigestAlgorithm::kSha256);
  TRY(write_original(undo, file, [&](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  }));
  return hasher.finish();
}

Result<std::optional<Digest>> digest_of_presentation(ByteView original,
                                                     const CastOptions& options) {
  if (TRY(executable_format(original)) != ExecutableFormat::kPe) return std::nullopt;
  pe::Image image = TRY(pe::read_pe(original));
  return pe::digest_of(TRY(pe::dress(image, original, options.windows)).presentation);
}

Result<std::optional<Digest>> digest_of_presentation(ByteView file) {
  if (TRY(executable_format(file)) != ExecutableFormat::kPe) return std::nullopt;
  return pe::digest_of(TRY(pe::presentation_of(file)));
}

}  // namespace ingot
