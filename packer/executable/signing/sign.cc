#include "packer/executable/signing/sign.h"

#include "base/digest.h"
#include "packer/executable/inject.h"
#include "packer/executable/macho/sign.h"
#include "packer/executable/signing/authenticode.h"

namespace ingot {

Status sign_executable(ByteView file, const Identity& identity, const std::string& identifier,
                       AtomicFile& out) {
  switch (TRY(executable_format(file))) {
    case ExecutableFormat::kPe:
      TRY(digest_of_original(file));
      return sign_pe(file, identity, out);
    case ExecutableFormat::kMachO:
      return macho::sign_macho(file, identity, identifier, out);
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
    case ExecutableFormat::kMachO: {
      macho::SignatureReport report = TRY(macho::read_signer(file));
      if (report.is_ad_hoc) return std::nullopt;
      const x509_st& certificate = *report.signer.certificate;
      return Signer{owner_of(certificate), issuer_of(certificate),
                    sha256_hex(certificate_der(certificate))};
    }
    case ExecutableFormat::kElf:
      return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace ingot
