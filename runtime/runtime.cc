#include "runtime/runtime.h"

extern "C" {
extern const uint8_t ingot_runtime_start[], ingot_runtime_start_end[];
extern const uint8_t ingot_runtime_often[], ingot_runtime_often_end[];
extern const uint8_t ingot_runtime_seldom[], ingot_runtime_seldom_end[];
extern const uint8_t ingot_stub[], ingot_stub_end[];
extern const uint8_t ingot_compiler[], ingot_compiler_end[];
extern const uint8_t ingot_type_stripper[], ingot_type_stripper_end[];
}

namespace ingot {
namespace {

ByteView between(const uint8_t* begin, const uint8_t* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::array<ByteView, 3> runtime_scripts() {
  return {between(ingot_runtime_start, ingot_runtime_start_end),
          between(ingot_runtime_often, ingot_runtime_often_end),
          between(ingot_runtime_seldom, ingot_runtime_seldom_end)};
}
ByteView runtime_stub() {
  return between(ingot_stub, ingot_stub_end);
}
ByteView compiler_script() {
  return between(ingot_compiler, ingot_compiler_end);
}
ByteView type_stripper_script() {
  return between(ingot_type_stripper, ingot_type_stripper_end);
}

}  // namespace ingot
