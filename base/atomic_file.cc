#include "base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/file_system.h"
#include "base/mapped_file.h"

namespace ingot {
namespace {

Error write_error(const std::string& path) {
  int number = errno;
  Error error = input_error(number == ENOSPC || number == EDQUOT ? "disk-full" : "file-unwritable",
                            "cannot write " + path + ": " + std::strerror(number));
  if (number == ENOSPC || number == EDQUOT) error.hint = "free some space and run it again";
  return error;
}

// What is written one after the other reaches the file in writes that end at multiples of this many
// bytes. Linux keeps in memory what a write brought, in the largest pieces that are aligned within
// it, and maps each piece at once: an executable written in the small pieces it consists of takes a
// tenth longer to start, while it is as fresh as that. Longer writes gain nothing more, and what is
// mapped counts as the process's memory.
constexpr size_t kStretch = 128 << 10;

Status write_all(int fd, ByteView bytes, uint64_t offset, const std::string& path) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t put =
        pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail(write_error(path));
    done += static_cast<size_t>(put);
  }
  return {};
}

// The temporary files there are, for remove_temporary_files. Whoever takes a name out owns it, so
// that the handler never reads one that is being freed. A file beyond the last place is not noted.
constexpr size_t kMaxNoted = 64;
std::atomic<char*> noted_files[kMaxNoted];

std::atomic<char*>* note_file(const std::string& path) {
  char* name = strdup(path.c_str());
  for (std::atomic<char*>& place : noted_files) {
    char* expected = nullptr;
    if (name != nullptr && place.compare_exchange_strong(expected, name)) return &place;
  }
  std::free(name);
  return nullptr;
}

// The process has one umask, and asking for it changes it.
mode_t current_umask() {
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  mode_t mask = umask(0);
  umask(mask);
  return mask;
}

void forget_file(std::atomic<char*>* place) {
  if (place != nullptr) std::free(place->exchange(nullptr));
}

}  // namespace

static_assert(std::atomic<char*>::is_always_lock_free);

void remove_temporary_files() noexcept {
  for (std::atomic<char*>& place : noted_files) {
    if (const char* name = place.exchange(nullptr)) unlink(name);
  }
}

Result<AtomicFile> AtomicFile::create(const std::string& path, unsigned mode) {
  AtomicFile file;
  file.path_ = path;
  file.temporary_ =
      join_path(parent_path(path), ".ingot-" + std::string(base_name(path)) + "-XXXXXX");
  file.fd_ = mkostemp(file.temporary_.data(), O_CLOEXEC);
  if (file.fd_ < 0) return fail(write_error(path));
  file.noted_ = note_file(file.temporary_);
  if (fchmod(file.fd_, mode & ~current_umask()) != 0) return fail(write_error(path));
  return file;
}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(temporary_.c_str());
  forget_file(noted_);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      fd_(std::exchange(other.fd_, -1)),
      noted_(std::exchange(other.noted_, nullptr)),
      size_(other.size_),
      unwritten_(std::move(other.unwritten_)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(temporary_, other.temporary_);
  std::swap(fd_, other.fd_);
  std::swap(noted_, other.noted_);
  std::swap(size_, other.size_);
  std::swap(unwritten_, other.unwritten_);
  return *this;
}

Status AtomicFile::write(ByteView bytes) {
  return in_parts(bytes, [&](ByteView part) -> Status {
    for (size_t done = 0; done < part.size();) {
      ByteView rest = TRY(part.slice(done, part.size() - done));
      size_t taken = std::min<size_t>(rest.size(), kStretch - size_ % kStretch);
      if (taken == kStretch)  // goes without a copy
        TRY(write_all(fd_, TRY(rest.slice(0, taken)), size_, path_));
      else
        unwritten_.insert(unwritten_.end(), rest.data(), rest.data() + taken);
      size_ += taken;
      done += taken;
      if (size_ % kStretch == 0) TRY(flush());
    }
    return {};
  });
}

Status AtomicFile::flush() {
  TRY(write_all(fd_, ByteView(unwritten_), size_ - unwritten_.size(), path_));
  unwritten_.clear();
  return {};
}

void AtomicFile::begin_writing_out() const {
  // Only a hint: what fails here fails again, and is told, in `sync`.
  sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE);
}

Status AtomicFile::overwrite(uint64_t offset, ByteView bytes) {
  auto end = checked_add(offset, bytes.size());
  INGOT_CHECK(end && *end <= size_);
  TRY(flush());
  return write_all(fd_, bytes, offset, path_);
}

Status AtomicFile::commit() {
  return commit_all({this, 1});
}

Status AtomicFile::commit_all(std::span<AtomicFile> files) {
  for (AtomicFile& file : files) TRY(file.sync());
  for (AtomicFile& file : files) TRY(file.rename_into_place());
  return {};
}

Status AtomicFile::sync() {
  TRY(flush());
  if (fsync(fd_) != 0) return fail(write_error(path_));
  return {};
}

Status AtomicFile::rename_into_place() {
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return fail(write_error(path_));
  forget_file(std::exchange(noted_, nullptr));
  close(std::exchange(fd_, -1));
  return {};
}

Status write_file_atomically(const std::string& path, ByteView bytes, unsigned mode) {
  AtomicFile file = TRY(AtomicFile::create(path, mode));
  TRY(file.write(bytes));
  return file.commit();
}

Status make_directories(const std::string& path, unsigned mode) {
  if (path.empty() || path == "/") return {};
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    errno = ENOTDIR;
    return fail(write_error(path));
  }
  TRY(make_directories(parent_path(path), mode));
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return fail(write_error(path));
  return {};
}

}  // namespace ingot
