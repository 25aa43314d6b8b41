#include "system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace ingot::testing {
namespace {

constexpr int kHandle = 4711;  // what dlopen gives
constexpr uint64_t kImageSize = 0x10000;

int translate_errno() {
  constexpr int kAgain = 35;  // EAGAIN of macOS; the loader asks for EINTR only, which is the same
  if (errno == EAGAIN) errno = kAgain;
  return -1;
}

int mac_openat(int folder, const char* path, int flags, int mode) {
  struct {
    int mac, linux_flag;
  } constexpr kFlags[] = {{0x1, O_WRONLY},       {0x2, O_RDWR},   {0x100, O_NOFOLLOW},
                          {0x200, O_CREAT},      {0x800, O_EXCL}, {0x100000, O_DIRECTORY},
                          {0x1000000, O_CLOEXEC}};
  int translated = 0, left = flags;
  for (auto [mac, linux_flag] : kFlags) {
    if ((flags & mac) != 0) translated |= linux_flag;
    left &= ~mac;
  }
  if (left != 0) _exit(99);  // the loader uses no other
  return openat(folder == -2 ? AT_FDCWD : folder, path, translated, mode);
}

int at_folder(int folder) {
  return folder == -2 ? AT_FDCWD : folder;
}
int mac_mkdirat(int folder, const char* path, mode_t mode) {
  return mkdirat(at_folder(folder), path, mode);
}
int mac_unlinkat(int folder, const char* path, int flags) {
  return flags == 0 ? unlinkat(at_folder(folder), path, 0) : -1;
}
int mac_renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return renameat(at_folder(from_folder), from, at_folder(to_folder), to);
}

int mac_fcntl(int file, int command, char* path) {
  constexpr int kGetPath = 50, kFullSync = 51;
  if (command == kFullSync) return fsync(file);
  if (command != kGetPath) _exit(99);
  ssize_t size = readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, 1023);
  if (size < 0) return -1;
  path[size] = '\0';
  return 0;
}

int mac_flock(int file, int operation) {
  int result = flock(file, operation);  // the numbers are BSD's
  return result == 0 ? 0 : translate_errno();
}

template <typename T>
void put(void* structure, size_t offset, T value) {
  std::memcpy(static_cast<uint8_t*>(structure) + offset, &value, sizeof value);
}

int mac_fstat(int file, void* out) {
  struct stat found;
  if (fstat(file, &found) != 0) return -1;
  std::memset(out, 0, 144);  // struct stat64 of bsd/sys/stat.h
  put(out, 4, static_cast<uint16_t>(found.st_mode));
  put(out, 8, uint64_t{found.st_ino});
  put(out, 16, uint32_t{found.st_uid});
  put(out, 48, int64_t{found.st_mtim.tv_sec});
  put(out, 64, int64_t{found.st_ctim.tv_sec});
  put(out, 72, int64_t{found.st_ctim.tv_nsec});
  put(out, 96, int64_t{found.st_size});
  return 0;
}

int mac_fstatfs(int, void* out) {
  std::memset(out, 0, 2168);  // struct statfs64 of bsd/sys/mount.h
  constexpr uint32_t kNoPrograms = 4, kLocal = 0x1000;
  put(out, 64, kLocal | (played_system().allows_programs ? 0 : kNoPrograms));
  return 0;
}

// struct dirent of bsd/sys/dirent.h
void* mac_readdir(DIR* stream) {
  static uint8_t entry[1048];
  dirent* found = readdir(stream);
  if (found == nullptr) return nullptr;
  std::memset(entry, 0, sizeof entry);
  put(entry, 0, uint64_t{found->d_ino});
  put(entry, 18, static_cast<uint16_t>(std::strlen(found->d_name)));
  std::strcpy(reinterpret_cast<char*>(entry) + 21, found->d_name);
  return entry;
}

void* mac_mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) {
  constexpr int kPrivate = 2, kAnonymous = 0x1000;
  if (flags != (kPrivate | kAnonymous)) _exit(99);
  return mmap(at, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, file, offset);
}

int mac_madvise(void*, size_t, int advice) {
  return advice == 4 ? 0 : -1;  // what is played was not mapped from a file
}

