#include "packer/unpack/project_files.h"

#include <algorithm>
#include <optional>
#include <set>

#include "packer/unpack/ignore_rules.h"
#include "packer/unpack/secrets.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxIgnoreFile = 1 << 20;
constexpr uint64_t kMaxPackageJson = 64 << 20;
constexpr size_t kMaxDepth = 512;

// What npm never packs unless it is named: leftovers of editors, systems and version control.
constexpr const char* kLeftByDefault =
    ".npmignore\n.gitignore\n**/.git\n**/.git/**\n**/.svn\n**/.svn/**\n**/.hg\n**/.hg/**\n**/CVS\n"
    "**/CVS/**\n/.lock-wscript\n/.wafpickle-*\n/build/config.gypi\nnpm-debug.log\n**/.npmrc\n"
    ".*.swp\n.DS_Store\n**/.DS_Store/**\n._*\n**/._*/**\n*.orig\n/archived-packages/**\n";

// And what no list changes: these stand at the end of the root folder's rules.
constexpr const char* kAlways =
    "/.git\n!/package.json\n!/readme{,.*[^~$]}\n!/copying{,.*[^~$]}\n!/license{,.*[^~$]}\n"
    "!/licence{,.*[^~$]}\n/node_modules\n.npmrc\n/package-lock.json\n/npm-shrinkwrap.json\n"
    "/yarn.lock\n/pnpm-lock.yaml\n/bun.lock\n/bun.lockb\n";

bool matches_file(const Glob& glob, const std::string& path) {
  return glob.matches("/" + path) || glob.matches(path);
}

bool matches_folder(const Glob& glob, const std::string& path) {
  return matches_file(glob, path) || glob.matches("/" + path + "/") || glob.matches(path + "/");
}

// Whether the pattern is about this file or a folder above it.
bool covers(const Glob& glob, const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (matches_folder(glob, path.substr(0, slash))) return true;
  return matches_file(glob, path);
}

bool may_cover_below(const Glob& glob, const std::string& folder) {
  return !glob.negated() &&
         (glob.is_about_names() || covers(glob, folder) || matches_folder(glob, folder) ||
          glob.matches("/" + folder, GlobExtent::kLeading) ||
          glob.matches(folder, GlobExtent::kLeading));
}

// A list of include or exclude patterns: the last one that matches decides.
class PatternList {
 public:
  explicit PatternList(const std::vector<std::string>& patterns) {
    for (std::string_view pattern : patterns) {
      bool negated = pattern.starts_with('!');
      std::string_view body = pattern.substr(negated ? 1 : 0);
      if (body.starts_with("./")) body.remove_prefix(1);
      std::string text = (negated ? "!" : "") + std::string(body);
      rules_.push_back({Glob(text), std::string(pattern)});
    }
  }

  // The pattern that takes the path in, if one does.
  const IgnoreRule* find(const std::string& path) const {
    const IgnoreRule* last = nullptr;
    for (const IgnoreRule& rule : rules_)
      if (covers(rule.glob, path)) last = rule.glob.negated() ? nullptr : &rule;
    return last;
  }
  bool may_find_below(const std::string& folder) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const IgnoreRule& rule) { return may_cover_below(rule.glob, folder); });
  }
  // Whether one of the patterns is the path itself.
  bool names(const std::string& path) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const IgnoreRule& rule) {
      return normal_path(rule.text.starts_with('/') ? rule.text.substr(1) : rule.text) == path;
    });
  }
  bool names_secret(const std::string& path) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const IgnoreRule& rule) {
      return !rule.glob.negated() && names_secrets(rule.text) && covers(rule.glob, path);
    });
  }

 private:
  std::vector<IgnoreRule> rules_;
};

std::string reason_of(const IgnoreVerdict& verdict) {
  if (!verdict.rule) return "nothing leaves it out";
  const std::string& text = verdict.rule->text;
  switch (verdict.source) {
    case RuleSource::kDefault:
      return "npm never packs it: " + text;
    case RuleSource::kFiles:
      return verdict.included ? "package.json \"files\": " + text.substr(1)
                              : "package.json \"files\" does not name it";
    case RuleSource::kNpmIgnore:
      return ".npmignore: " + text;
    case RuleSource::kGitIgnore:
      return ".gitignore: " + text;
    case RuleSource::kAlways:
      return verdict.included ? "always included" : "npm never packs it: " + text;
  }
  return {};
}

class Chooser {
 public:
  Chooser(const FileSystem& files, const std::string& folder, const ProjectFileOptions& options,
          Diagnostics& diagnostics)
      : files_(files),
        folder_(folder),
        options_(options),
        diagnostics_(diagnostics),
        include_(options.include),
        exclude_(options.exclude),
        listed_({}),
        apart_(options.apart.begin(), options.apart.end()) {}

