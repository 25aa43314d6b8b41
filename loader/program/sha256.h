// SHA-256, with the CPU's own instructions where it has them.
//
// Owns the digest alone. The runtime has more than 100 MB: in plain code it would take half a
// second, with the instructions 70 ms. Source: FIPS 180-4, section 6.2.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ingot::loader {

class Sha256 {
 public:
  // `fast`: the CPU has the instructions (`has_sha_instructions`).
  explicit Sha256(bool fast) : fast_(fast) {}
  void update(const uint8_t* bytes, size_t size);
  void finish(uint8_t digest[32]);

 private:
  void take(const uint8_t* blocks, size_t count);

  uint32_t state_[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  uint8_t rest_[64] = {};
  size_t rest_size_ = 0;
  uint64_t size_ = 0;  // bytes in all
  bool fast_;
};

// `hwcap`: what the kernel says of the CPU (AT_HWCAP); x86-64 is asked itself.
bool has_sha_instructions(uint64_t hwcap);

}  // namespace ingot::loader
