#include "packer/executable/signing/sign.h"

#include "packer/executable/inject.h"
#include "packer/executable/signing/authenticode.h"

namespace ingot {

Status sign_executable(ByteView file, const Identity& identity, const std::string&,
                       AtomicFile& out) {
  ExecutableFormat format = TRY(executable_format(file));
  TRY(digest_of_original(file));
  switch (format) {
    case ExecutableFormat::kPe:
      return sign_pe(file, identity, out);
    case ExecutableFormat::kMachO:
    case ExecutableFormat::kElf:
      return fail(input_error("sign-unsupported", "executables for Linux have no signatures")
                      .hinted("'ingot verify' compares them with what was sealed"));
  }
  __builtin_unreachable();
}

Result<std::optional<Signer>> read_signer(ByteView file) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kPe:
      return read_pe_signer(file);
    case ExecutableFormat::kMachO:
    case ExecutableFormat::kElf:
      return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace ingot
