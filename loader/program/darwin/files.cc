#include "loader/program/posix/files.h"

namespace ingot::loader {

bool stat_of(int file, FileStatus& out) {
  darwin::Stat found;
  if (darwin::fstat(file, &found) != 0) return false;
  out = {found.mode,
         found.owner,
         found.inode,
         static_cast<uint64_t>(found.size),
         found.change.seconds,
         static_cast<uint32_t>(found.change.nanoseconds),
         found.modification.seconds};
  return true;
}

uint32_t user() {
  return darwin::geteuid();
}

uint32_t process_id() {
  return static_cast<uint32_t>(darwin::getpid());
}

void pause(uint32_t milliseconds) {
  const darwin::TimeSpec time = {0, int64_t{milliseconds} * 1'000'000};
  darwin::nanosleep(&time, nullptr);
}

bool make_folder(int folder, const char* name, uint32_t mode) {
  return darwin::mkdirat(folder, name, static_cast<uint16_t>(mode)) == 0;
}

void remove(int folder, const char* name) {
  darwin::unlinkat(folder, name, 0);
}

bool rename(int folder, const char* from, const char* to) {
  return darwin::renameat(folder, from, folder, to) == 0;
}

bool set_mode(int file, uint32_t mode) {
  return darwin::fchmod(file, static_cast<uint16_t>(mode)) == 0;
}

void set_modified_now(int file) {
  darwin::futimes(file, nullptr);
}

// fsync alone leaves the data to the disk's own memory: Apple, "fsync(2)".
bool flush(int file) {
  constexpr int kFullSync = 51;  // F_FULLFSYNC
  return darwin::fcntl(file, kFullSync) == 0 || darwin::fsync(file) == 0;
}

// A full disk is seen when it is written to.
bool take_room(int, uint64_t) {
  return true;
}

bool allows_programs(int folder) {
  constexpr uint32_t kNoPrograms = 4;  // MNT_NOEXEC
  darwin::FileSystemStat status;
  return darwin::fstatfs(folder, &status) == 0 && (status.flags & kNoPrograms) == 0;
}

bool try_lock(int file, LockKind kind) {
  constexpr int kSharedLock = 1, kExclusiveLock = 2, kWithoutWaiting = 4;  // of flock
  int lock = kind == LockKind::kShared ? kSharedLock : kExclusiveLock;
  return darwin::flock(file, lock | kWithoutWaiting) == 0;
}

void for_each_name(int folder, NameHandler handle) {
  // The stream closes what it was made of.
  darwin::FolderStream* stream = darwin::fdopendir(darwin::dup(folder));
  if (stream == nullptr) return;
  while (darwin::FolderEntry* entry = darwin::readdir(stream)) handle(folder, entry->name);
  darwin::closedir(stream);
}

}  // namespace ingot::loader
