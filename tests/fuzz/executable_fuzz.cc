// An ELF, Mach-O or PE file as `ingot verify` and `ingot inspect` look at it.
#include "packer/executable/inject.h"
#include "packer/executable/sea_blob.h"
#include "packer/executable/signing/sign.h"
#include "templates/pins.h"

using namespace ingot;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView file(data, size);
  (void)check_executable(file);
  (void)digest_of_original(file);
  (void)digest_of_presentation(file);
  (void)read_signer(file);
  if (auto blob = find_sea_blob(file)) (void)read_sea_blob(*blob, kDefaultNodeVersion);
  (void)read_sea_blob(file, kDefaultNodeVersion);
  return 0;
}