int mac_clock_gettime(int clock, timespec* out) {
  if (clock != 0 && clock != 6) _exit(99);
  return clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, out);
}

int mac_futimes(int file, const timeval* times) {
  return futimes(file, times);
}

size_t mac_confstr(int name, char* out, size_t size) {
  const std::string& folder = played_system().temporary_folder;
  if (name != 65537 || folder.empty()) return 0;
  std::strncpy(out, folder.c_str(), size);
  return folder.size() + 1;
}

int mac_issetugid() {
  return played_system().has_other_rights ? 1 : 0;
}

void* mac_dlopen(const char* path, int mode) {
  constexpr int kNow = 2, kGlobal = 8, kNoDelete = 0x80;
  PlayedSystem& system = played_system();
  system.loaded.emplace_back(path);
  if (mode != (kNow | kGlobal | kNoDelete) || access(path, R_OK) != 0) return nullptr;
  for (const std::string& part : system.refused)
    if (std::string(path).find(part) != std::string::npos) return nullptr;
  return reinterpret_cast<void*>(kHandle);
}

char* mac_dlerror() {
  static char text[] = "said by dyld";
  return text;
}

// An image of which only the main function's place is filled: with a jump.
void* mac_dlsym(void* library, const char* name) {
  if (library != reinterpret_cast<void*>(kHandle) || std::strcmp(name, "_mh_execute_header") != 0)
    return nullptr;
  void* image = mmap(nullptr, kImageSize, PROT_READ | PROT_WRITE | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  constexpr uint8_t kLoadAddress[] = {0x48, 0xb8}, kJump[] = {0xff, 0xe0};  // mov rax, jmp rax
  uint8_t* at = static_cast<uint8_t*>(image) + played_system().entry;
  auto target = reinterpret_cast<uint64_t>(played_system().main);
  std::memcpy(at, kLoadAddress, 2);
  std::memcpy(at + 2, &target, sizeof target);
  std::memcpy(at + 10, kJump, 2);
  return image;
}

template <typename F>
void* address(F* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

PlayedSystem& played_system() {
  static PlayedSystem system;
  return system;
}

const std::map<std::string, void*>& functions_of_libsystem() {
  static const std::map<std::string, void*> functions = {
      {"___bzero", address(bzero)},
      {"_memcmp", address(memcmp)},
      {"_memcpy", address<void*(void*, const void*, size_t)>(memcpy)},
      {"_memmove", address(memmove)},
      {"_memset", address(memset)},
      {"___error", address(__errno_location)},
      {"__exit", address(_exit)},
      {"_clock_gettime", address(mac_clock_gettime)},
      {"_close", address(close)},
      {"_closedir", address(closedir)},
      {"_confstr", address(mac_confstr)},
      {"_dlerror", address(mac_dlerror)},
      {"_dlopen", address(mac_dlopen)},
      {"_dlsym", address(mac_dlsym)},
      {"_dup", address(dup)},
      {"_fchmod", address(fchmod)},
      {"_fcntl", address(mac_fcntl)},
      {"_fdopendir$INODE64", address(fdopendir)},
      {"_flock", address(mac_flock)},
      {"_fstat$INODE64", address(mac_fstat)},
      {"_fstatfs$INODE64", address(mac_fstatfs)},
      {"_fsync", address(fsync)},
      {"_futimes", address(mac_futimes)},
      {"_geteuid", address(geteuid)},
      {"_getpid", address(getpid)},
      {"_isatty", address(isatty)},
      {"_issetugid", address(mac_issetugid)},
      {"_madvise", address(mac_madvise)},
      {"_mkdirat", address(mac_mkdirat)},
      {"_mmap", address(mac_mmap)},
      {"_munmap", address(munmap)},
      {"_nanosleep", address(nanosleep)},
      {"_openat", address(mac_openat)},
      {"_pread", address(pread)},
      {"_readdir$INODE64", address(mac_readdir)},
      {"_renameat", address(mac_renameat)},
      {"_unlinkat", address(mac_unlinkat)},
      {"_write", address(write)},
  };
  return functions;
}

}  // namespace ingot::testing
