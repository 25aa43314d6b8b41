// The loader of compact executables: what happens between the kernel and Node. The table of
// contents; each step is a file.
//
// It needs nothing of the system but the kernel: no C library, and no memory but its own before the
// runtime and the application are found and checked. In the end the process is Node as if the
// kernel had started it, except that the user's executable is the one that runs.
#include "loader/program/linux/image.h"
#include "loader/program/linux/nameless.h"
#include "loader/program/notice.h"
#include "loader/program/record.h"
#include "loader/program/sha256.h"

// The packer puts the record here and the runtime behind it: packer/executable/elf/compact.h.
extern "C" const ingot::CompactHeader ingot_compact;

namespace ingot::loader {
namespace {

// The segment that the application was put into: the kernel has mapped it.
const Elf64_Phdr* find_application(const StartStack& start) {
  auto* headers = reinterpret_cast<const Elf64_Phdr*>(start.find(AT_PHDR));
  if (headers == nullptr || !has_application()) return nullptr;
  for (uint64_t i = 0; i < start.find(AT_PHNUM); ++i)
    if (headers[i].p_type == PT_NOTE) return &headers[i];
  return nullptr;
}

[[noreturn]] void refuse(const StartStack& start, int code, const char* text,
                         const char* subject = nullptr) {
  complain(start.name, text, subject);
  leave(code);
}

// Where a runtime is to be had, in the order in which they are tried.
enum class Place { kCache, kMemory, kTemporaryFolder };
constexpr Place kPlaces[] = {Place::kCache, Place::kMemory, Place::kTemporaryFolder};

// `trusted`: whether what the environment names may be used.
CachedRuntime get_runtime(Place place, const StartStack& start, const CompactHeader& header,
                          bool fast_sha, bool trusted, Notice& notice) {
  auto* frame = reinterpret_cast<const uint8_t*>(&header + 1);
  switch (place) {
    case Place::kCache:
      return trusted ? find_or_make({start.variable("INGOT_CACHE"),
                                     start.variable("XDG_CACHE_HOME"), start.variable("HOME")},
                                    header, frame, fast_sha, notice)
                     : CachedRuntime{CacheOutcome::kOff, nullptr, File()};
    case Place::kMemory:
      return make_in_memory(header, frame, fast_sha, notice);
    case Place::kTemporaryFolder:
      return make_temporary(trusted ? start.variable("TMPDIR") : nullptr, header, frame, fast_sha,
                            notice);
  }
  __builtin_unreachable();
}

// The runtime in this process's memory, from the first place that has it and may hold programs.
Image get_image(const StartStack& start, const CompactHeader& header, const Elf64_Phdr& application,
                bool fast_sha) {
  // Who runs with another user's rights trusts nothing that the environment names.
  bool trusted = start.find(AT_SECURE) == 0;
  Notice notice(start.name);
  const char* why = nullptr;
  for (Place place : kPlaces) {
    CachedRuntime runtime = get_runtime(place, start, header, fast_sha, trusted, notice);
    if (runtime.outcome == CacheOutcome::kDamaged) {
      notice.remove();
      refuse(start, kExitDamaged, kRuntimeChanged);
    }
    Image image;
    if (runtime.file) {
      image = map_image(runtime.file.number(), header, application, start);
      runtime.why = "the system lets no program be unpacked";
    }
    if (runtime.file && image.outcome != Mapped::kNoPrograms) {
      notice.remove();
      if (why != nullptr) notice.tell(why);
      return image;
    }
    // Why there is no cache says more than what came of the other places, until none is left.
    bool is_last = place == Place::kTemporaryFolder;
    if (runtime.outcome != CacheOutcome::kOff && (place == Place::kCache || is_last))
      why = runtime.why;
  }
  notice.remove();
  refuse(start, kExitCannotRun, why);
}

[[noreturn]] void run(uint64_t* stack) {
  // 1. What the kernel says.
  StartStack start(stack);
  bool fast_sha = has_sha_instructions(start.find(AT_HWCAP));

  // 2. The application and the record of the runtime, both mapped by the kernel.
  const Elf64_Phdr* application = find_application(start);
  if (application == nullptr) refuse(start, kExitCannotRun, "carries no application");
  const CompactHeader& header = ingot_compact;
  if (!is_whole(header, fast_sha)) refuse(start, kExitDamaged, kRuntimeChanged);

  // 3. The runtime: from the user's cache, unpacked into it, into memory or into a temporary file.
  // 4. The program, its dynamic linker, and what they are told of each other.
  Image image = get_image(start, header, *application, fast_sha);
  switch (image.outcome) {
    case Mapped::kDone:
    case Mapped::kNoPrograms:
      break;
    case Mapped::kNoRoom:
      refuse(start, kExitCannotRun, "the addresses of its Node.js runtime are taken");
    case Mapped::kNoInterpreter:
      refuse(start, kExitNotFound, "needs glibc's dynamic linker", image.interpreter);
    case Mapped::kMalformed:
      refuse(start, kExitDamaged, "damaged: its Node.js runtime cannot be loaded");
  }

  // 5. The compressed runtime has done its work; the process is Node's.
  call(kMunmap, as_argument(&header),
       static_cast<long>(sizeof header + static_cast<size_t>(header.frame_size)));
  enter(image.entry, stack);
}

}  // namespace
}  // namespace ingot::loader

extern "C" [[noreturn]] void ingot_start(uint64_t* stack) {
  ingot::loader::run(stack);
}
