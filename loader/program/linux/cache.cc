#include "loader/program/linux/cache.h"

#include "loader/program/linux/folder.h"
#include "loader/program/unpack.h"

namespace ingot::loader {
namespace {

constexpr uint32_t kSealMagic = 0x53474E49;  // "INGS"
constexpr unsigned kRuntimeMode = 0500;
constexpr int kRecordMode = 0600;
constexpr long kShared = 1, kAlone = 2, kUnlock = 8, kWithoutWaiting = 4;  // flock

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

SealRecord record_of(const struct statx& status) {
  return {kSealMagic,      status.stx_mode,         status.stx_ino,
          status.stx_size, status.stx_ctime.tv_sec, status.stx_ctime.tv_nsec,
          status.stx_uid};
}

// "<sha256>" and the names that are made of it.
struct Name {
  char text[kHexSize + 8];

  Name(const uint8_t sha256[32], const char* ending) {
    write_hex(sha256, text);
    char* at = text + kHexSize;
    for (; *ending != '\0'; ++ending) *at++ = *ending;
    *at = '\0';
  }
};

struct Names {
  Name runtime, part, seal, new_seal;
  explicit Names(const uint8_t sha256[32])
      : runtime(sha256, ""),
        part(sha256, ".part"),
        seal(sha256, ".seal"),
        new_seal(sha256, ".new") {}
};

void remove(int folder, const char* name) {
  call(kUnlinkat, folder, as_argument(name), 0);
}

bool rename(int folder, const char* from, const char* to) {
  return call(kRenameat, folder, as_argument(from), folder, as_argument(to)) == 0;
}

bool is_like(const struct statx& status, const CompactHeader& header) {
  constexpr unsigned kKindAndRights = 0177777, kRegular = 0100000;
  return (status.stx_mode & kKindAndRights) == (kRegular | kRuntimeMode) &&
         status.stx_uid == call(kGeteuid) && status.stx_size == header.runtime_size;
}

// The day of the last start is the record's time of modification.
void note_start(int record, const struct statx& status) {
  auto last = static_cast<uint64_t>(status.stx_mtime.tv_sec);
  uint64_t now = seconds_now();
  if (now >= last && now - last < kDay) return;
  call(kUtimensat, record, 0, 0, 0);
}

bool is_sealed(int folder, const Names& names, const struct statx& runtime) {
  File record(open_at(folder, names.seal.text, kReadOnly | kNoFollow));
  struct statx status;
  SealRecord found, wanted = record_of(runtime);
  if (!record || !stat_of(record.number(), status) || status.stx_uid != call(kGeteuid) ||
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
  // The lock stays for as long as the file is mapped, after it is closed too.
  call(kFlock, file.number(), kShared | kWithoutWaiting);
  struct statx status;
  bool sealed =
      stat_of(file.number(), status) && is_like(status, header) && is_sealed(folder, names, status);
  if (sealed && (header.flags & kCompactHashAlways) != 0)
    sealed = has_content(file.number(), header, fast_sha);
  if (!sealed) file.close();
  return file;
}

// Makes the record of a file whose content was checked.
bool seal(int folder, const Names& names, int runtime) {
  struct statx status;
  if (!stat_of(runtime, status)) return false;
  SealRecord record = record_of(status);
  remove(folder, names.new_seal.text);
  File file(open_at(folder, names.new_seal.text, kWriteOnly | kCreate | kExclusive | kNoFollow,
                    kRecordMode));
  return file &&
         write_all(file.number(), reinterpret_cast<const uint8_t*>(&record), sizeof record) &&
         call(kFsync, file.number()) == 0 && rename(folder, names.new_seal.text, names.seal.text);
}

// What is there without a record: a start was killed before it could write one, or somebody has
// changed the file.
File check_and_seal(int folder, const Names& names, const CompactHeader& header, bool fast_sha) {
  File file(open_at(folder, names.runtime.text, kReadOnly | kNoFollow));
  struct statx status;
  if (file && stat_of(file.number(), status) && is_like(status, header) &&
      has_content(file.number(), header, fast_sha) && seal(folder, names, file.number()))
    return file;
  return File();
}

bool allows_programs(int folder) {
  constexpr uint64_t kNoPrograms = 8;  // ST_NOEXEC
  uint64_t status[16] = {};            // struct statfs: all fields are words
  constexpr size_t kFlags = 10;
  return call(kFstatfs, folder, as_argument(status)) == 0 && (status[kFlags] & kNoPrograms) == 0;
}

// A new file that nobody else has open.
File create(int folder, const char* name) {
  return File(open_at(folder, name, kReadWrite | kCreate | kExclusive | kNoFollow, kRecordMode));
}

// Takes the runtime's room at once: a full disk is known early.
bool take_room(int file, const CompactHeader& header) {
  constexpr long kNotSupported = -95;
  long taken = call(kFallocate, file, 0, 0, static_cast<long>(header.runtime_size));
  return taken == 0 || taken == kNotSupported;
}

File create_part(int folder, const Names& names, const CompactHeader& header) {
  remove(folder, names.part.text);
  File file = create(folder, names.part.text);
  if (file && !take_room(file.number(), header)) {
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
  if (unpacked != Unpacked::kDone || call(kFchmod, part.number(), kRuntimeMode) != 0 ||
      call(kFsync, part.number()) != 0 || !rename(folder, names.part.text, names.runtime.text)) {
    remove(folder, names.part.text);
    return out;
  }
  call(kFsync, folder);
  if (!seal(folder, names, part.number())) return out;
  part.close();
  out.file = find_sealed(folder, names, header, fast_sha);
  if (out.file) out.outcome = CacheOutcome::kFound;
  return out;
}

struct FolderEntry {  // struct linux_dirent64
  uint64_t inode;
  int64_t next;
  uint16_t size;
  uint8_t kind;
  char name[];
};

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
  struct statx status;
  if (!runtime || !stat_of(record ? record.number() : runtime.number(), status)) return;
  uint64_t now = seconds_now();
  auto last = static_cast<uint64_t>(status.stx_mtime.tv_sec);
  if (now < last || now - last < kKept) return;
  if (call(kFlock, runtime.number(), kAlone | kWithoutWaiting) != 0) return;  // in use
  remove(folder, names.seal.text);
  remove(folder, names.part.text);
  remove(folder, names.runtime.text);
}

void remove_old_ones(int folder) {
  alignas(FolderEntry) uint8_t entries[4096];
  while (true) {
    long size = call(kGetdents, folder, as_argument(entries), sizeof entries);
    if (size <= 0) return;
    for (long at = 0; at < size;) {
      auto* entry = reinterpret_cast<const FolderEntry*>(entries + at);
      if (is_hex_name(entry->name)) remove_if_old(folder, entry->name);
      at += entry->size;
    }
  }
}

// Waits for another first start, but not for ever: it may be stopped.
File lock(int folder, Notice& notice) {
  File file(open_at(folder, "lock", kReadWrite | kCreate | kNoFollow, kRecordMode));
  uint64_t started = milliseconds();
  while (file && call(kFlock, file.number(), kAlone | kWithoutWaiting) != 0) {
    const int64_t pause[2] = {0, 10'000'000};
    if (milliseconds() - started > kLockPatience) file.close();
    call(kNanosleep, as_argument(pause));
    notice.show_if_long();
  }
  return file;
}

// A file of this process's own that has lost its name already.
File create_nameless(int folder, const CompactHeader& header) {
  // The name is there for a moment only, and not used when somebody has it: it need not be secret.
  uint64_t parts[4] = {static_cast<uint64_t>(call(kGetpid)), milliseconds()};
  Name name(reinterpret_cast<const uint8_t*>(parts), ".ingot");
  File file = create(folder, name.text);
  if (!file) return file;
  remove(folder, name.text);
  if (!take_room(file.number(), header)) file.close();
  return file;
}

// Fills a file of this process's own.
CachedRuntime unpack_into(File file, const CompactHeader& header, const uint8_t* frame,
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
  if (out.file) remove_old_ones(at);
  return out;
}

CachedRuntime make_in_memory(const CompactHeader& header, const uint8_t* frame, bool fast_sha,
                             Notice& notice) {
  constexpr unsigned kCloseOnExecMemory = 1, kSealable = 2, kExecutableMemory = 0x10;  // memfd
  constexpr long kAddSeals = 1033, kAllSeals = 0xF;
  unsigned flags = kCloseOnExecMemory | kSealable;
  long file = call(kMemfdCreate, as_argument("node"), flags | kExecutableMemory);
  if (failed(file)) file = call(kMemfdCreate, as_argument("node"), flags);  // before Linux 6.3
  if (failed(file)) {
    CachedRuntime out;
    out.why = "the system gives no memory for programs";
    return out;
  }
  CachedRuntime out = unpack_into(File(static_cast<int>(file)), header, frame, fast_sha, notice);
  if (out.file) call(kFcntl, out.file.number(), kAddSeals, kAllSeals);
  return out;
}

CachedRuntime make_temporary(const char* wanted, const CompactHeader& header, const uint8_t* frame,
                             bool fast_sha, Notice& notice) {
  CachedRuntime out;
  out.why = "there is neither a cache folder nor a temporary one that may hold programs";
  const char* paths[] = {wanted, "/tmp", "/var/tmp", "/dev/shm"};
  for (const char* path : paths) {
    if (path == nullptr || *path != '/') continue;
    File folder(open_at(kCurrentFolder, path, kReadOnly | kDirectory));
    if (!folder || !allows_programs(folder.number())) continue;
    File file = create_nameless(folder.number(), header);
    if (!file) continue;
    out = unpack_into(static_cast<File&&>(file), header, frame, fast_sha, notice);
    if (out.file || out.outcome == CacheOutcome::kDamaged) return out;
  }
  return out;
}

}  // namespace ingot::loader
