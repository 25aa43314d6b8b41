// Bounds-checked reading of bytes that somebody else wrote.
//
// `ByteView` is a non-owning view; every access that could leave it returns a Result or an
// optional, so no parser indexes untrusted memory by hand. `checked_add`, `checked_mul` and
// `align_up` keep arithmetic on untrusted sizes honest. Knows no format.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace ingot {

using Bytes = std::vector<uint8_t>;

inline std::optional<uint64_t> checked_add(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

inline std::optional<uint64_t> checked_mul(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// `alignment` is a power of two. The caller has made sure that the sum does not overflow.
constexpr uint64_t align_up(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

class ByteView {
 public:
  constexpr ByteView() = default;
  constexpr ByteView(const uint8_t* data, size_t size) : bytes_(data, size) {}
  ByteView(const Bytes& bytes) : bytes_(bytes) {}  // NOLINT: views are made implicitly
  ByteView(std::string_view text)                  // NOLINT
      : bytes_(reinterpret_cast<const uint8_t*>(text.data()), text.size()) {}

  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  auto begin() const { return bytes_.begin(); }
  auto end() const { return bytes_.end(); }
  std::span<const uint8_t> span() const { return bytes_; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

  // The `size` bytes at `offset`; an error with code "out-of-bounds" when they are not all there.
  Result<ByteView> slice(uint64_t offset, uint64_t size) const {
    auto end = checked_add(offset, size);
    if (!end || *end > bytes_.size()) return fail(out_of_bounds(offset, size));
    return ByteView(bytes_.data() + offset, static_cast<size_t>(size));
  }
  Result<ByteView> slice_from(uint64_t offset) const {
    if (offset > bytes_.size()) return fail(out_of_bounds(offset, 0));
    return slice(offset, bytes_.size() - offset);
  }

  // An integer at `offset`, whatever its alignment.
  template <typename T>
  Result<T> le(uint64_t offset) const {
    return read<T, std::endian::little>(offset);
  }
  template <typename T>
  Result<T> be(uint64_t offset) const {
    return read<T, std::endian::big>(offset);
  }

  // A trivially copyable record of the machine's own byte order (all our hosts are little-endian).
  template <typename Record>
  Result<Record> record(uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<Record>);
    auto bytes = slice(offset, sizeof(Record));
    if (!bytes) return fail(std::move(bytes.error()));
    Record out;
    std::memcpy(&out, bytes->data(), sizeof(Record));
    return out;
  }

  // Offset of the first occurrence of `needle` at or after `from`.
  std::optional<size_t> find(std::string_view needle, size_t from = 0) const {
    size_t at = text().find(needle, from);
    if (at == std::string_view::npos) return std::nullopt;
    return at;
  }

 private:
  template <typename T, std::endian order>
  Result<T> read(uint64_t offset) const {
    static_assert(std::is_integral_v<T>);
    auto value = record<T>(offset);
    if (!value) return value;
    if constexpr (order != std::endian::native && sizeof(T) > 1) {
      auto* raw = reinterpret_cast<uint8_t*>(&*value);
      for (size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
    }
    return value;
  }

  Error out_of_bounds(uint64_t offset, uint64_t size) const {
    return input_error("out-of-bounds", std::to_string(size) + " bytes at offset " +
                                            std::to_string(offset) + " are outside the " +
                                            std::to_string(bytes_.size()) + " bytes there are");
  }

  std::span<const uint8_t> bytes_;
};

}  // namespace ingot
