// What a std::unique_ptr gives an object of a C library back with: Releaser<BIO_free>.
#pragma once

namespace ingot {

template <auto release>
struct Releaser {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};

}  // namespace ingot