  Result<ProjectFiles> run() {
    std::string manifest = join_path(folder_, "package.json");
    auto text = files_.read(manifest, kMaxPackageJson);
    if (!text && text.error().code == "not-found")
      return fail(input_error("package-json-missing", "there is no package.json in " + folder_));
    if (!text) return fail(std::move(text.error()));
    out_.facts = TRY(read_package_facts(std::move(*text), manifest));
    if (out_.facts.manifest.files) listed_ = PatternList(*out_.facts.manifest.files);
    find_required();
    IgnoreLevel root(nullptr, "");
    TRY(set_root_rules(root));
    TRY(walk(root, "", 0));
    for (const std::string& entry : options_.entries)
      if (!seen_required_.contains(normal_path(entry)))
        return fail(input_error("entry-not-found", "there is no file " + entry + " in " + folder_));
    std::sort(out_.files.begin(), out_.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    std::sort(out_.left_out.begin(), out_.left_out.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::move(out_);
  }

 private:
  // Paths that are in whatever any list says, with the reason.
  void find_required() {
    auto require = [&](const std::string& path, const std::string& reason) {
      std::string normal = normal_path(path);
      if (is_safe_relative_path(normal)) required_.try_emplace(normal, reason);
    };
    for (const std::string& entry : options_.entries) require(entry, "an entry");
    const PackageFacts& facts = out_.facts;
    if (facts.manifest.main)
      for (const char* ending :
           {"", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"})
        require(*facts.manifest.main + ending, "package.json \"main\"");
    if (!facts.browser.empty()) require(facts.browser, "package.json \"browser\"");
    for (const auto& [command, path] : facts.manifest.bin)
      require(path, "package.json \"bin\": " + command);
    if (is_packing()) return;
    for (const std::string& path : facts.exported) require(path, "package.json \"exports\"");
  }

  Status set_root_rules(IgnoreLevel& root) {
    std::string named_files;
    if (out_.facts.manifest.files) {
      std::vector<IgnoreRule> rules{ignore_rule("*")};
      for (std::string pattern : *out_.facts.manifest.files) {
        if (pattern.starts_with("./")) pattern.erase(0, 1);
        if (pattern.ends_with("/*")) pattern += '*';
        std::string path = pattern.substr(std::min(pattern.find_first_not_of('!'), pattern.size()));
        auto status = files_.status(join_path(folder_, normal_path("./" + path)));
        if (status && status->kind == FileKind::kFile) {
          named_files += "!" + pattern + "\n";
        } else {
          rules.push_back(ignore_rule("!" + pattern));
          if (status && status->kind == FileKind::kDirectory)
            rules.push_back(ignore_rule("!" + pattern + "/**"));
        }
      }
      root.set(RuleSource::kFiles, std::move(rules));
    }
    root.set(RuleSource::kAlways, parse_ignore_rules(named_files + kAlways));
    return {};
  }

  Status read_ignore_file(IgnoreLevel& level, RuleSource source, const std::string& path) {
    auto status = files_.status(join_path(folder_, path));
    if (!status || status->kind != FileKind::kFile) return {};
    std::string text = TRY(files_.read(join_path(folder_, path), kMaxIgnoreFile));
    std::vector<IgnoreRule> rules = parse_ignore_rules(text);
    if (source == RuleSource::kGitIgnore) lift(rules, path);
    level.set(source, std::move(rules));
    return {};
  }

  // Takes out the rules that leave out something required: a .gitignore says what is not source,
  // and what runs is often built.
  void lift(std::vector<IgnoreRule>& rules, const std::string& path) {
    if (is_packing()) return;
    std::string below = parent_path(path);
    if (!below.empty()) below += '/';
    std::erase_if(rules, [&](const IgnoreRule& rule) {
      bool hit = !rule.glob.negated() &&
                 std::any_of(required_.begin(), required_.end(), [&](const auto& required) {
                   return required.first.starts_with(below) &&
                          covers(rule.glob, required.first.substr(below.size()));
                 });
      if (hit) out_.lifted.push_back(rule.text + " (" + path + ")");
      return hit;
    });
  }

  Status walk(IgnoreLevel& level, const std::string& folder, size_t depth) {
    if (depth > kMaxDepth)
      return fail(input_error("project-too-large", folder + " is nested too deep"));
    std::vector<DirectoryEntry> entries =
        TRY(files_.list(folder.empty() ? folder_ : join_path(folder_, folder)));
    level.set(RuleSource::kDefault, parse_ignore_rules(kLeftByDefault));
    TRY(read_ignore_file(level, RuleSource::kNpmIgnore, join_path(folder, ".npmignore")));
    TRY(read_ignore_file(level, RuleSource::kGitIgnore, join_path(folder, ".gitignore")));
    level.drop_overruled();
    for (const DirectoryEntry& entry : entries) {
      std::string path = join_path(folder, entry.name);
      if (apart_.contains(path)) continue;
      if (entry.kind == FileKind::kDirectory)
        TRY(take_folder(level, entry.name, path, depth));
      else if (entry.kind != FileKind::kOther)
        TRY(take_file(level, entry, path));
    }
    return {};
  }

  Status take_folder(IgnoreLevel& level, const std::string& name, const std::string& path,
                     size_t depth) {
    if (path == "node_modules") {
      leave_out(path + "/", "packages come from the lockfile");
      return {};
    }
    if (name == ".git") return {};
    std::string prefix = path + "/";
    auto required = required_.lower_bound(prefix);
    bool on_the_way = required != required_.end() && required->first.starts_with(prefix);
    IgnoreVerdict verdict = level.folder(name);
    if (!verdict.included && !on_the_way && !include_.may_find_below(in_project(path))) {
      leave_out(prefix, reason_of(verdict));
      return {};
    }
    IgnoreLevel child = level.enter(name);
    return walk(child, path, depth + 1);
  }

  Status take_file(const IgnoreLevel& level, const DirectoryEntry& entry, const std::string& path) {
    auto required = required_.find(path);
    std::string reason;
    if (required != required_.end()) {
      seen_required_.insert(path);
      reason = required->second;
    } else {
      IgnoreVerdict verdict = level.file(entry.name);
      reason = reason_of(verdict);
      const IgnoreRule* asked = verdict.included ? nullptr : include_.find(in_project(path));
      if (!verdict.included && !asked) {
        leave_out(path, reason);
        return {};
      }
      if (asked) reason = "include: " + asked->text;
      if (const IgnoreRule* rule =
              path == "package.json" ? nullptr : exclude_.find(in_project(path))) {
        leave_out(path, "exclude: " + rule->text);
        return {};
      }
      if (std::string_view why = why_secret(entry, path); !why.empty() && !is_named(path)) {
        leave_out(path, "it may hold secrets");
        diagnostics_.warning(
            input_error("secret-left-out", in_project(path) + " is left out: " + std::string(why))
                .hinted("name it in \"include\" if it belongs into the executable"));
        return {};
      }
    }
    return add(entry, path, std::move(reason));
  }

  // "" when it is no secret.
  std::string_view why_secret(const DirectoryEntry& entry, const std::string& path) const {
    if (is_packing()) return "";
    if (looks_secret(path)) return "files of this name often hold secrets";
    if (entry.kind != FileKind::kFile || !is_told_by_content(path)) return "";
    std::string full = join_path(folder_, path);
    auto status = files_.status(full);
    if (!status || status->size > kMaxPrivateKey) return "";
    auto content = files_.read(full, kMaxPrivateKey);
    return content && holds_private_key(path, *content) ? "it is a private key" : "";
  }

  bool is_packing() const { return options_.purpose == FilePurpose::kPacking; }

  // Named by what the user wrote, as what it is: "keys/**" does not name a secret. What a name does
  // not show, only its own path does.
  bool is_named(const std::string& path) const {
    return include_.names_secret(in_project(path)) || listed_.names_secret(path) ||
           include_.names(in_project(path)) || listed_.names(path);
  }

  Status add(const DirectoryEntry& entry, const std::string& path, std::string reason) {
    if (out_.files.size() >= kMaxProjectFiles)
      return fail(
          input_error("project-too-large",
                      folder_ + " has more than " + std::to_string(kMaxProjectFiles) + " files"));
    std::string full = join_path(folder_, path);
    ProjectFile file{path, FileNodeKind::kFile, false, 0, {}, std::move(reason)};
    if (entry.kind == FileKind::kSymlink) {
      file.kind = FileNodeKind::kSymlink;
      file.link_target = TRY(files_.read_link(full));
      TRY(check_link(path, file.link_target));
    } else {
      FileStatus status = TRY(files_.status(full));
      if (status.size > kMaxProjectFile)
        return fail(input_error("project-too-large", full + " is larger than 1 GiB")
                        .hinted("leave it out with \"exclude\""));
      file.executable = status.executable;
      file.size = status.size;
    }
    out_.files.push_back(std::move(file));
    return {};
  }

  Status check_link(const std::string& path, const std::string& target) const {
    std::string from = parent_path(in_project(path));
    std::string end = normal_path(from.empty() ? target : from + "/" + target);
    if (!target.starts_with('/') && end != ".." && !end.starts_with("../")) return {};
    return fail(input_error("link-escapes", join_path(folder_, path) + " is a symbolic link to " +
                                                target + ", which is outside the project")
                    .hinted("put what it points to into the project, or leave the link out with "
                            "\"exclude\""));
  }

  void leave_out(std::string path, std::string reason) {
    out_.left_out.push_back({std::move(path), std::move(reason)});
  }

  std::string in_project(const std::string& path) const { return join_path(options_.place, path); }

  const FileSystem& files_;
  const std::string& folder_;
  const ProjectFileOptions& options_;
  Diagnostics& diagnostics_;
  PatternList include_, exclude_;
  PatternList listed_;  // package.json "files"
  std::set<std::string> apart_;
  std::map<std::string, std::string> required_;  // path -> reason
  std::set<std::string> seen_required_;
  ProjectFiles out_;
};

}  // namespace

Result<ProjectFiles> choose_project_files(const FileSystem& files, const std::string& folder,
                                          const ProjectFileOptions& options,
                                          Diagnostics& diagnostics) {
  return Chooser(files, folder, options, diagnostics).run();
}

}  // namespace ingot
