#include "runtime/runtime.h"

extern "C" {
extern const uint8_t ingot_runtime[], ingot_runtime_end[];
extern const uint8_t ingot_stub[], ingot_stub_end[];
extern const uint8_t ingot_compiler[], ingot_compiler_end[];
extern const uint8_t ingot_type_stripper[], ingot_type_stripper_end[];
}

namespace ingot {

ByteView runtime_script() {
  return ByteView(ingot_runtime, static_cast<size_t>(ingot_runtime_end - ingot_runtime));
}
ByteView runtime_stub() {
  return ByteView(ingot_stub, static_cast<size_t>(ingot_stub_end - ingot_stub));
}
ByteView compiler_script() {
  return ByteView(ingot_compiler, static_cast<size_t>(ingot_compiler_end - ingot_compiler));
}
ByteView type_stripper_script() {
  return ByteView(ingot_type_stripper,
                  static_cast<size_t>(ingot_type_stripper_end - ingot_type_stripper));
}

}  // namespace ingot
