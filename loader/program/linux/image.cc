#include "loader/program/linux/image.h"

namespace ingot::loader {
namespace {

constexpr size_t kMaxSegments = 32;
constexpr size_t kMaxInterpreter = 256;

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#else
constexpr uint16_t kMachine = EM_AARCH64;
#endif

// The runtime's program headers as the dynamic linker and Node see them, for as long as it runs.
Elf64_Phdr program_headers[kMaxSegments];
// A copy, as the runtime's memory may not end with a NUL.
char interpreter_path[kMaxInterpreter];

struct Headers {
  Elf64_Ehdr header;
  Elf64_Phdr segments[kMaxSegments];
};

bool read_headers(int file, uint16_t type, Headers& out) {
  long size = read_up_to(file, reinterpret_cast<uint8_t*>(&out.header), sizeof out.header, 0);
  const Elf64_Ehdr& header = out.header;
  if (size != sizeof header || __builtin_memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine ||
      header.e_type != type || header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 ||
      header.e_phnum > kMaxSegments)
    return false;
  size_t table = header.e_phnum * sizeof(Elf64_Phdr);
  return read_up_to(file, reinterpret_cast<uint8_t*>(out.segments), table, header.e_phoff) ==
         static_cast<long>(table);
}

int protection_of(const Elf64_Phdr& segment) {
  return ((segment.p_flags & PF_R) != 0 ? kReadable : 0) |
         ((segment.p_flags & PF_W) != 0 ? kWritable : 0) |
         ((segment.p_flags & PF_X) != 0 ? kExecutable : 0);
}

// Maps one segment at `bias` + its address: its part of the file, then zeros.
bool map_segment(int file, const Elf64_Phdr& segment, uint64_t bias, int how, uint64_t page) {
  uint64_t address = bias + segment.p_vaddr, before = address % page;
  uint64_t file_end = address + segment.p_filesz, memory_end = address + segment.p_memsz;
  uint64_t mapped_end = (file_end + page - 1) / page * page;
  auto* start = reinterpret_cast<uint8_t*>(address - before);
  int protection = protection_of(segment);
  if (segment.p_filesz > 0 && map_failed(map(start, file_end - (address - before), protection,
                                             kPrivate | how, file, segment.p_offset - before)))
    return false;
  if (memory_end == file_end) return true;
  // To the end of the page, as the kernel does: the dynamic linker's first allocations are there.
  if ((segment.p_flags & PF_W) != 0)
    __builtin_memset(reinterpret_cast<void*>(file_end), 0, mapped_end - file_end);
  return memory_end <= mapped_end ||
         !map_failed(map(reinterpret_cast<void*>(mapped_end), memory_end - mapped_end, protection,
                         kPrivate | kAnonymous | how, -1, 0));
}

struct Span {
  uint64_t from = ~uint64_t{0};
  uint64_t to = 0;
};

// The addresses of what is loaded, in whole pages.
Span span_of(const Headers& headers, uint64_t page) {
  Span span;
  for (size_t i = 0; i < headers.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = headers.segments[i];
    if (segment.p_type != PT_LOAD) continue;
    uint64_t from = segment.p_vaddr / page * page;
    uint64_t to = (segment.p_vaddr + segment.p_memsz + page - 1) / page * page;
    if (from < span.from) span.from = from;
    if (to > span.to) span.to = to;
  }
  return span;
}

bool map_segments(int file, const Headers& headers, uint64_t bias, uint64_t page) {
  for (size_t i = 0; i < headers.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = headers.segments[i];
    if (segment.p_type == PT_LOAD && !map_segment(file, segment, bias, kFixed, page)) return false;
  }
  return true;
}

// Takes the addresses, which nothing else may have, and fills them.
Mapped map_program(int file, const Headers& headers, uint64_t page) {
  Span span = span_of(headers, page);
  if (span.from >= span.to) return Mapped::kMalformed;
  auto* start = reinterpret_cast<void*>(span.from);
  uint64_t size = span.to - span.from;
  void* taken = map(start, size, kNone, kPrivate | kAnonymous | kFixedNew, -1, 0);
  if (taken != start) {  // kernels before 4.17 take the address as a hint
    if (!map_failed(taken)) call(kMunmap, as_argument(taken), static_cast<long>(size));
    return Mapped::kNoRoom;
  }
  if (map_segments(file, headers, 0, page)) return Mapped::kDone;
  call(kMunmap, as_argument(start), static_cast<long>(size));
  return Mapped::kNoPrograms;
}

// The dynamic linker, anywhere. Returns what is added to its addresses, or 0.
uint64_t map_interpreter(int file, const Headers& headers, uint64_t page) {
  Span span = span_of(headers, page);
  if (span.from >= span.to) return 0;
  void* start = map(nullptr, span.to - span.from, kNone, kPrivate | kAnonymous, -1, 0);
  if (map_failed(start)) return 0;
  uint64_t bias = reinterpret_cast<uintptr_t>(start) - span.from;
  return map_segments(file, headers, bias, page) ? bias : 0;
}

// Node's fuse: its file is the official binary, so that all applications share it.
bool set_fuse(uint64_t address, const Headers& headers, uint64_t page) {
  for (size_t i = 0; i < headers.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = headers.segments[i];
    if (segment.p_type != PT_LOAD || address < segment.p_vaddr ||
        address - segment.p_vaddr >= segment.p_filesz)
      continue;
    auto* fuse = reinterpret_cast<volatile char*>(address);
    auto within = static_cast<long>(address / page * page);
    int protection = protection_of(segment);
    if (*fuse != '0') return false;
    if (call(kMprotect, within, static_cast<long>(page), kReadable | kWritable) != 0) return false;
    *fuse = '1';
    return call(kMprotect, within, static_cast<long>(page), protection) == 0;
  }
  return false;
}

// The headers for those who ask for the program's: the dynamic linker, the unwinder, and Node's
// search for its application.
bool publish(const Headers& headers, const Elf64_Phdr& application) {
  bool has_application = false;
  for (size_t i = 0; i < headers.header.e_phnum; ++i) {
    program_headers[i] = headers.segments[i];
    if (headers.segments[i].p_type == PT_PHDR) {
      program_headers[i].p_vaddr = reinterpret_cast<uintptr_t>(program_headers);
      program_headers[i].p_paddr = program_headers[i].p_vaddr;
    }
    if (headers.segments[i].p_type != PT_NOTE) continue;
    program_headers[i] = application;
    has_application = true;
  }
  return has_application;
}

bool find_interpreter(int file, const Headers& headers) {
  for (size_t i = 0; i < headers.header.e_phnum; ++i) {
    const Elf64_Phdr& segment = headers.segments[i];
    if (segment.p_type != PT_INTERP) continue;
    auto size = static_cast<size_t>(segment.p_filesz);
    return size > 1 && size <= kMaxInterpreter &&
           read_up_to(file, reinterpret_cast<uint8_t*>(interpreter_path), size, segment.p_offset) ==
               static_cast<long>(size) &&
           interpreter_path[size - 1] == '\0';
  }
  return false;
}

}  // namespace

StartStack::StartStack(uint64_t* at) : stack(at) {
  auto count = static_cast<size_t>(*at);
  auto** arguments = reinterpret_cast<char**>(at + 1);
  environment = arguments + count + 1;
  char** end = environment;
  while (*end != nullptr) ++end;
  auxiliary = reinterpret_cast<Elf64_auxv_t*>(end + 1);
  name = count > 0 ? arguments[0] : reinterpret_cast<const char*>(find(AT_EXECFN));
}

uint64_t StartStack::find(uint64_t type) const {
  for (Elf64_auxv_t* entry = auxiliary; entry->a_type != AT_NULL; ++entry)
    if (entry->a_type == type) return entry->a_un.a_val;
  return 0;
}

bool StartStack::set(uint64_t type, uint64_t value) const {
  for (Elf64_auxv_t* entry = auxiliary; entry->a_type != AT_NULL; ++entry) {
    if (entry->a_type != type) continue;
    entry->a_un.a_val = value;
    return true;
  }
  return false;
}

const char* StartStack::variable(const char* wanted) const {
  for (char** variable = environment; *variable != nullptr; ++variable) {
    const char *text = *variable, *at = wanted;
    while (*at != '\0' && *text == *at) ++text, ++at;
    if (*at == '\0' && *text == '=') return text + 1;
  }
  return nullptr;
}

Image map_image(int file, const CompactHeader& header, const Elf64_Phdr& application,
                const StartStack& start) {
  Image out;
  uint64_t page = start.find(AT_PAGESZ);
  Headers program, interpreter;
  if (page == 0 || !read_headers(file, ET_EXEC, program) || !find_interpreter(file, program))
    return out;
  out.interpreter = interpreter_path;
  File linker(open_at(kCurrentFolder, interpreter_path, kReadOnly));
  if (!linker || !read_headers(linker.number(), ET_DYN, interpreter)) {
    out.outcome = Mapped::kNoInterpreter;
    return out;
  }
  Mapped mapped = map_program(file, program, page);
  if (mapped != Mapped::kDone) {
    out.outcome = mapped;
    return out;
  }
  uint64_t bias = map_interpreter(linker.number(), interpreter, page);
  if (bias == 0) {
    out.outcome = Mapped::kNoInterpreter;
    return out;
  }
  if (!set_fuse(header.fuse_address, program, page) || !publish(program, application) ||
      !start.set(AT_PHDR, reinterpret_cast<uintptr_t>(program_headers)) ||
      !start.set(AT_PHNUM, program.header.e_phnum) ||
      !start.set(AT_ENTRY, program.header.e_entry) || !start.set(AT_BASE, bias))
    return out;
  out.entry = bias + interpreter.header.e_entry;
  out.outcome = Mapped::kDone;
  return out;
}

}  // namespace ingot::loader
