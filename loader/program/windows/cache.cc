#include "loader/program/windows/cache.h"

#include "loader/program/unpack.h"
#include "loader/program/windows/user.h"

namespace ingot::loader {
namespace {

constexpr uint32_t kSealMagic = 0x53474E49;  // "INGS"
constexpr const wchar_t* kLibrary = L"\\libnode.dll";
constexpr const wchar_t* kTemporaryName = L"ingot-runtime-";
constexpr DWORD kReadHere = GENERIC_READ | READ_CONTROL;

// What a file was when its content had been checked.
struct SealRecord {
  uint32_t magic;
  uint32_t volume;
  uint64_t place;  // the file's number on the volume
  uint64_t size;
  int64_t created;
  int64_t written;
  int64_t changed;
};

bool record_of(HANDLE file, SealRecord& out) {
  BY_HANDLE_FILE_INFORMATION place;
  FILE_BASIC_INFO times;
  if (!GetFileInformationByHandle(file, &place) ||
      !GetFileInformationByHandleEx(file, FileBasicInfo, &times, sizeof times))
    return false;
  out = {kSealMagic,
         place.dwVolumeSerialNumber,
         uint64_t{place.nFileIndexHigh} << 32 | place.nFileIndexLow,
         uint64_t{place.nFileSizeHigh} << 32 | place.nFileSizeLow,
         times.CreationTime.QuadPart,
         times.LastWriteTime.QuadPart,
         times.ChangeTime.QuadPart};
  return true;
}

// The folder of one runtime and what is in it.
struct Places {
  Path folder, library, part, seal, new_seal;

