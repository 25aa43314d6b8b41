#include "loader/program/posix/folder.h"

#include "loader/program/posix/files.h"

namespace ingot::loader {
namespace {

constexpr size_t kMaxPath = 4096;
constexpr uint32_t kOthersWrite = 0022;
constexpr uint32_t kOthers = 0077;
constexpr uint32_t kFolderMode = 0700;

bool same_text(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

// Opens a folder with all its parents, making those that are missing. Symbolic links are followed:
// this is what the user's environment names. `path` is changed and restored.
File open_named(char* path) {
  File folder(open_at(kCurrentFolder, path, kReadOnly | kDirectory));
  if (folder) return folder;
  for (char* at = path + 1; *at != '\0'; ++at) {
    if (*at != '/') continue;
    *at = '\0';
    make_folder(kCurrentFolder, path, kFolderMode);
    *at = '/';
  }
  make_folder(kCurrentFolder, path, kFolderMode);
  return File(open_at(kCurrentFolder, path, kReadOnly | kDirectory));
}

// Opens or makes `name` in `parent` (any path when that is kCurrentFolder): a folder of this user's
// that gives nobody else the rights in `refused`.
File claim(int parent, const char* name, uint32_t refused, const char*& why) {
  int flags = kReadOnly | kDirectory | kNoFollow;
  File folder(open_at(parent, name, flags));
  if (!folder) {
    make_folder(parent, name, kFolderMode);
    folder = File(open_at(parent, name, flags));
  }
  if (!folder) {
    why = "the cache folder cannot be made";
    return folder;
  }
  FileStatus status;
  if (!stat_of(folder.number(), status) || status.owner != user() || (status.mode & refused) != 0) {
    why = "the cache folder is not this user's alone";
    folder.close();
  }
  return folder;
}

// `first` and `second` as one path; false when it is too long.
bool join(char* out, const char* first, const char* second) {
  size_t size = 0;
  const char* parts[] = {first, second};
  for (const char* part : parts)
    for (; *part != '\0'; ++part) {
      if (size + 1 == kMaxPath) return false;
      out[size++] = *part;
    }
  out[size] = '\0';
  return true;
}

}  // namespace

Folder open_runtimes_folder(const CacheVariables& variables) {
  Folder found;
  char path[kMaxPath];
  File folder;
  if (variables.ingot_cache != nullptr && *variables.ingot_cache != '\0') {
    if (same_text(variables.ingot_cache, "off")) {
      found.off = true;
      return found;
    }
    found.why = "INGOT_CACHE is neither 'off' nor an absolute path";
    if (*variables.ingot_cache != '/' || !join(path, variables.ingot_cache, "")) return found;
    found.why = "the cache folder cannot be made";
    open_named(path);
    folder = claim(kCurrentFolder, path, kOthersWrite, found.why);
  } else {
    bool xdg = variables.xdg_cache_home != nullptr && *variables.xdg_cache_home == '/';
    found.why = "there is no home for a cache folder";
    if (!xdg && (variables.home == nullptr || *variables.home != '/')) return found;
    if (!join(path, xdg ? variables.xdg_cache_home : variables.home, xdg ? "" : kHomeCaches))
      return found;
    File above = open_named(path);
    found.why = "the cache folder cannot be made";
    if (!above) return found;
    folder = claim(above.number(), "ingot", kOthersWrite, found.why);
  }
  if (folder) found.file = claim(folder.number(), "runtimes", kOthers, found.why);
  return found;
}

}  // namespace ingot::loader
