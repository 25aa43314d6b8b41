#include "packer/acquire/git_client.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/ascii.h"
#include "base/atomic_file.h"
#include "base/file_system.h"
#include "base/mapped_file.h"
#include "base/subprocess.h"
#include "lockfile/specification.h"
#include "packer/acquire/git_objects.h"
#include "packer/acquire/url.h"

namespace ingot {
namespace {

constexpr std::string_view kForges[] = {"github.com/", "gitlab.com/", "bitbucket.org/"};
constexpr const char* kRef = "refs/ingot/commit";
constexpr size_t kMaxSaid = 400;

// Gone when this is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    auto base = std::filesystem::temp_directory_path(error);
    path_ = (error ? std::filesystem::path("/tmp") : base) / "ingot-git-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The words that are for git's own eyes are those of a host, a user or a path, nothing else.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return ascii::is_letter_or_digit(c) ||
           std::string_view("-._~/:@%+").find(c) != std::string_view::npos;
  });
}

Error bad_protocol(std::string_view scheme) {
  return input_error("git-protocol",
                     "repositories are not taken from " + std::string(scheme) + " addresses")
      .hinted("https, ssh and file are possible");
}

// An address with a scheme, as git takes it.
Result<std::string> checked_address(const std::string& address) {
  size_t colon = address.find("://");
  std::string scheme = address.substr(0, colon);
  if (scheme == "https") {
    TRY(Url::parse(address));
    return address;
  }
  std::string_view host = std::string_view(address).substr(colon + 3);
  if (scheme != "ssh" && scheme != "file") return fail(bad_protocol(scheme));
  // A leading '-' would be an option, to ssh at least.
  size_t at = host.substr(0, host.find('/')).find('@');
  bool option = host.starts_with('-') || (at != std::string_view::npos && host[at + 1] == '-');
  if (!is_plain(address) || option || (scheme == "ssh" && host.starts_with('/')))
    return fail(input_error("url-invalid", "this is no address of a git repository"));
  return address;
}

// git, called so that it asks nobody, runs nothing of the repository's and follows nothing on.
class Git {
 public:
  Git(const Environment& environment, const std::string& folder, const std::string& label)
      : folder_(folder), label_(label) {
    for (const auto& [name, value] : environment)
      if (!name.starts_with("GIT_")) environment_.push_back(name + "=" + value);
    for (const char* setting :
         {"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=true", "SSH_ASKPASS=true",
          "GIT_ALLOW_PROTOCOL=https:ssh:file", "GIT_NO_LAZY_FETCH=1", "GIT_LFS_SKIP_SMUDGE=1",
          "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15"})
      environment_.emplace_back(setting);
  }

  Status run(const std::vector<std::string>& words, const ProcessFiles& files = {}) const {
    std::vector<std::string> arguments = {"git", "--git-dir=" + folder_ + "/repository"};
    for (const char* setting :
         {"core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.version=2", "gc.auto=0",
          "http.lowSpeedLimit=256", "http.lowSpeedTime=60", "safe.directory=*"}) {
      arguments.emplace_back("-c");
      arguments.emplace_back(setting);
    }
    arguments.insert(arguments.end(), words.begin(), words.end());
    auto outcome = run_process(arguments, environment_, files);
    if (!outcome)
      return fail(input_error("git-missing", label_ + " comes from git, and there is no git client")
                      .hinted("install git, or fetch the project where there is one"));
    if (outcome->exit_code == 0 && outcome->signal == 0) return {};
    return fail(failure(outcome->error_output));
  }

 private:
  Error failure(std::string_view said) const {
    Error error = input_error("git-failed", "git cannot get " + label_);
    error.hint = "check the address, and that `git ls-remote` reaches it without a question";
    said = said.substr(0, kMaxSaid);
    while (!said.empty()) {
      std::string_view line = said.substr(0, said.find('\n'));
      // An address in it may hold a password.
      if (!line.empty() && line.find("://") == std::string_view::npos)
        error.notes.emplace_back(line);
      said.remove_prefix(std::min(line.size() + 1, said.size()));
    }
    return error;
  }

