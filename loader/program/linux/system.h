// The kernel, without a C library: the few system calls that the loader makes.
//
// Owns the calling convention of both CPUs and the numbers; every function returns what the kernel
// does, -errno included. Sources: Linux <asm/unistd.h> of x86-64 and arm64, <asm-generic/unistd.h>.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ingot::loader {

enum SystemCall : long {
#if defined(__x86_64__)
  kRead = 0,
  kWrite = 1,
  kClose = 3,
  kMmap = 9,
  kMprotect = 10,
  kMunmap = 11,
  kIoctl = 16,
  kPread = 17,
  kMadvise = 28,
  kNanosleep = 35,
  kGetpid = 39,
  kFlock = 73,
  kFsync = 74,
  kFcntl = 72,
  kFchmod = 91,
  kGeteuid = 107,
  kFstatfs = 138,
  kArchPrctl = 158,
  kGetdents = 217,
  kClockGettime = 228,
  kExitGroup = 231,
  kOpenat = 257,
  kMkdirat = 258,
  kUnlinkat = 263,
  kRenameat = 264,
  kSyncFileRange = 277,
  kUtimensat = 280,
  kFallocate = 285,
  kMemfdCreate = 319,
  kStatx = 332,
#elif defined(__aarch64__)
  kFcntl = 25,
  kIoctl = 29,
  kFlock = 32,
  kMkdirat = 34,
  kUnlinkat = 35,
  kRenameat = 38,
  kFstatfs = 44,
  kFallocate = 47,
  kFchmod = 52,
  kOpenat = 56,
  kClose = 57,
  kGetdents = 61,
  kRead = 63,
  kWrite = 64,
  kPread = 67,
  kFsync = 82,
  kSyncFileRange = 84,
  kUtimensat = 88,
  kExitGroup = 94,
  kNanosleep = 101,
  kClockGettime = 113,
  kGetpid = 172,
  kGeteuid = 175,
  kMunmap = 215,
  kMmap = 222,
  kMprotect = 226,
  kMadvise = 233,
  kMemfdCreate = 279,
  kStatx = 291,
#else
#error "no system calls for this CPU"
#endif
};

inline long call(SystemCall number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                 long f = 0) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(static_cast<long>(number)), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#else
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return x0;
#endif
}

template <typename T>
long as_argument(T* pointer) {
  return static_cast<long>(reinterpret_cast<uintptr_t>(pointer));
}

// Of <asm-generic/errno-base.h>, as the kernel returns them.
enum ErrorNumber : long { kPermitted = -1, kInterrupted = -4, kAccess = -13, kExists = -17 };
// Of <asm-generic/fcntl.h>; O_DIRECTORY and O_NOFOLLOW differ between the CPUs.
enum OpenFlag : int {
  kReadOnly = 0,
  kWriteOnly = 1,
  kReadWrite = 2,
  kCreate = 0100,
  kExclusive = 0200,
#if defined(__x86_64__)
  kDirectory = 0200000,
  kNoFollow = 0400000,
#else
  kDirectory = 040000,
  kNoFollow = 0100000,
#endif
  kCloseOnExec = 02000000,
};
inline constexpr int kCurrentFolder = -100;  // AT_FDCWD
inline constexpr const char* kEraseLine = "\r\033[K";
inline constexpr const char* kHomeCaches = "/.cache";

// Of <sys/mman.h>.
enum Protection : int { kNone = 0, kReadable = 1, kWritable = 2, kExecutable = 4 };
enum MapFlag : int { kPrivate = 2, kFixed = 0x10, kAnonymous = 0x20, kFixedNew = 0x100000 };

inline bool failed(long result) {
  return result < 0 && result >= -4095;
}

inline int open_at(int folder, const char* path, int flags, int mode = 0) {
  return static_cast<int>(call(kOpenat, folder, as_argument(path), flags | kCloseOnExec, mode));
}

inline void* map(void* at, size_t size, int protection, int flags, int file, uint64_t offset) {
  return reinterpret_cast<void*>(
      static_cast<uintptr_t>(call(kMmap, as_argument(at), static_cast<long>(size), protection,
                                  flags, file, static_cast<long>(offset))));
}
inline bool map_failed(void* mapped) {
  return failed(as_argument(mapped));
}

using FileNumber = int;

// As much as the kernel takes or gives at once.
inline long write_part(int file, const uint8_t* bytes, size_t size) {
  return call(kWrite, file, as_argument(bytes), static_cast<long>(size));
}
inline long read_part(int file, uint8_t* bytes, size_t size, uint64_t offset) {
  return call(kPread, file, as_argument(bytes), static_cast<long>(size), static_cast<long>(offset));
}
inline void close_file(int file) {
  call(kClose, file);
}

// nullptr: there is none.
inline void* take_memory(size_t size) {
  void* start = map(nullptr, size, kReadable | kWritable, kPrivate | kAnonymous, -1, 0);
  return map_failed(start) ? nullptr : start;
}
inline void give_back_memory(void* start, size_t size) {
  call(kMunmap, as_argument(start), static_cast<long>(size));
}

}  // namespace ingot::loader
