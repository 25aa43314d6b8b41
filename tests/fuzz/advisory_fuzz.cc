// A record of an advisory database, and a signed envelope.
#include "packer/attest/dsse.h"
#include "packer/audit/advisory.h"

using namespace ingot;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto advisory = read_advisory(text, "f");
  if (advisory)
    for (const AffectedPackage& package : advisory->packages)
      for (const char* version : {"0.0.0", "1.0.0-rc.1", "9007199254740991.0.0"}) {
        (void)package.affects(version);
        (void)package.fixed_after(version);
      }
  static const PublicKey key = PublicKey::from_pem(
                                   "-----BEGIN PUBLIC KEY-----\n"
                                   "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                                   "-----END PUBLIC KEY-----\n")
                                   .value();
  (void)open_envelope(text, "f", key);
  (void)PublicKey::from_pem(text);
  return 0;
}
