// What the compiler and libzstd's decoder take for granted of a C library: moving memory, and an
// allocator. The decoder works in memory that it is given (unpack.cc), so there is no allocator;
// who asks for one is told that there is no memory. macOS has a C library in every process: there
// moving memory is its.
#include <cstddef>
#include <cstdint>

extern "C" {

#if !defined(__APPLE__)
void* memcpy(void* __restrict to, const void* __restrict from, size_t size) {
#if defined(__x86_64__)
  void* at = to;
  asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
#else
  auto* out = static_cast<uint8_t*>(to);
  auto* in = static_cast<const uint8_t*>(from);
  for (; size >= 16; size -= 16, in += 16, out += 16)
    asm volatile("ldp x9, x10, [%1]\n stp x9, x10, [%0]"
                 :
                 : "r"(out), "r"(in)
                 : "x9", "x10", "memory");
  for (; size > 0; --size) {
    *out++ = *in++;
    asm volatile("" : : : "memory");  // or the compiler makes a call of memcpy of it
  }
#endif
  return to;
}

void* memmove(void* to, const void* from, size_t size) {
  auto* out = static_cast<uint8_t*>(to);
  auto* in = static_cast<const uint8_t*>(from);
  if (out <= in || out >= in + size) return memcpy(to, from, size);
  while (size > 0) {
    --size;
    out[size] = in[size];
    asm volatile("" : : : "memory");
  }
  return to;
}

void* memset(void* to, int byte, size_t size) {
#if defined(__x86_64__)
  void* at = to;
  asm volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(byte) : "memory");
#else
  auto* out = static_cast<uint8_t*>(to);
  for (; size > 0; --size) {
    *out++ = static_cast<uint8_t>(byte);
    asm volatile("" : : : "memory");
  }
#endif
  return to;
}

int memcmp(const void* left, const void* right, size_t size) {
  auto* a = static_cast<const uint8_t*>(left);
  auto* b = static_cast<const uint8_t*>(right);
  for (; size > 0; --size, ++a, ++b)
    if (*a != *b) return *a < *b ? -1 : 1;
  return 0;
}

// libzstd in Debian is compiled with this check.
[[noreturn]] void __stack_chk_fail() {
  __builtin_trap();
}
#if defined(__aarch64__)
uintptr_t __stack_chk_guard = 0x0A0D00FF;  // x86-64 has it in the thread's block: start.S
#endif
#endif

void* malloc(size_t) {
  return nullptr;
}
void* calloc(size_t, size_t) {
  return nullptr;
}
void free(void*) {}
}
