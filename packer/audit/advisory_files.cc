#include "packer/audit/advisory_files.h"

#include <archive_entry.h>

#include "base/file_system.h"
#include "base/mapped_file.h"
#include "packer/unpack/archive_reader.h"

namespace ingot {
namespace {

constexpr int kMaxDepth = 16;

Error malformed(const std::string& file, const std::string& what) {
  return input_error("database-malformed", "it cannot be read: " + what)
      .at({file, 0, 0})
      .hinted("get the database again");
}

class Reader {
 public:
  explicit Reader(const AdvisoryUse& use) : use_(use) {}

  Status read_folder(const std::string& folder, const std::string& name, int depth) {
    if (depth > kMaxDepth) return {};
    for (const DirectoryEntry& entry : TRY(real_file_system().list(folder))) {
      std::string path = join_path(folder, entry.name);
      std::string below = name.empty() ? entry.name : name + "/" + entry.name;
      if (entry.kind == FileKind::kDirectory)
        TRY(read_folder(path, below, depth + 1));
      else if (entry.name.ends_with(".json"))
        TRY(take(below, TRY(real_file_system().read(path, kMaxAdvisoryFile))));
      else if (entry.name.ends_with(".zip"))
        TRY(read_archive(path));
    }
    return {};
  }

  Status read_archive(const std::string& path) {
    MappedFile file = TRY(MappedFile::open(path));
    ArchiveReader reader(archive_read_new());
    if (!reader || archive_read_support_format_zip(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), file.bytes().data(), file.bytes().size()) !=
            ARCHIVE_OK)
      return fail(malformed(path, "it is no zip archive"));
    while (true) {
      archive_entry* entry = nullptr;
      int found = archive_read_next_header(reader.get(), &entry);
      if (found == ARCHIVE_EOF) return {};
      if (found != ARCHIVE_OK) return fail(malformed(path, "an entry of the archive is damaged"));
      const char* name = archive_entry_pathname(entry);
      if (name == nullptr || !std::string_view(name).ends_with(".json")) continue;
      TRY(take(name, TRY(read_entry(reader.get(), path))));
    }
  }

  size_t files() const { return files_; }

 private:
  Status take(std::string name, std::string text) {
    ++files_;
    return use_(std::move(name), std::move(text));
  }

  static Result<std::string> read_entry(archive* reader, const std::string& path) {
    std::string text;
    char part[64 << 10];
    while (true) {
      la_ssize_t size = archive_read_data(reader, part, sizeof(part));
      if (size < 0) return fail(malformed(path, "an entry of the archive is damaged"));
      if (size == 0) return text;
      text.append(part, static_cast<size_t>(size));
      if (text.size() > kMaxAdvisoryFile)
        return fail(malformed(path, "an entry is larger than any advisory"));
    }
  }

  const AdvisoryUse& use_;
  size_t files_ = 0;
};

}  // namespace

Status read_advisory_files(const std::string& path, const AdvisoryUse& use) {
  Reader reader(use);
  if (real_file_system().is_directory(path))
    TRY(reader.read_folder(path, "", 0));
  else
    TRY(reader.read_archive(path));
  if (reader.files() == 0)
    return fail(input_error("database-empty", "there is no advisory in it")
                    .at({path, 0, 0})
                    .hinted("name a folder of JSON files in the OSV format, or a zip of them"));
  return {};
}

}  // namespace ingot
