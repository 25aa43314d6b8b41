#include "packer/cast/earlier_outputs.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "packer/cast/bill_of.h"
#include "packer/executable/inject.h"

namespace ingot {
namespace {

constexpr uint64_t kSmallestRuntime = uint64_t{20} << 20;  // bytes; no Node binary is smaller

bool is_output(const FileSystem& files, const std::string& path) {
  auto status = files.status(path);
  if (!status || status->kind != FileKind::kFile || status->size < kSmallestRuntime) return false;
  auto file = MappedFile::open(path);
  return file && find_sea_blob(file->bytes());
}

}  // namespace

std::vector<std::string> earlier_outputs(const FileSystem& files, const std::string& project) {
  std::vector<std::string> found;
  for (const char* folder : {"", "dist"}) {
    auto entries = files.list(join_path(project, folder));
    if (!entries) continue;
    auto is_there = [&](const std::string& name) {
      return std::ranges::find(*entries, name, &DirectoryEntry::name) != entries->end();
    };
    for (const DirectoryEntry& entry : *entries) {
      std::string path = join_path(folder, entry.name);
      if (!is_output(files, join_path(project, path))) continue;
      found.push_back(path);
      for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx}) {
        std::string extension(bill_extension(format));
        if (is_there(entry.name + extension)) found.push_back(path + extension);
      }
    }
  }
  return found;
}

}  // namespace ingot
