#include "packer/acquire/git_objects.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/digest.h"
#include "base/tar_writer.h"

namespace ingot {
namespace {

constexpr size_t kMaxDepth = 256;
constexpr size_t kMaxEntries = 200'000;

Error damaged(const std::string& label, const std::string& what) {
  return integrity_error("git-damaged", "the repository of " + label + " is damaged: " + what);
}

// Takes what lies before `end` off the front of `rest`; nothing when there is no `end`.
std::optional<std::string_view> take_until(std::string_view& rest, char end) {
  size_t at = rest.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return taken;
}

class CommitWalk {
 public:
  CommitWalk(const GitObjects& objects, const std::string& label, uint64_t max_bytes,
             DigestAlgorithm algorithm)
      : objects_(objects), label_(label), max_bytes_(max_bytes), algorithm_(algorithm) {}

  Result<Bytes> run(const std::string& commit) {
    std::string_view text = TRY(object(commit, "commit")).text();
    auto line = take_until(text, '\n');
    if (!line || !line->starts_with("tree ")) return fail(damaged(label_, commit + " has no tree"));
    TRY(walk(std::string(line->substr(5)), "package", 0));
    return tar_.finish();
  }

 private:
  // The content of an object that is what its id says.
  Result<ByteView> object(const std::string& id, std::string_view type) {
    auto found = objects_.find(id);
    if (found == objects_.end()) return fail(damaged(label_, id + " is missing"));
    ByteView content = found->second.content;
    if (found->second.type != type)
      return fail(damaged(label_, id + " is no " + std::string(type)));
    if (checked_.contains(id)) return content;
    std::string head = std::string(type) + " " + std::to_string(content.size());
    Hasher hasher(algorithm_);
    hasher.update(std::string_view(head.c_str(), head.size() + 1));
    hasher.update(content);
    if (hasher.finish().hex() != id)
      return fail(damaged(label_, id + " has other bytes than its id stands for"));
    checked_.insert(id);
    return content;
  }

  Status walk(const std::string& tree, const std::string& folder, size_t depth) {
    if (depth > kMaxDepth) return fail(damaged(label_, folder + " is nested too deep"));
    std::string_view rest = TRY(object(tree, "tree")).text();
    while (!rest.empty()) {
      auto mode = take_until(rest, ' ');
      auto name = mode ? take_until(rest, '\0') : std::nullopt;
      if (!name || rest.size() < digest_size(algorithm_))
        return fail(damaged(label_, "the tree of " + folder + " is cut short"));
      std::string id = to_hex(rest.substr(0, digest_size(algorithm_)));
      rest.remove_prefix(digest_size(algorithm_));
      TRY(take(*mode, *name, id, folder, depth));
    }
    return {};
  }

  Status take(std::string_view mode, std::string_view name, const std::string& id,
              const std::string& folder, size_t depth) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos)
      return fail(damaged(label_, "there is an impossible name in " + folder));
    if (++entries_ > kMaxEntries) return fail(too_large());
    std::string path = folder + "/" + std::string(name);
    if (mode == "40000") return walk(id, path, depth + 1);
    if (mode == "160000")
      return fail(input_error("git-submodule", label_ + " has a submodule at " +
                                                   path.substr(path.find('/') + 1) +
                                                   ", which its commit does not hold")
                      .hinted("depend on a published version, or on a tarball of it"));
    bool link = mode == "120000";
    if (!link && !mode.starts_with("100"))
      return fail(damaged(label_, path + " is of no known kind"));
    ByteView content = TRY(object(id, "blob"));
    if (content.size() > max_bytes_ || tar_.size() > max_bytes_ - content.size())
      return fail(too_large());
    if (link)
      tar_.add_link(path, std::string(content.text()));
    else
      tar_.add_file(path, content, mode == "100755");
    return {};
  }

  Error too_large() const {
    return input_error("git-too-large", "the repository of " + label_ + " has too many files");
  }

  const GitObjects& objects_;
  const std::string& label_;
  uint64_t max_bytes_;
  DigestAlgorithm algorithm_;
  std::set<std::string> checked_;
  size_t entries_ = 0;
  TarWriter tar_;
};

}  // namespace

Result<GitObjects> parse_git_batch(ByteView output, const std::string& label) {
  GitObjects objects;
  std::string_view rest = output.text();
  while (!rest.empty()) {
    auto line = take_until(rest, '\n');
    if (!line) return fail(damaged(label, "git's answer is cut short"));
    std::string_view words = *line;
    auto id = take_until(words, ' ');
    auto type = id ? take_until(words, ' ') : std::nullopt;
    size_t size = 0;
    auto [end, bad] = std::from_chars(words.data(), words.data() + words.size(), size);
    // "<id> missing" is the only other answer.
    if (!type || bad != std::errc() || end != words.data() + words.size() || size >= rest.size())
      return fail(damaged(label, "git answers: " + std::string(line->substr(0, 200))));
    objects.insert_or_assign(std::string(*id), GitObject{std::string(*type), rest.substr(0, size)});
    rest.remove_prefix(size + 1);
  }
  return objects;
}

Result<Bytes> archive_of_commit(const GitObjects& objects, const std::string& commit,
                                const std::string& label, uint64_t max_bytes) {
  auto algorithm = commit.size() == 40 ? DigestAlgorithm::kSha1 : DigestAlgorithm::kSha256;
  return CommitWalk(objects, label, max_bytes, algorithm).run(commit);
}

}  // namespace ingot
