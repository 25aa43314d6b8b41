// The loader of compact executables for Windows: what happens between the system and Node. The
// table of contents; each step is a file.
//
// Node is a library here, made of its program by the packer (packer/executable/pe/library.h), so
// that it runs in the process that the user started: GetModuleHandle(NULL) is the user's
// executable, where Node finds the application as a resource, and the process's id, arguments,
// environment, handles, console and exit code need nothing. Native addons that ask the program for
// Node's functions are led on by the executable's own table of exports.
#include "loader/program/record.h"
#include "loader/program/sha256.h"
#include "loader/program/windows/cache.h"

namespace ingot::loader {
namespace {

constexpr char kSectionName[8] = {'.', 'i', 'n', 'g', 'o', 't'};

// The packer's record: the beginning of a section of this executable.
const CompactHeader* find_record(const uint8_t* image) {
  auto* headers = reinterpret_cast<const IMAGE_NT_HEADERS64*>(
      image + reinterpret_cast<const IMAGE_DOS_HEADER*>(image)->e_lfanew);
  const IMAGE_SECTION_HEADER* section = IMAGE_FIRST_SECTION(headers);
  for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; ++i, ++section)
    if (__builtin_memcmp(section->Name, kSectionName, sizeof kSectionName) == 0)
      return reinterpret_cast<const CompactHeader*>(image + section->VirtualAddress);
  return nullptr;
}

// What the program is called, for messages.
struct ProgramName {
  char text[MAX_PATH * 3] = {};

  ProgramName() {
    wchar_t path[MAX_PATH];
    DWORD size = GetModuleFileNameW(nullptr, path, MAX_PATH);
    if (size == MAX_PATH) size = 0;
    const wchar_t* last = path;
    for (DWORD i = 0; i < size; ++i)
      if (path[i] == '\\') last = path + i + 1;
    auto length = static_cast<int>(path + size - last);
    WideCharToMultiByte(CP_UTF8, 0, last, length, text, sizeof text - 1, nullptr, nullptr);
  }
};

[[noreturn]] void refuse(const ProgramName& name, int code, const char* text) {
  complain(name.text, text);
  leave(code);
}

// Where a runtime is to be had, in the order in which they are tried.
enum class Place { kCache, kTemporaryFolder };
constexpr Place kPlaces[] = {Place::kCache, Place::kTemporaryFolder};

// The runtime in this process, from the first place that has it and that Windows loads it from.
const uint8_t* load_runtime(const ProgramName& name, const CompactHeader& header, bool fast_sha) {
  auto* frame = reinterpret_cast<const uint8_t*>(&header + 1);
  Notice notice(name.text);
  const char* why = nullptr;
  for (Place place : kPlaces) {
    CachedRuntime runtime;
    if (place == Place::kCache)
      find_or_make(header, frame, fast_sha, notice, runtime);
    else
      make_temporary(header, frame, fast_sha, notice, runtime);
    notice.remove();
    if (runtime.outcome == CacheOutcome::kDamaged) refuse(name, kExitDamaged, kRuntimeChanged);
    if (runtime.file) {
      if (HMODULE library = LoadLibraryExW(runtime.path.text(), nullptr, 0)) {
        if (why != nullptr) notice.tell(why);
        return reinterpret_cast<const uint8_t*>(library);
      }
      runtime.why = "the system does not load its Node.js runtime";
    }
    if (runtime.outcome != CacheOutcome::kOff) why = runtime.why;
  }
  refuse(name, kExitCannotRun, why);
}

[[noreturn]] void run() {
  bool fast_sha = has_sha_instructions(0);
  const ProgramName name;

  // 1. The application and the record of the runtime, both mapped by the system.
  auto* image = reinterpret_cast<const uint8_t*>(GetModuleHandleW(nullptr));
  const CompactHeader* header = find_record(image);
  if (header == nullptr || !has_application())
    refuse(name, kExitCannotRun, "carries no application");
  if (!is_whole(*header, fast_sha)) refuse(name, kExitDamaged, kRuntimeChanged);

  // 2. The runtime: from the user's cache, unpacked into it, or into a temporary folder.
  const uint8_t* runtime = load_runtime(name, *header, fast_sha);

  // 3. The process is Node's: its first code is what the system would have called.
  reinterpret_cast<void (*)()>(reinterpret_cast<uintptr_t>(runtime) + header->entry)();
  leave(0);
}

}  // namespace
}  // namespace ingot::loader

extern "C" [[noreturn]] void ingot_start() {
  ingot::loader::run();
}
