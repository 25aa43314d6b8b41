#include "loader/program/linux/nameless.h"

#include "loader/program/posix/files.h"
#include "loader/program/posix/name.h"

namespace ingot::loader {
namespace {

// A file of this process's own that has lost its name already.
File create_nameless(int folder, const CompactHeader& header) {
  const Name name = temporary_name();  // for a moment only
  File file(create_file(folder, name.text));
  if (!file) return file;
  remove(folder, name.text);
  if (!take_room(file.number(), header.runtime_size)) file.close();
  return file;
}

}  // namespace

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
  CachedRuntime out = unpack_alone(File(static_cast<int>(file)), header, frame, fast_sha, notice);
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
    out = unpack_alone(static_cast<File&&>(file), header, frame, fast_sha, notice);
    if (out.file || out.outcome == CacheOutcome::kDamaged) return out;
  }
  return out;
}

}  // namespace ingot::loader
