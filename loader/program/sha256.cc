#include "loader/program/sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#else
#include <arm_neon.h>
#endif

#include "base/sha256_rounds.h"

namespace ingot::loader {
namespace {

constexpr size_t kBlock = 64;

uint32_t rotate(uint32_t x, int by) {
  return (x >> by) | (x << (32 - by));
}

uint32_t big_endian(const uint8_t* at) {
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | at[3];
}

void take_plain(uint32_t state[8], const uint8_t* block) {
  uint32_t words[64];
  for (int i = 0; i < 16; ++i) words[i] = big_endian(block + 4 * i);
  for (int i = 16; i < 64; ++i) {
    uint32_t a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3)) + words[i - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10));
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; ++i) {
    uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) +
                     kSha256Rounds[i] + words[i];
    uint32_t second =
        (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  const uint32_t after[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; ++i) state[i] += after[i];
}

#if defined(__x86_64__)

// The instructions hold the state as (A B E F) and (C D G H), highest word first.
__attribute__((target("sha,sse4.1"))) void take_fast(uint32_t state[8], const uint8_t* blocks,
                                                     size_t count) {
  const __m128i order = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state));
  __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4));
  low = _mm_shuffle_epi32(low, 0xB1);    // CDAB
  high = _mm_shuffle_epi32(high, 0x1B);  // EFGH
  __m128i abef = _mm_alignr_epi8(low, high, 8);
  __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
  for (; count > 0; --count, blocks += kBlock) {
    __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
    for (int i = 0; i < 4; ++i)
      words[i] = _mm_shuffle_epi8(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks + 16 * i)), order);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      __m128i sum = _mm_add_epi32(
          words[i % 4], _mm_load_si128(reinterpret_cast<const __m128i*>(kSha256Rounds + 4 * i)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (i >= 12) continue;
      __m128i next = _mm_sha256msg1_epu32(words[i % 4], words[(i + 1) % 4]);
      next = _mm_add_epi32(next, _mm_alignr_epi8(words[(i + 3) % 4], words[(i + 2) % 4], 4));
      words[i % 4] = _mm_sha256msg2_epu32(next, words[(i + 3) % 4]);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  low = _mm_shuffle_epi32(abef, 0x1B);   // FEBA
  high = _mm_shuffle_epi32(cdgh, 0xB1);  // DCHG
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(high, low, 8));
}

#else

__attribute__((target("+crypto"))) void take_fast(uint32_t state[8], const uint8_t* blocks,
                                                  size_t count) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; count > 0; --count, blocks += kBlock) {
    uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t words[4];
    for (int i = 0; i < 4; ++i)
      words[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      uint32x4_t sum = vaddq_u32(words[i % 4], vld1q_u32(kSha256Rounds + 4 * i));
      uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, abcd_now, sum);
      if (i >= 12) continue;
      words[i % 4] = vsha256su1q_u32(vsha256su0q_u32(words[i % 4], words[(i + 1) % 4]),
                                     words[(i + 2) % 4], words[(i + 3) % 4]);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

#endif

}  // namespace

bool has_sha_instructions([[maybe_unused]] uint64_t hwcap) {
#if defined(__x86_64__)
  uint32_t a = 0, b = 0, c = 0, d = 0;
  constexpr uint32_t kShaBit = 1u << 29, kSse41Bit = 1u << 19, kSsse3Bit = 1u << 9;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & kShaBit) == 0) return false;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & kSse41Bit) != 0 && (c & kSsse3Bit) != 0;
#else
  constexpr uint64_t kSha2 = 1u << 6;  // HWCAP_SHA2 of <asm/hwcap.h>
  return (hwcap & kSha2) != 0;
#endif
}

void Sha256::take(const uint8_t* blocks, size_t count) {
  if (fast_) {
    take_fast(state_, blocks, count);
    return;
  }
  for (; count > 0; --count, blocks += kBlock) take_plain(state_, blocks);
}

void Sha256::update(const uint8_t* bytes, size_t size) {
  size_ += size;
  if (rest_size_ > 0) {
    size_t part = kBlock - rest_size_ < size ? kBlock - rest_size_ : size;
    __builtin_memcpy(rest_ + rest_size_, bytes, part);
    rest_size_ += part;
    bytes += part;
    size -= part;
    if (rest_size_ < kBlock) return;
    take(rest_, 1);
    rest_size_ = 0;
  }
  take(bytes, size / kBlock);
  rest_size_ = size % kBlock;
  __builtin_memcpy(rest_, bytes + size - rest_size_, rest_size_);
}

void Sha256::finish(uint8_t digest[32]) {
  uint64_t bits = size_ * 8;
  uint8_t padding[2 * kBlock] = {0x80};
  size_t padded = rest_size_ < kBlock - 8 ? kBlock - rest_size_ : 2 * kBlock - rest_size_;
  for (size_t i = 0; i < 8; ++i) padding[padded - 1 - i] = static_cast<uint8_t>(bits >> (8 * i));
  update(padding, padded);
  for (int i = 0; i < 32; ++i)
    digest[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
}

}  // namespace ingot::loader
