#include "loader/program/posix/cache.h"

#include "loader/program/posix/files.h"
#include "loader/program/posix/folder.h"
#include "loader/program/posix/name.h"
#include "loader/program/unpack.h"

namespace ingot::loader {
namespace {

constexpr uint32_t kSealMagic = 0x53474E49;  // "INGS"
constexpr uint32_t kRuntimeMode = 0500;
constexpr uint32_t kLockPause = 10;  // milliseconds

// What a file was when its content had been checked.
struct SealRecord {
  uint32_t magic;
  uint32_t mode;
  uint64_t inode;
  uint64_t size;
  int64_t change_seconds;
  uint32_t change_nanoseconds;
  uint32_t owner;
};

SealRecord record_of(const FileStatus& status) {
  return {kSealMagic,  status.mode,           status.inode,
          status.size, status.change_seconds, status.change_nanoseconds,
          status.owner};
}

struct Names {
  Name runtime, part, seal, new_seal;
  explicit Names(const uint8_t sha256[32])
      : runtime(sha256, ""),
        part(sha256, ".part"),
        seal(sha256, ".seal"),
        new_seal(sha256, ".new") {}
};

bool is_like(const FileStatus& status, const CompactHeader& header) {
  return (status.mode & kKindAndRights) == (kRegularFile | kRuntimeMode) &&
         status.owner == user() && status.size == header.runtime_size;
}

// The day of the last start is the record's time of modification.
void note_start(int record, const FileStatus& status) {
  auto last = static_cast<uint64_t>(status.modification_seconds);
  uint64_t now = seconds_now();
  if (now >= last && now - last < kDay) return;
  set_modified_now(record);
}

bool is_sealed(int folder, const Names& names, const FileStatus& runtime) {
  File record(open_at(folder, names.seal.text, kReadOnly | kNoFollow));
  FileStatus status;
  SealRecord found, wanted = record_of(runtime);
  if (!record || !stat_of(record.number(), status) || status.owner != user() ||
      read_up_to(record.number(), reinterpret_cast<uint8_t*>(&found), sizeof found, 0) !=
          sizeof found ||
      __builtin_memcmp(&found, &wanted, sizeof found) != 0)
    return false;
  note_start(record.number(), status);
  return true;
}

// The runtime, if it is there and as it was when it was checked.
File find_sealed(int folder, const Names& names, const CompactHeader& header, bool fast_sha) {
  File file(open_at(folder, names.runtime.text, kReadOnly | kNoFollow));
  if (!file) return file;
  // On Linux the lock stays for as long as the file is mapped, after it is closed too.
  try_lock(file.number(), LockKind::kShared);
  FileStatus status;
  bool sealed =
      stat_of(file.number(), status) && is_like(status, header) && is_sealed(folder, names, status);
  if (sealed && (header.flags & kCompactHashAlways) != 0)
    sealed = has_content(file.number(), header, fast_sha);
  if (!sealed) file.close();
  return file;
}

// Makes the record of a file whose content was checked.
bool seal(int folder, const Names& names, int runtime) {
  FileStatus status;
  if (!stat_of(runtime, status)) return false;
  SealRecord record = record_of(status);
  remove(folder, names.new_seal.text);
  File file(open_at(folder, names.new_seal.text, kWriteOnly | kCreate | kExclusive | kNoFollow,
                    kRecordMode));
  return file &&
         write_all(file.number(), reinterpret_cast<const uint8_t*>(&record), sizeof record) &&
         flush(file.number()) && rename(folder, names.new_seal.text, names.seal.text);
}

// What is there without a record: a start was killed before it could write one, or somebody has
// changed the file.
File check_and_seal(int folder, const Names& names, const CompactHeader& header, bool fast_sha) {
  File file(open_at(folder, names.runtime.text, kReadOnly | kNoFollow));
  FileStatus status;
  if (file && stat_of(file.number(), status) && is_like(status, header) &&
      has_content(file.number(), header, fast_sha) && seal(folder, names, file.number()))
    return file;
  return File();
}

File create_part(int folder, const Names& names, const CompactHeader& header) {
  remove(folder, names.part.text);
  File file(create_file(folder, names.part.text));
  if (file && !take_room(file.number(), header.runtime_size)) {
    remove(folder, names.part.text);
    file.close();
  }
  return file;
}

CachedRuntime write_runtime(int folder, const Names& names, const CompactHeader& header,
                            const uint8_t* frame, bool fast_sha, Notice& notice) {
  CachedRuntime out;
  out.why = "the cache folder cannot hold the runtime";
  File part = create_part(folder, names, header);
  if (!part) return out;
  Unpacked unpacked = unpack(header, frame, part.number(), fast_sha, notice);
  if (unpacked == Unpacked::kDamaged) out.outcome = CacheOutcome::kDamaged;
  if (unpacked != Unpacked::kDone || !set_mode(part.number(), kRuntimeMode) ||
      !flush(part.number()) || !rename(folder, names.part.text, names.runtime.text)) {
    remove(folder, names.part.text);
    return out;
  }
  flush(folder);
  if (!seal(folder, names, part.number())) return out;
  part.close();
  out.file = find_sealed(folder, names, header, fast_sha);
  if (out.file) out.outcome = CacheOutcome::kFound;
  return out;
}

void remove_if_old(int folder, const char* name) {
  uint8_t sha256[32];
  auto value = [](char digit) {
    return static_cast<uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  };
  for (int i = 0; i < 32; ++i)
    sha256[i] = static_cast<uint8_t>(value(name[2 * i]) << 4 | value(name[2 * i + 1]));
  Names names(sha256);
  File runtime(open_at(folder, names.runtime.text, kReadOnly | kNoFollow));
  File record(open_at(folder, names.seal.text, kReadOnly | kNoFollow));
  FileStatus status;
  if (!runtime || !stat_of(record ? record.number() : runtime.number(), status)) return;
  uint64_t now = seconds_now();
  auto last = static_cast<uint64_t>(status.modification_seconds);
  if (now < last || now - last < kKept) return;
  if (!try_lock(runtime.number(), LockKind::kAlone)) return;  // in use
  remove(folder, names.seal.text);
  remove(folder, names.part.text);
  remove(folder, names.runtime.text);
}

// Waits for another first start, but not for ever: it may be stopped.
File lock(int folder, Notice& notice) {
  File file(open_at(folder, "lock", kReadWrite | kCreate | kNoFollow, kRecordMode));
  uint64_t started = milliseconds();
  while (file && !try_lock(file.number(), LockKind::kAlone)) {
    if (milliseconds() - started > kLockPatience) file.close();
    pause(kLockPause);
    notice.show_if_long();
  }
  return file;
}

}  // namespace

CachedRuntime find_or_make(const CacheVariables& variables, const CompactHeader& header,
                           const uint8_t* frame, bool fast_sha, Notice& notice) {
  CachedRuntime out;
  Folder folder = open_runtimes_folder(variables);
  if (!folder.file) {
    out.outcome = folder.off ? CacheOutcome::kOff : CacheOutcome::kNone;
    out.why = folder.why;
    return out;
  }
  Names names(header.runtime_sha256);
  int at = folder.file.number();
  auto found = [&](File file) {
    out.outcome = CacheOutcome::kFound;
    out.file = static_cast<File&&>(file);
    return static_cast<CachedRuntime&&>(out);
  };
  if (File file = find_sealed(at, names, header, fast_sha)) return found(static_cast<File&&>(file));

  out.why = "the cache folder may hold no programs";
  if (!allows_programs(at)) return out;
  out.why = "the cache folder cannot be written to";
  File held = lock(at, notice);
  if (!held) return out;
  if (File file = find_sealed(at, names, header, fast_sha)) return found(static_cast<File&&>(file));
  if (check_and_seal(at, names, header, fast_sha))
    if (File file = find_sealed(at, names, header, fast_sha))
      return found(static_cast<File&&>(file));
  out = write_runtime(at, names, header, frame, fast_sha, notice);
  if (out.file)
    for_each_name(at, [](int runtimes, const char* name) {
      if (is_hex_name(name)) remove_if_old(runtimes, name);
    });
  return out;
}

CachedRuntime unpack_alone(File file, const CompactHeader& header, const uint8_t* frame,
                           bool fast_sha, Notice& notice) {
  CachedRuntime out;
  out.why = "there is nowhere room for the runtime";
  Unpacked unpacked = unpack(header, frame, file.number(), fast_sha, notice);
  if (unpacked == Unpacked::kDamaged) out.outcome = CacheOutcome::kDamaged;
  if (unpacked != Unpacked::kDone) return out;
  out.outcome = CacheOutcome::kFound;
  out.file = static_cast<File&&>(file);
  return out;
}

}  // namespace ingot::loader
