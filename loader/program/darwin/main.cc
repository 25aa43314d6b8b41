// The loader of compact executables for macOS: what happens between dyld and Node. The table of
// contents; each step is a file.
//
// Node is a bundle here, made of its program by the packer (packer/executable/macho/library.h), so
// that it runs in the process that the user started: _NSGetExecutablePath names the user's
// executable, getsectdata finds the application in its segment NODE_SEA, and the process's id,
// arguments, environment, descriptors, signals and exit code need nothing. Native addons look up
// Node's functions among all images that are loaded, so they find them in the bundle.
//
// Sources: dyld, dyld/DyldAPIs.cpp (dlopen), dyld/Loader.cpp (flat lookups); cctools, libmacho
// (getsectdata).
#include "loader/program/darwin/temporary.h"
#include "loader/program/notice.h"
#include "loader/program/record.h"
#include "loader/program/sha256.h"

extern "C" const ingot::CompactHeader ingot_compact;  // record.S

namespace ingot::loader {
namespace {

using Main = int(int count, char** arguments, char** environment, char** apple);

const char* variable(char** environment, const char* name) {
  for (; *environment != nullptr; ++environment) {
    const char *at = *environment, *wanted = name;
    while (*wanted != '\0' && *at == *wanted) ++at, ++wanted;
    if (*wanted == '\0' && *at == '=') return at + 1;
  }
  return nullptr;
}

[[noreturn]] void refuse(const char* name, int code, const char* text,
                         const char* subject = nullptr) {
  complain(name, text, subject);
  leave(code);
}

// dyld loads by path, so it is asked for the path of the very file that was checked.
struct PathOf {
  char text[1024] = {};  // MAXPATHLEN of <sys/param.h>
  bool found;

  explicit PathOf(int file) {
    constexpr int kGetPath = 50;  // F_GETPATH
    found = darwin::fcntl(file, kGetPath, text) == 0;
  }
};

// The first byte of the bundle in this process; nullptr: dyld does not load it.
const uint8_t* load(const PathOf& path) {
  constexpr int kNow = 2, kGlobal = 8, kNoDelete = 0x80;  // of <dlfcn.h>
  if (!path.found) return nullptr;
  void* library = darwin::dlopen(path.text, kNow | kGlobal | kNoDelete);
  if (library == nullptr) return nullptr;
  return static_cast<const uint8_t*>(darwin::dlsym(library, "_mh_execute_header"));
}

// Where a runtime is to be had, in the order in which they are tried.
enum class Place { kCache, kTemporaryFolder };
constexpr Place kPlaces[] = {Place::kCache, Place::kTemporaryFolder};

CachedRuntime get_runtime(Place place, char** environment, bool fast_sha, Notice& notice) {
  auto* frame = reinterpret_cast<const uint8_t*>(&ingot_compact + 1);
  // Who runs with another user's rights trusts nothing that the environment names.
  bool trusted = darwin::issetugid() == 0;
  if (place == Place::kTemporaryFolder)
    return make_temporary(trusted ? variable(environment, "TMPDIR") : nullptr, ingot_compact, frame,
                          fast_sha, notice);
  if (!trusted) return CachedRuntime{CacheOutcome::kOff, nullptr, File()};
  return find_or_make({variable(environment, "INGOT_CACHE"),
                       variable(environment, "XDG_CACHE_HOME"), variable(environment, "HOME")},
                      ingot_compact, frame, fast_sha, notice);
}

// The runtime in this process, from the first place that has it and that dyld loads it from.
const uint8_t* load_runtime(const char* name, char** environment, bool fast_sha) {
  Notice notice(name);
  const char *why = nullptr, *dyld_says = nullptr;
  for (Place place : kPlaces) {
    CachedRuntime runtime = get_runtime(place, environment, fast_sha, notice);
    notice.remove();
    if (runtime.outcome == CacheOutcome::kDamaged) refuse(name, kExitDamaged, kRuntimeChanged);
    if (runtime.file) {
      PathOf path(runtime.file.number());
      const uint8_t* loaded = load(path);
      if (place == Place::kTemporaryFolder && path.found)
        darwin::unlinkat(kCurrentFolder, path.text, 0);
      if (loaded != nullptr) {
        if (why != nullptr) notice.tell(why);
        return loaded;
      }
      runtime.why = "the system does not load its Node.js runtime:";
      dyld_says = darwin::dlerror();
    }
    if (runtime.outcome != CacheOutcome::kOff) why = runtime.why;
  }
  refuse(name, kExitCannotRun, why, dyld_says);
}

}  // namespace
}  // namespace ingot::loader

extern "C" int main(int count, char** arguments, char** environment, char** apple) {
  using namespace ingot::loader;
  const char* name = count > 0 ? arguments[0] : "";
  // Every arm64 Mac has them; Intel's are asked.
  bool fast_sha = has_sha_instructions(~uint64_t{0});

  // 1. The application and the record of the runtime, both mapped by the kernel.
  if (!has_application()) refuse(name, kExitCannotRun, "carries no application");
  if (!is_whole(ingot_compact, fast_sha)) refuse(name, kExitDamaged, kRuntimeChanged);

  // 2. The runtime: from the user's cache, unpacked into it, or into a temporary file.
  const uint8_t* runtime = load_runtime(name, environment, fast_sha);

  // 3. The process is Node's: its main function is what dyld would have called.
  auto* node = reinterpret_cast<Main*>(reinterpret_cast<uintptr_t>(runtime) + ingot_compact.entry);
  return node(count, arguments, environment, apple);
}
