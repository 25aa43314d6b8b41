// `Result<T>`: a value or the `Error` that explains why there is none.
//
// The only way a failure travels between functions and folders; exceptions of libraries are turned
// into one at the call. `TRY` unwraps or returns.
#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace ingot {

template <typename T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

inline std::unexpected<Error> fail(Error e) {
  return std::unexpected<Error>(std::move(e));
}

// TRY(expression): the value of a Result, or return its error from the enclosing function.
// A GNU statement expression, so that it can be used in the middle of a line; for a Status it
// yields nothing.
#define TRY(...) INGOT_TRY_NAMED(INGOT_TRY_CONCAT(ingot_try_, __COUNTER__), __VA_ARGS__)
#define INGOT_TRY_CONCAT(a, b) INGOT_TRY_CONCAT_EXPANDED(a, b)
#define INGOT_TRY_CONCAT_EXPANDED(a, b) a##b
#define INGOT_TRY_NAMED(name, ...)                            \
  ({                                                          \
    auto name = (__VA_ARGS__);                                \
    if (!name) return ::ingot::fail(std::move(name.error())); \
    ::ingot::detail::unwrap(std::move(name));                 \
  })

namespace detail {
template <typename T>
T unwrap(Result<T>&& result) {
  return std::move(*result);
}
inline void unwrap(Status&&) {}
}  // namespace detail

}  // namespace ingot