  Places(const Path& runtimes, const wchar_t* name) {
    folder.add(runtimes.text()).add(L"\\").add(name);
    library.add(folder.text()).add(kLibrary);
    part.add(folder.text()).add(L"\\part");
    seal.add(folder.text()).add(L"\\seal");
    new_seal.add(folder.text()).add(L"\\new");
  }
};

struct Name {
  wchar_t text[kHexSize + 1] = {};
  explicit Name(const uint8_t sha256[32]) { write_hex(sha256, text); }
};

// Nobody can write to it, rename it or remove it while it is open.
File open_library(const Path& path) {
  return open_file(path, kReadHere, FILE_SHARE_READ, OPEN_EXISTING);
}

bool is_like(const SealRecord& record, HANDLE file, const CompactHeader& header) {
  return record.size == header.runtime_size && is_private_file(file);
}

// The day of the last start is the record's time of writing.
void note_start(const Path& seal) {
  File file = open_file(seal, FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES,
                        FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING);
  FILETIME last, now;
  GetSystemTimeAsFileTime(&now);
  if (!file || !GetFileTime(file.number(), nullptr, nullptr, &last)) return;
  uint64_t last_seconds = seconds_of(last), seconds = seconds_of(now);
  if (seconds >= last_seconds && seconds - last_seconds < kDay) return;
  SetFileTime(file.number(), nullptr, nullptr, &now);
}

bool is_sealed(const Path& seal, const SealRecord& wanted) {
  File file = open_file(seal, kReadHere, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING);
  SealRecord found;
  return file && is_private_file(file.number()) &&
         read_up_to(file.number(), reinterpret_cast<uint8_t*>(&found), sizeof found, 0) ==
             sizeof found &&
         __builtin_memcmp(&found, &wanted, sizeof found) == 0;
}

// The runtime, if it is there and as it was when it was checked.
File find_sealed(const Places& places, const CompactHeader& header, bool fast_sha) {
  File file = open_library(places.library);
  SealRecord record;
  bool sealed = file && record_of(file.number(), record) &&
                is_like(record, file.number(), header) && is_sealed(places.seal, record);
  if (sealed && ((header.flags & kCompactHashAlways) != 0 || has_more_rights_than_its_user()))
    sealed = has_content(file.number(), header, fast_sha);
  if (sealed)
    note_start(places.seal);
  else
    file.close();
  return file;
}

// Makes the record of a file whose content was checked.
bool seal(const Places& places, HANDLE library) {
  SealRecord record;
  if (!record_of(library, record)) return false;
  DeleteFileW(places.new_seal.text());
  File file = open_file(places.new_seal, GENERIC_WRITE, 0, CREATE_NEW);
  if (!file || !write_all(file.number(), reinterpret_cast<const uint8_t*>(&record), sizeof record))
    return false;
  FlushFileBuffers(file.number());
  file.close();
  return MoveFileExW(places.new_seal.text(), places.seal.text(), MOVEFILE_REPLACE_EXISTING) != 0;
}

// What is there without a record: a start was killed before it could write one, or somebody has
// changed the file.
bool check_and_seal(const Places& places, const CompactHeader& header, bool fast_sha) {
  File file = open_library(places.library);
  SealRecord record;
  return file && record_of(file.number(), record) && is_like(record, file.number(), header) &&
         has_content(file.number(), header, fast_sha) && seal(places, file.number());
}

// Takes the runtime's room at once: a full disk is known early.
bool take_room(HANDLE file, const CompactHeader& header) {
  FILE_ALLOCATION_INFO room;
  room.AllocationSize.QuadPart = static_cast<LONGLONG>(header.runtime_size);
  return SetFileInformationByHandle(file, FileAllocationInfo, &room, sizeof room) ||
         GetLastError() != ERROR_DISK_FULL;
}

// Unpacks into a new file at `path`; there is none when that fails.
Unpacked unpack_to(const Path& path, const CompactHeader& header, const uint8_t* frame,
                   bool fast_sha, Notice& notice) {
  File file = open_file(path, GENERIC_READ | GENERIC_WRITE, 0, CREATE_NEW);
  if (!file) return Unpacked::kNotWritten;
  Unpacked unpacked = take_room(file.number(), header)
                          ? unpack(header, frame, file.number(), fast_sha, notice)
                          : Unpacked::kNotWritten;
  if (unpacked == Unpacked::kDone && !FlushFileBuffers(file.number()))
    unpacked = Unpacked::kNotWritten;
  file.close();
  if (unpacked != Unpacked::kDone) DeleteFileW(path.text());
  return unpacked;
}

bool write_runtime(const Places& places, const CompactHeader& header, const uint8_t* frame,
                   bool fast_sha, Notice& notice, CachedRuntime& out) {
  out.why = "the cache folder cannot hold the runtime";
  DeleteFileW(places.part.text());
  Unpacked unpacked = unpack_to(places.part, header, frame, fast_sha, notice);
  if (unpacked == Unpacked::kDamaged) out.outcome = CacheOutcome::kDamaged;
  if (unpacked != Unpacked::kDone) return false;
  if (!MoveFileExW(places.part.text(), places.library.text(),
                   MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
    DeleteFileW(places.part.text());
    return false;
  }
  File library = open_library(places.library);
  return library && seal(places, library.number());
}

// Calls `visit(name)` for each folder below `parent` that is none behind a link.
template <typename Visit>
void for_each_folder(const Path& parent, const wchar_t* pattern, Visit visit) {
  Path wanted;
  wanted.add(parent.text()).add(L"\\").add(pattern);
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(wanted.text(), &found);
  if (search == INVALID_HANDLE_VALUE) return;
  constexpr DWORD kKinds = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
  do {
    if ((found.dwFileAttributes & kKinds) == FILE_ATTRIBUTE_DIRECTORY) visit(found.cFileName);
  } while (FindNextFileW(search, &found));
  FindClose(search);
}

void remove_if_old(const Path& runtimes, const wchar_t* name) {
  Places places(runtimes, name);
  WIN32_FILE_ATTRIBUTE_DATA status;
  if (!GetFileAttributesExW(places.seal.text(), GetFileExInfoStandard, &status) &&
      !GetFileAttributesExW(places.library.text(), GetFileExInfoStandard, &status))
    return;
  uint64_t now = seconds_now(), last = seconds_of(status.ftLastWriteTime);
  if (now < last || now - last < kKept) return;
  // The library first: when it is in use, all stays.
  if (!DeleteFileW(places.library.text()) && GetLastError() != ERROR_FILE_NOT_FOUND) return;
  DeleteFileW(places.seal.text());
  DeleteFileW(places.part.text());
  DeleteFileW(places.new_seal.text());
  RemoveDirectoryW(places.folder.text());
}

// Waits for another first start, but not for ever: it may be stopped.
File lock(const Path& runtimes, Notice& notice) {
  Path path;
  path.add(runtimes.text()).add(L"\\lock");
  File file = open_file(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                        OPEN_ALWAYS);
  OVERLAPPED at = {};
  uint64_t started = milliseconds();
  while (file && !LockFileEx(file.number(), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0,
                             1, 0, &at)) {
    if (milliseconds() - started > kLockPatience) file.close();
    Sleep(10);
    notice.show_if_long();
  }
  return file;
}

void make_folders(Path& path) {
  for (wchar_t* at = path.text() + 1; *at != 0; ++at) {
    if (*at != '\\' && *at != '/') continue;
    wchar_t slash = *at;
    *at = 0;
    CreateDirectoryW(path.text(), nullptr);
    *at = slash;
  }
}

struct Folder {
  Path path;  // "<folder>\runtimes"
  File file;
  bool off = false;           // the user wants none
  const char* why = nullptr;  // there is none
};

void open_runtimes_folder(Folder& found) {
  Path& path = found.path;
  if (path.add_variable(L"INGOT_CACHE")) {
    found.off = lstrcmpiW(path.text(), L"off") == 0;
    found.why = "INGOT_CACHE is neither 'off' nor an absolute path";
    if (found.off || !path.is_absolute()) return;
    make_folders(path);
  } else {
    found.why = "there is no folder for a cache";
    if (!path.add_variable(L"LOCALAPPDATA") || !path.is_absolute()) return;
    path.add(L"\\ingot");
  }
  make_private_folder(path);
  File above = open_private_folder(path, found.why);
  if (!above) return;
  path.add(L"\\runtimes");
  make_private_folder(path);
  found.file = open_private_folder(path, found.why);
}

}  // namespace

void find_or_make(const CompactHeader& header, const uint8_t* frame, bool fast_sha, Notice& notice,
                  CachedRuntime& out) {
  Folder folder;
  open_runtimes_folder(folder);
  if (folder.off) out.outcome = CacheOutcome::kOff;
  out.why = folder.why;
  if (!folder.file) return;
  Places places(folder.path, Name(header.runtime_sha256).text);
  auto find = [&] {
    out.file = find_sealed(places, header, fast_sha);
    if (out.file) out.outcome = CacheOutcome::kFound;
    return static_cast<bool>(out.file);
  };
  out.path = places.library;
  if (find()) return;

  out.why = "the cache folder cannot be written to";
  File held = lock(folder.path, notice);
  if (!held || !make_private_folder(places.folder)) return;
  if (!open_private_folder(places.folder, out.why)) return;
  if (find() || (check_and_seal(places, header, fast_sha) && find())) return;
  if (!write_runtime(places, header, frame, fast_sha, notice, out) || !find()) return;
  for_each_folder(folder.path, L"*", [&](const wchar_t* name) {
    if (is_hex_name(name)) remove_if_old(folder.path, name);
  });
}

void make_temporary(const CompactHeader& header, const uint8_t* frame, bool fast_sha,
                    Notice& notice, CachedRuntime& out) {
  out.why = "there is neither a cache folder nor a temporary one that can hold the runtime";
  Path parent;
  DWORD size = GetTempPathW(static_cast<DWORD>(Path::kMost), parent.text());
  if (size < 2 || size >= Path::kMost) return;
  parent.text()[size - 1] = 0;  // the slash at its end
  Path pattern;
  pattern.add(kTemporaryName).add(L"*");
  for_each_folder(parent, pattern.text(), [&](const wchar_t* name) {
    Places places(parent, name);
    if (DeleteFileW(places.library.text())) RemoveDirectoryW(places.folder.text());
  });

  // A name that others could guess does no harm: a folder that is there already is not used.
  uint64_t unique[4] = {GetCurrentProcessId(), milliseconds()};
  Path name;
  name.add(kTemporaryName).add(Name(reinterpret_cast<const uint8_t*>(unique)).text);
  Places places(parent, name.text());
  if (GetFileAttributesW(places.folder.text()) != INVALID_FILE_ATTRIBUTES ||
      !make_private_folder(places.folder) || !open_private_folder(places.folder, out.why))
    return;
  Unpacked unpacked = unpack_to(places.library, header, frame, fast_sha, notice);
  if (unpacked == Unpacked::kDamaged) out.outcome = CacheOutcome::kDamaged;
  if (unpacked == Unpacked::kDone) out.file = open_library(places.library);
  if (!out.file) {
    RemoveDirectoryW(places.folder.text());
    return;
  }
  out.outcome = CacheOutcome::kFound;
  out.path = places.library;
}

}  // namespace ingot::loader
