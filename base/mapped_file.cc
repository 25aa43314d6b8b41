#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>

namespace ingot {
namespace {

constexpr size_t kPart = size_t{4} << 20;
static_assert(kPart % 0x10000 == 0);

// What is mapped, by its address. Only there may pages be dropped: other memory would be zeros.
class Mappings {
 public:
  void add(const void* begin, size_t size) {
    std::lock_guard lock(mutex_);
    sizes_[reinterpret_cast<uintptr_t>(begin)] = size;
  }
  void remove(const void* begin) {
    std::lock_guard lock(mutex_);
    sizes_.erase(reinterpret_cast<uintptr_t>(begin));
  }
  bool contain(ByteView bytes) {
    auto begin = reinterpret_cast<uintptr_t>(bytes.data());
    std::lock_guard lock(mutex_);
    auto after = sizes_.upper_bound(begin);
    if (after == sizes_.begin()) return false;
    const auto& [start, size] = *std::prev(after);
    return begin - start <= size && bytes.size() <= size - (begin - start);
  }

 private:
  std::mutex mutex_;
  std::map<uintptr_t, size_t> sizes_;
};

Mappings& mappings() {
  static Mappings all;
  return all;
}

// The pages that lie whole in the bytes of a mapped file; a few at the edges stay.
void forget_whole_pages(ByteView bytes) {
  static const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  auto begin = align_up(reinterpret_cast<uintptr_t>(bytes.data()), page);
  auto end = (reinterpret_cast<uintptr_t>(bytes.data()) + bytes.size()) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  auto failed = [&](const char* what) {
    int number = errno;
    const char* code = number == ENOENT || number == ENOTDIR ? "not-found" : "file-unreadable";
    return fail(
        input_error(code, std::string("cannot ") + what + " " + path + ": " + strerror(number)));
  };
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("open");
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(fd);
    return fail(input_error("not-a-file", path + " is not a regular file"));
  }
  MappedFile file;
  file.size_ = static_cast<size_t>(info.st_size);
  if (file.size_ > 0) {
    void* data = mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
      close(fd);
      return failed("map");
    }
    file.data_ = data;
    mappings().add(data, file.size_);
  }
  close(fd);
  return file;
}

MappedFile::~MappedFile() {
  if (data_ == nullptr) return;
  mappings().remove(data_);
  munmap(data_, size_);
}
MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::forget_pages() const {
  if (data_ != nullptr) madvise(data_, size_, MADV_DONTNEED);
}

Status in_parts(ByteView bytes, const std::function<Status(ByteView)>& use) {
  if (bytes.size() <= kPart) return use(bytes);
  const bool mapped = mappings().contain(bytes);
  for (size_t at = 0; at < bytes.size(); at += kPart) {
    ByteView part = TRY(bytes.slice(at, std::min(kPart, bytes.size() - at)));
    TRY(use(part));
    if (mapped) forget_whole_pages(part);
  }
  return {};
}

}  // namespace ingot