  std::string folder_;
  const std::string& label_;
  std::vector<std::string> environment_;
};

// The one commit where the server gives single ones, else everything.
Status fetch(const Git& git, const std::string& address, const std::string& commit) {
  std::vector<std::string> words = {"fetch", "--quiet", "--no-tags", "--no-recurse-submodules",
                                    "--no-write-fetch-head"};
  std::vector<std::string> one = words, all = words;
  one.insert(one.end(), {"--depth=1", address, commit + ":" + kRef});
  if (git.run(one)) return {};
  all.insert(all.end(), {address, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"});
  TRY(git.run(all));
  return git.run({"update-ref", kRef, commit});
}

// Objects have headers of their own in git's answer, a line each.
Status check_size(const Git& git, const std::string& folder, const std::string& label,
                  uint64_t max_bytes) {
  TRY(git.run({"cat-file", "--batch-check=%(objectsize)"},
              {folder + "/objects", folder + "/sizes"}));
  MappedFile sizes = TRY(MappedFile::open(folder + "/sizes"));
  uint64_t total = 0;
  std::string_view rest = sizes.bytes().text();
  while (!rest.empty() && total <= max_bytes) {
    total += std::strtoull(
        std::string(rest.substr(0, std::min<size_t>(rest.find('\n'), 20))).c_str(), nullptr, 10);
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  if (total <= max_bytes) return {};
  return fail(input_error("git-too-large", "the files of " + label + " are too large"));
}

}  // namespace

Result<GitSource> git_source_of(const std::string& location) {
  Specification asked = parse_specification(location);
  GitSource source;
  source.commit = ascii::lower(asked.committish);
  if (!asked.names_commit())
    return fail(input_error("git-commit", "the lockfile does not name a full commit of it")
                    .hinted("lock it again with a newer package manager: a short commit can be "
                            "another one tomorrow"));
  std::string address = location.substr(0, location.find('#'));
  if (address.starts_with("git+")) address.erase(0, 4);
  for (std::string_view forge : kForges)
    if (asked.repository.starts_with(forge))
      source.addresses.push_back("https://" + asked.repository + ".git");
  if (address.starts_with("git://") && !source.addresses.empty()) return source;
  if (address.find("://") != std::string::npos) {
    std::string checked = TRY(checked_address(address));
    if (std::ranges::find(source.addresses, checked) == source.addresses.end())
      source.addresses.push_back(std::move(checked));
  } else if (size_t colon = address.find(':'); address.find('@') < colon) {
    source.addresses.push_back(TRY(
        checked_address("ssh://" + address.substr(0, colon) + "/" + address.substr(colon + 1))));
  }
  if (source.addresses.empty())
    return fail(input_error("url-invalid", "this is no address of a git repository"));
  return source;
}

Result<Bytes> get_commit(const GitSource& source, const Environment& environment,
                         const std::string& label, uint64_t max_bytes) {
  TemporaryFolder temporary;
  const std::string& folder = temporary.path();
  if (folder.empty())
    return fail(input_error("file-unwritable", "there is no folder for temporary files"));
  Git git(environment, folder, label);
  TRY(git.run(
      {"init", "--quiet", "--bare", "--template=",
       std::string("--object-format=") + (source.commit.size() == 40 ? "sha1" : "sha256")}));
  Status fetched;
  for (const std::string& address : source.addresses) {
    fetched = fetch(git, address, source.commit);
    if (fetched || fetched.error().code == "git-missing") break;
  }
  TRY(std::move(fetched));
  TRY(git.run({"rev-list", "--objects", "--no-object-names", "--no-walk", kRef},
              {"", folder + "/objects"}));
  TRY(check_size(git, folder, label, max_bytes));
  TRY(git.run({"cat-file", "--batch"}, {folder + "/objects", folder + "/contents"}));
  MappedFile contents = TRY(MappedFile::open(folder + "/contents"));
  GitObjects objects = TRY(parse_git_batch(contents.bytes(), label));
  return archive_of_commit(objects, source.commit, label, max_bytes);
}

}  // namespace ingot
