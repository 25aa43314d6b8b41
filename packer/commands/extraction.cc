#include "packer/commands/extraction.h"

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/new_folder.h"

namespace ingot {
namespace {

Error altered(std::string_view path) {
  return integrity_error("file-altered",
                         std::string(path) + " has another content or mode than was sealed")
      .hinted("'ingot verify' tells all that is wrong with the file");
}

}  // namespace

bool stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target.front() == '/' || target.find('\0') != std::string_view::npos)
    return false;
  auto depth = std::count(path.begin(), path.end(), '/');
  bool climbing = true;
  for (size_t from = 0; from <= target.size();) {
    size_t end = std::min(target.find('/', from), target.size());
    std::string_view part = target.substr(from, end - from);
    from = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..")
      climbing = false;
    else if (!climbing || --depth < 0)
      return false;
  }
  return true;
}

Result<Extraction> extract_tree(const SealedExecutable& sealed, const std::string& folder) {
  std::map<std::string_view, const SealedFile*> promised;
  for (const SealedFile& file : sealed.manifest.files) promised.emplace(file.path, &file);
  NewFolder out = TRY(NewFolder::create(folder));
  Extraction done;
  // Breadth first: folders come before what is in them.
  for (const PayloadEntryView& entry : sealed.reader.entries()) {
    std::string path(entry.path);
    if (entry.kind == EntryKind::kDirectory && !path.empty()) TRY(out.add_folder(path));
    if (entry.kind != EntryKind::kFile) continue;
    auto found = promised.find(entry.path);
    Bytes content = TRY(sealed.reader.content(entry));
    if (found == promised.end() || sha256_hex(content) != found->second->sha256 ||
        entry.executable != found->second->executable)
      return fail(altered(path));
    TRY(out.add_file(path, content, entry.executable));
    ++done.files;
    done.bytes += content.size();
  }
  for (const PayloadEntryView& entry : sealed.reader.entries()) {
    if (entry.kind != EntryKind::kSymlink) continue;
    std::string path(entry.path), target(entry.link_target);
    auto found = promised.find(entry.path);
    if (found == promised.end() || target != found->second->link) return fail(altered(path));
    if (!stays_inside(path, target))
      return fail(
          input_error("link-outside", "the link " + path + " leads out of the tree, to " + target)
              .hinted("nothing was written; 'ingot inspect --files' shows what is inside"));
    TRY(out.add_link(path, target));
    ++done.links;
  }
  TRY(out.commit());
  return done;
}

}  // namespace ingot
