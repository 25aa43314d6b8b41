#include "base/page_hashes.h"

#include <array>

#include "base/digest.h"
#include "base/error.h"
#include "base/sha256_rounds.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace ingot {
namespace {

void append_one(ByteView page, Bytes& hashes) {
  Digest digest = digest_of(DigestAlgorithm::kSha256, page);
  hashes.insert(hashes.end(), digest.bytes.begin(), digest.bytes.end());
}

#if defined(__x86_64__)

constexpr int kLanes = 2;
constexpr size_t kBlock = 64;
constexpr int kGroups = 16;  // of four rounds

// What comes behind a page: the end mark, and the page's length in bits.
constexpr std::array<uint8_t, kBlock> make_padding() {
  std::array<uint8_t, kBlock> block{};
  block[0] = 0x80;
  for (size_t i = 0; i < 8; ++i)
    block[kBlock - 1 - i] = static_cast<uint8_t>(uint64_t{kHashedPage} * 8 >> (8 * i));
  return block;
}
alignas(16) constexpr std::array<uint8_t, kBlock> kPadding = make_padding();

// The words A to H as the instructions want them.
struct State {
  __m128i abef[kLanes];
  __m128i cdgh[kLanes];
};

// One block of each lane: FIPS 180-4, 6.2.2.
__attribute__((target("sha,sse4.1"))) void compress(State& state,
                                                    const uint8_t* const (&blocks)[kLanes]) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i words[kLanes][4], abef[kLanes], cdgh[kLanes];
#pragma GCC unroll 2
  for (int lane = 0; lane < kLanes; ++lane) {
    abef[lane] = state.abef[lane];
    cdgh[lane] = state.cdgh[lane];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
      words[lane][i] = _mm_shuffle_epi8(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[lane]) + i), big_endian);
  }
#pragma GCC unroll 16
  for (int group = 0; group < kGroups; ++group) {
    const __m128i constants =
        _mm_load_si128(reinterpret_cast<const __m128i*>(kSha256Rounds) + group);
#pragma GCC unroll 2
    for (int lane = 0; lane < kLanes; ++lane) {
      __m128i(&w)[4] = words[lane];
      if (group >= 4) {
        // The schedule's next four words take the place of the oldest.
        const __m128i& last = w[(group + 3) % 4];
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[group % 4], w[(group + 1) % 4]),
                                          _mm_alignr_epi8(last, w[(group + 2) % 4], 4));
        w[group % 4] = _mm_sha256msg2_epu32(sum, last);
      }
      const __m128i input = _mm_add_epi32(w[group % 4], constants);
      cdgh[lane] = _mm_sha256rnds2_epu32(cdgh[lane], abef[lane], input);
      abef[lane] = _mm_sha256rnds2_epu32(abef[lane], cdgh[lane], _mm_shuffle_epi32(input, 0x0e));
    }
  }
#pragma GCC unroll 2
  for (int lane = 0; lane < kLanes; ++lane) {
    state.abef[lane] = _mm_add_epi32(state.abef[lane], abef[lane]);
    state.cdgh[lane] = _mm_add_epi32(state.cdgh[lane], cdgh[lane]);
  }
}

void append_words(__m128i abef, __m128i cdgh, Bytes& hashes) {
  alignas(16) uint32_t first[4], second[4];
  _mm_store_si128(reinterpret_cast<__m128i*>(first), abef);
  _mm_store_si128(reinterpret_cast<__m128i*>(second), cdgh);
  for (uint32_t word :
       {first[3], first[2], second[3], second[2], first[1], first[0], second[1], second[0]})
    for (int shift = 24; shift >= 0; shift -= 8)
      hashes.push_back(static_cast<uint8_t>(word >> shift));
}

// `pages`: two of them.
void append_two(ByteView pages, Bytes& hashes) {
  State state;
  for (int lane = 0; lane < kLanes; ++lane) {
    state.abef[lane] = _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                                     static_cast<int>(0x9b05688c));
    state.cdgh[lane] =
        _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
  }
  const uint8_t* first = pages.data();
  for (size_t at = 0; at < kHashedPage; at += kBlock)
    compress(state, {first + at, first + kHashedPage + at});
  compress(state, {kPadding.data(), kPadding.data()});
  for (int lane = 0; lane < kLanes; ++lane)
    append_words(state.abef[lane], state.cdgh[lane], hashes);
}

bool has_instructions() {
  static const bool has = [] {
    constexpr unsigned kSha = 1u << 29;  // in EBX of leaf 7
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __builtin_cpu_supports("sse4.1") != 0 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
           (b & kSha) != 0;
  }();
  return has;
}

#else

constexpr int kLanes = 1;
void append_two(ByteView pages, Bytes& hashes) {
  append_one(pages, hashes);
}
bool has_instructions() {
  return false;
}

#endif

}  // namespace

void append_page_hashes(ByteView pages, Bytes& hashes) {
  INGOT_CHECK(pages.size() % kHashedPage == 0);
  size_t at = 0;
  constexpr size_t kTogether = kLanes * kHashedPage;
  while (has_instructions() && pages.size() - at >= kTogether) {
    append_two(ByteView(pages.data() + at, kTogether), hashes);
    at += kTogether;
  }
  for (; at < pages.size(); at += kHashedPage)
    append_one(ByteView(pages.data() + at, kHashedPage), hashes);
}

}  // namespace ingot
