#include "loader/program/darwin/temporary.h"

#include "loader/program/posix/files.h"
#include "loader/program/posix/name.h"

namespace ingot::loader {
namespace {

constexpr size_t kMaxPath = 1024;  // MAXPATHLEN of <sys/param.h>

// Whether nobody but this user and root can put another file in the place of one of ours.
bool keeps_names(int folder) {
  constexpr uint32_t kOthersWrite = 0022, kSticky = 01000;
  FileStatus status;
  return stat_of(folder, status) && ((status.mode & kSticky) != 0 ||
                                     (status.owner == user() && (status.mode & kOthersWrite) == 0));
}

CachedRuntime make_in(int folder, const CompactHeader& header, const uint8_t* frame, bool fast_sha,
                      Notice& notice) {
  constexpr uint32_t kRuntimeMode = 0500;
  const Name name = temporary_name();
  File file(create_file(folder, name.text));
  CachedRuntime out;
  if (!file) return out;
  out = unpack_alone(static_cast<File&&>(file), header, frame, fast_sha, notice);
  if (out.file && !set_mode(out.file.number(), kRuntimeMode)) out.file.close();
  // dyld registers the signature of a file that nobody is writing to.
  if (out.file) out.file = File(open_at(folder, name.text, kReadOnly | kNoFollow));
  if (!out.file) remove(folder, name.text);
  return out;
}

}  // namespace

CachedRuntime make_temporary(const char* wanted, const CompactHeader& header, const uint8_t* frame,
                             bool fast_sha, Notice& notice) {
  constexpr int kUserTemporaryFolder = 65537;  // _CS_DARWIN_USER_TEMP_DIR of <unistd.h>
  char of_user[kMaxPath];
  size_t size = darwin::confstr(kUserTemporaryFolder, of_user, sizeof of_user);
  CachedRuntime out;
  out.why = "there is neither a cache folder nor a temporary one that may hold programs";
  const char* paths[] = {wanted, size > 0 && size <= sizeof of_user ? of_user : nullptr};
  for (const char* path : paths) {
    if (path == nullptr || *path != '/') continue;
    File folder(open_at(kCurrentFolder, path, kReadOnly | kDirectory));
    if (!folder || !keeps_names(folder.number()) || !allows_programs(folder.number())) continue;
    CachedRuntime made = make_in(folder.number(), header, frame, fast_sha, notice);
    if (made.file || made.outcome == CacheOutcome::kDamaged) return made;
    if (made.why != nullptr) out.why = made.why;
  }
  return out;
}

}  // namespace ingot::loader
