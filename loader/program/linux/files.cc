#include "loader/program/posix/files.h"

#include <linux/stat.h>

namespace ingot::loader {

bool stat_of(int file, FileStatus& out) {
  constexpr int kEmptyPath = 0x1000;
  struct statx found;
  if (call(kStatx, file, as_argument(""), kEmptyPath, STATX_BASIC_STATS, as_argument(&found)) != 0)
    return false;
  out = {found.stx_mode,         found.stx_uid,           found.stx_ino,         found.stx_size,
         found.stx_ctime.tv_sec, found.stx_ctime.tv_nsec, found.stx_mtime.tv_sec};
  return true;
}

uint32_t user() {
  return static_cast<uint32_t>(call(kGeteuid));
}

uint32_t process_id() {
  return static_cast<uint32_t>(call(kGetpid));
}

void pause(uint32_t milliseconds) {
  const int64_t time[2] = {0, int64_t{milliseconds} * 1'000'000};
  call(kNanosleep, as_argument(time));
}

bool make_folder(int folder, const char* name, uint32_t mode) {
  return call(kMkdirat, folder, as_argument(name), mode) == 0;
}

void remove(int folder, const char* name) {
  call(kUnlinkat, folder, as_argument(name), 0);
}

bool rename(int folder, const char* from, const char* to) {
  return call(kRenameat, folder, as_argument(from), folder, as_argument(to)) == 0;
}

bool set_mode(int file, uint32_t mode) {
  return call(kFchmod, file, mode) == 0;
}

void set_modified_now(int file) {
  call(kUtimensat, file, 0, 0, 0);
}

bool flush(int file) {
  return call(kFsync, file) == 0;
}

bool take_room(int file, uint64_t size) {
  constexpr long kNotSupported = -95;
  long taken = call(kFallocate, file, 0, 0, static_cast<long>(size));
  return taken == 0 || taken == kNotSupported;
}

bool allows_programs(int folder) {
  constexpr uint64_t kNoPrograms = 8;  // ST_NOEXEC
  uint64_t status[16] = {};            // struct statfs: all fields are words
  constexpr size_t kFlags = 10;
  return call(kFstatfs, folder, as_argument(status)) == 0 && (status[kFlags] & kNoPrograms) == 0;
}

bool try_lock(int file, LockKind kind) {
  constexpr long kSharedLock = 1, kExclusiveLock = 2, kWithoutWaiting = 4;  // of flock
  long lock = kind == LockKind::kShared ? kSharedLock : kExclusiveLock;
  return call(kFlock, file, lock | kWithoutWaiting) == 0;
}

namespace {

struct FolderEntry {  // struct linux_dirent64
  uint64_t inode;
  int64_t next;
  uint16_t size;
  uint8_t kind;
  char name[];
};

}  // namespace

void for_each_name(int folder, NameHandler handle) {
  alignas(FolderEntry) uint8_t entries[4096];
  while (true) {
    long size = call(kGetdents, folder, as_argument(entries), sizeof entries);
    if (size <= 0) return;
    for (long at = 0; at < size;) {
      auto* entry = reinterpret_cast<const FolderEntry*>(entries + at);
      handle(folder, entry->name);
      at += entry->size;
    }
  }
}

}  // namespace ingot::loader
