// What the cache asks of a Unix beside opening, reading and writing: linux/files.cc and
// darwin/files.cc have it.
//
// Owns nothing: one name for each call, with what Linux and macOS have in common. `folder` is an
// open folder, or kCurrentFolder when the name is a path. Functions that can fail say whether they
// have done it.
#pragma once

#include "loader/program/system.h"

namespace ingot::loader {

struct FileStatus {
  uint32_t mode;  // kind and rights
  uint32_t owner;
  uint64_t inode;
  uint64_t size;           // bytes
  int64_t change_seconds;  // since 1970, of content or rights
  uint32_t change_nanoseconds;
  int64_t modification_seconds;  // since 1970
};

inline constexpr uint32_t kKindAndRights = 0177777, kRegularFile = 0100000;

bool stat_of(int file, FileStatus& out);
uint32_t user();  // whose rights this process has
uint32_t process_id();
void pause(uint32_t milliseconds);

// A new file that nobody else has open.
inline constexpr int kRecordMode = 0600;
inline int create_file(int folder, const char* name) {
  return open_at(folder, name, kReadWrite | kCreate | kExclusive | kNoFollow, kRecordMode);
}

bool make_folder(int folder, const char* name, uint32_t mode);
void remove(int folder, const char* name);
bool rename(int folder, const char* from, const char* to);

bool set_mode(int file, uint32_t mode);
void set_modified_now(int file);
// To the disk itself.
bool flush(int file);
// Takes the room that a file will need at once, so that a full disk is known early.
bool take_room(int file, uint64_t size);
// Whether programs may lie in the folder.
bool allows_programs(int folder);

enum class LockKind { kShared, kAlone };
// Never waits.
bool try_lock(int file, LockKind kind);

using NameHandler = void (*)(int folder, const char* name);
void for_each_name(int folder, NameHandler handle);

}  // namespace ingot::loader
