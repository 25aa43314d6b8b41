#include "packer/unpack/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace ingot {
namespace {

constexpr uint64_t kSmallestBuffer = 64 << 10;
constexpr uint64_t kLikelyRatio = 32;
constexpr uint64_t kMostPerCall = 64 << 20;  // zlib counts in 32 bits

Error damaged(const std::string& label, const std::string& what) {
  return integrity_error("tarball-damaged", "the tarball of " + label + " is damaged: " + what);
}

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

// The length that the trailer declares, when that is likely: the trailer is as hostile as the rest,
// and memory is only given to what has been inflated.
uint64_t first_buffer(ByteView gzip, uint64_t allowed) {
  uint64_t declared = 0;
  if (gzip.size() >= 4)
    if (auto trailer = gzip.le<uint32_t>(gzip.size() - 4)) declared = *trailer;
  uint64_t likely = declared / kLikelyRatio <= gzip.size() ? declared : gzip.size() * 4;
  // One byte more than is needed lets zlib reach the end without another round.
  return std::min(std::max(likely + 1, kSmallestBuffer), allowed + 1);
}

Status check_rest(ByteView rest, const std::string& label) {
  if (is_gzip(rest)) return fail(damaged(label, "it holds more than one gzip member"));
  if (std::any_of(rest.begin(), rest.end(), [](uint8_t byte) { return byte != 0; }))
    return fail(damaged(label, "something follows the end of the gzip data"));
  return {};
}

}  // namespace

uint64_t most_inflated(uint64_t compressed, const TarballLimits& limits) {
  auto by_ratio = checked_mul(compressed, limits.ratio);
  uint64_t allowed = std::max(limits.free_bytes, by_ratio.value_or(limits.total_bytes));
  return std::min(allowed, limits.total_bytes);
}

bool is_gzip(ByteView bytes) {
  return bytes.text().starts_with("\x1f\x8b");
}

Result<Bytes> inflate_gzip(ByteView gzip, const std::string& label, const TarballLimits& limits) {
  Inflater inflater;
  if (!inflater.ready()) return fail(input_error("out-of-memory", "zlib cannot start"));
  z_stream& stream = inflater.stream();
  const uint64_t allowed = most_inflated(gzip.size(), limits);
  Bytes out(first_buffer(gzip, allowed));
  uint64_t read = 0, written = 0;

  while (true) {
    if (written == out.size()) out.resize(std::min<uint64_t>(out.size() * 2, allowed + 1));
    uint64_t input = std::min<uint64_t>(gzip.size() - read, kMostPerCall);
    uint64_t room = std::min<uint64_t>(out.size() - written, kMostPerCall);
    stream.next_in = const_cast<Bytef*>(gzip.data() + read);  // zlib only reads it
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = out.data() + written;
    stream.avail_out = static_cast<uInt>(room);
    int status = inflate(&stream, Z_NO_FLUSH);
    read += input - stream.avail_in;
    written += room - stream.avail_out;
    if (written > allowed)
      return fail(input_error("tarball-too-large", "the tarball of " + label + " inflates from " +
                                                       std::to_string(gzip.size()) +
                                                       " to more than " + std::to_string(allowed) +
                                                       " bytes"));
    if (status == Z_STREAM_END) break;
    if (status == Z_OK && (stream.avail_in > 0 || read < gzip.size() || stream.avail_out == 0))
      continue;
    if (status == Z_OK || status == Z_BUF_ERROR)
      return fail(damaged(label, "it ends in the middle of the gzip data"));
    return fail(damaged(label, stream.msg ? stream.msg : "this is not gzip data"));
  }
  ByteView rest = TRY(gzip.slice_from(read));
  TRY(check_rest(rest, label));
  out.resize(written);
  if (out.capacity() - written > written / 4) out.shrink_to_fit();
  return out;
}

}  // namespace ingot
