// What the loader takes from libSystem, as there are no headers of macOS here: prototypes,
// structures and numbers.
//
// Owns declarations only. Sources: Apple's xnu, bsd/sys/{stat,mount,dirent,fcntl,mman,errno,_types}
// and bsd/sys/_types/*; Libc, include/{dirent,time,unistd}.h; dyld, include/dlfcn.h. libSystem.tbd
// is the list that the linker resolves them by. What has "$INODE64" in its name on Intel has that
// for inodes of 64 bits (xnu, bsd/sys/cdefs.h, __DARWIN_INODE64); arm64 has known no others.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#define INGOT_INODE64(name) asm("_" name "$INODE64")
#else
#define INGOT_INODE64(name) asm("_" name)
#endif

namespace ingot::loader::darwin {

struct TimeSpec {
  int64_t seconds;
  int64_t nanoseconds;
};

struct Stat {  // struct stat64
  int32_t device;
  uint16_t mode;
  uint16_t links;
  uint64_t inode;
  uint32_t owner;
  uint32_t group;
  int32_t special_device;
  TimeSpec access, modification, change, birth;
  int64_t size;
  int64_t blocks;
  int32_t block_size;
  uint32_t flags;
  uint32_t generation;
  int32_t spare;
  int64_t more_spare[2];
};
static_assert(sizeof(Stat) == 144 && offsetof(Stat, access) == 32 && offsetof(Stat, size) == 96);

struct FileSystemStat {  // struct statfs64
  uint32_t block_size;
  int32_t io_size;
  uint64_t blocks, free_blocks, available_blocks, files, free_files;
  int32_t id[2];
  uint32_t owner;
  uint32_t type;
  uint32_t flags;
  uint32_t subtype;
  char type_name[16];
  char mounted_on[1024];
  char mounted_from[1024];
  uint32_t more_flags;
  uint32_t reserved[7];
};
static_assert(sizeof(FileSystemStat) == 2168 && offsetof(FileSystemStat, flags) == 64);

struct FolderEntry {  // struct dirent, with inodes of 64 bits
  uint64_t inode;
  uint64_t offset;
  uint16_t size;
  uint16_t name_size;
  uint8_t kind;
  char name[1024];
};
static_assert(offsetof(FolderEntry, name) == 21);

struct FolderStream;  // DIR

extern "C" {
int openat(int folder, const char* path, int flags, ...);
int close(int file);
long pread(int file, void* bytes, size_t size, int64_t offset);
long write(int file, const void* bytes, size_t size);
int fcntl(int file, int command, ...);
int flock(int file, int operation);
int fsync(int file);
int fchmod(int file, uint16_t mode);
int futimes(int file, const void* times);
int fstat(int file, Stat* out) INGOT_INODE64("fstat");
int fstatfs(int file, FileSystemStat* out) INGOT_INODE64("fstatfs");
int mkdirat(int folder, const char* path, uint16_t mode);
int unlinkat(int folder, const char* path, int flags);
int renameat(int from_folder, const char* from, int to_folder, const char* to);
int dup(int file);
FolderStream* fdopendir(int folder) INGOT_INODE64("fdopendir");
FolderEntry* readdir(FolderStream* stream) INGOT_INODE64("readdir");
int closedir(FolderStream* stream);
void* mmap(void* at, size_t size, int protection, int flags, int file, int64_t offset);
int munmap(void* at, size_t size);
int madvise(void* at, size_t size, int advice);
int isatty(int file);
int clock_gettime(int clock, TimeSpec* out);
int nanosleep(const TimeSpec* time, TimeSpec* left);
uint32_t geteuid();
int getpid();
int issetugid();
size_t confstr(int name, char* out, size_t size);
[[noreturn]] void _exit(int code);
int* __error();
void* dlopen(const char* path, int mode);
void* dlsym(void* library, const char* name);
char* dlerror();
}

}  // namespace ingot::loader::darwin
