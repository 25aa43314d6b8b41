#include "packer/cast/settings.h"

#include <algorithm>

#include "base/closest_word.h"
#include "base/digest.h"
#include "base/file_system.h"
#include "packer/cast/bill_of.h"
#include "packer/cast/compact_template.h"
#include "packer/cast/launcher.h"
#include "packer/cast/windows_dressing.h"
#include "templates/pins.h"

namespace ingot {
namespace {

constexpr std::string_view kAllTargets = "all";
constexpr std::string_view kRuns = "What it runs";
constexpr std::string_view kCarries = "What it carries";
constexpr std::string_view kTakes = "What is taken on trust";
constexpr std::string_view kAccepts = "What it accepts";
constexpr std::string_view kTells = "What it tells";
constexpr std::string_view kWindows = "How it shows itself on Windows";
constexpr std::string_view kMacOs = "What macOS is asked for";

constexpr Setting kSettings[] = {
    {"output", "output", SettingKind::kText, "FILE", "",
     "The executable; else dist/{name}-{target}{ext}"},
    {"target", "targets", SettingKind::kList, "NAME,..", "",
     "Some of 'ingot targets', or all; repeatable; else this machine's"},
    {"entry", "entry", SettingKind::kText, "PATH", kRuns,
     "A file, in the project or in node_modules/"},
    {"bin", "bin", SettingKind::kText, "NAME", kRuns,
     "A command of the project or of a dependency"},
    {"node-options", "nodeOptions", SettingKind::kText, "none|env|cli", kRuns,
     "Where Node options come from at run time; else none"},
    {"include", "include", SettingKind::kList, "GLOB", kCarries,
     "More of the project's files; repeatable"},
    {"exclude", "exclude", SettingKind::kList, "GLOB", kCarries,
     "Fewer of the project's files; repeatable"},
    {"hoist", "hoist", SettingKind::kSwitch, "", kCarries,
     "A flat node_modules where pnpm or yarn would keep packages apart"},
    {"trace", "trace", SettingKind::kSwitch, "", kCarries,
     "Only what can be reached from the entry, and tell what cannot be followed"},
    {"reject-unresolved", "rejectUnresolved", SettingKind::kSwitch, "", kCarries,
     "Trace, and refuse what cannot be followed"},
    {"template", "template", SettingKind::kText, "FILE", kCarries, "Another Node.js binary"},
    {"template-sha256", "templateSha256", SettingKind::kText, "HEX", kCarries, "What it has to be"},
    {"strip", "strip", SettingKind::kSwitch, "", kCarries,
     "No symbols of Node.js; on, unless --strip=false"},
    {"compact", "compact", SettingKind::kLevel, "small|fast|paranoid", kCarries,
     "Node.js compressed, unpacked once for each user; alone: small"},
    {"strict", "strict", SettingKind::kSwitch, "", kTakes,
     "None without a digest all the same; on where CI=true"},
    {"signatures", "signatures", SettingKind::kSwitch, "", kTakes,
     "None of a registry without the registry's signature"},
    {"allow-unverified", "allowUnverified", SettingKind::kSwitch, "", kTakes,
     "Packages without a digest in the lockfile"},
    {"allow-unprepared", "allowUnprepared", SettingKind::kSwitch, "", kTakes,
     "Packages from git without what their scripts would build"},
    {"allow-missing-addons", "allowMissingAddons", SettingKind::kSwitch, "", kTakes,
     "Packages whose addon was never built"},
    {"allow-license", "allowLicenses", SettingKind::kList, "EXPR", kAccepts,
     "These licences, no others; repeatable"},
    {"deny-license", "denyLicenses", SettingKind::kList, "EXPR", kAccepts,
     "Not these licences; repeatable"},
    {"notices", "notices", SettingKind::kSwitch, "", kTells,
     "All licences and notices, inside, as THIRD-PARTY-NOTICES.txt"},
    {"sbom", "sbom", SettingKind::kText, "cyclonedx|spdx|both", kTells,
     "Bills of materials beside the executable (.cdx.json, .spdx.json)"},
    {"windows-icon", "windowsIcon", SettingKind::kText, "FILE", kWindows,
     "An .ico file; else Node's icon"},
    {"windows-title", "windowsTitle", SettingKind::kText, "TEXT", kWindows,
     "The product; else package.json's \"name\""},
    {"windows-publisher", "windowsPublisher", SettingKind::kText, "TEXT", kWindows,
     "The company; else its \"author\""},
    {"windows-version", "windowsVersion", SettingKind::kText, "N.N.N.N", kWindows,
     "Else its \"version\""},
    {"windows-description", "windowsDescription", SettingKind::kText, "TEXT", kWindows,
     "Else its \"description\""},
    {"windows-copyright", "windowsCopyright", SettingKind::kText, "TEXT", kWindows,
     "Else its \"author\" and \"license\""},
    {"windows-hide-console", "windowsHideConsole", SettingKind::kSwitch, "", kWindows,
     "A program with windows of its own"},
    {"macos-hardened-runtime", "macosHardenedRuntime", SettingKind::kSwitch, "", kMacOs,
     "The hardened runtime, before it is signed with an identity"},
};

std::vector<BillFormat> bill_formats_called(std::string_view name) {
  if (auto format = find_bill_format(name)) return {*format};
  return {BillFormat::kCycloneDx, BillFormat::kSpdx};
}

// The values, with the way to complain about each.
class Reader {
 public:
  Reader(const SettingValues& values, const std::string& project, const std::string& current_folder)
      : values_(values), project_(project), current_folder_(current_folder) {}

  Result<BuildOptions> run() {
    BuildOptions options;
    options.project = project_;
    options.entry = text("entry");
    options.bin = text("bin");
    if (options.entry && options.bin)
      return refuse("bin", "entry-twice", named("entry", "bin") + " both say what to run",
                    "leave one of them out");
    read_output(options);
    TRY(read_targets(options));
    TRY(read_template(options));
    TRY(read_compact(options));
    if (auto policy = text("node-options"))
      options.node_options = find_node_options(*policy).value_or(ExecArgvExtension::kNone);
    options.include = list("include");
    options.exclude = list("exclude");
    options.hoist = is_on("hoist");
    options.strip = text("strip").value_or("true") == "true";
    options.reject_unresolved = is_on("reject-unresolved");
    options.trace = is_on("trace") || options.reject_unresolved;
    options.allow_unverified = is_on("allow-unverified");
    if (auto strict = text("strict")) options.strict = *strict == "true";
    options.signatures = is_on("signatures");
    options.allow_unprepared = is_on("allow-unprepared");
    options.allow_missing_addons = is_on("allow-missing-addons");
    TRY(read_licenses(options.licenses));
    options.notices = is_on("notices");
    if (auto formats = text("sbom")) options.bills = bill_formats_called(*formats);
    TRY(read_windows(options.windows));
    options.macos_hardened_runtime = is_on("macos-hardened-runtime");
    return options;
  }

  Status check_choices() const {
    for (const Setting& setting : kSettings) {
      std::vector<std::string> choices = choices_of(setting);
      auto found = values_.find(setting.flag);
      if (choices.empty() || found == values_.end()) continue;
      for (const std::string& word : found->second.words) {
        if (std::ranges::find(choices, word) != choices.end()) continue;
        std::string all;
        for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
        return refuse(setting.flag, "choice-unknown", name_of(setting.flag) + " cannot be " + word,
                      "it is one of " + all);
      }
    }
    return {};
  }

 private:
  const SettingValue* find(std::string_view flag) const {
    auto found = values_.find(flag);
    return found == values_.end() || found->second.words.empty() ? nullptr : &found->second;
  }
  std::optional<std::string> text(std::string_view flag) const {
    const SettingValue* value = find(flag);
    return value ? std::optional(value->words.back()) : std::nullopt;
  }
  std::vector<std::string> list(std::string_view flag) const {
    const SettingValue* value = find(flag);
    return value ? value->words : std::vector<std::string>();
  }
  bool is_on(std::string_view flag) const { return text(flag) == "true"; }

  // An absolute path for one that the user wrote.
  std::string path(std::string_view flag) const {
    const SettingValue* value = find(flag);
    const std::string& base = value->position ? project_ : current_folder_;
    return normal_path(join_path(base, value->words.back()));
  }

  // As the user wrote it: "--entry" or "\"entry\"".
  std::string name_of(std::string_view flag) const {
    const SettingValue* value = find(flag);
    if (!value || !value->position) return "--" + std::string(flag);
    for (const Setting& setting : kSettings)
      if (setting.flag == flag) return "\"" + std::string(setting.key) + "\"";
    return std::string(flag);
  }
  std::string named(std::string_view a, std::string_view b) const {
    return name_of(a) + " and " + name_of(b);
  }

  std::unexpected<Error> refuse(std::string_view flag, std::string code, std::string message,
                                std::string hint) const {
    const SettingValue* value = find(flag);
    Error error = value && value->position
                      ? input_error(std::move(code), std::move(message)).at(*value->position)
                      : usage_error(std::move(code), std::move(message));
    error.hint = std::move(hint);
    return fail(std::move(error));
  }

  void read_output(BuildOptions& options) const {
    const SettingValue* value = find("output");
    if (!value) return;
    options.output = value->words.back();
    options.output_folder = value->position ? project_ : current_folder_;
  }

  // "linux-x64,win-x64" and "all", each any number of times; a target named twice is one.
  Status read_targets(BuildOptions& options) const {
    std::vector<Target> targets;
    for (const std::string& words : list("target")) {
      std::string_view rest = words;
      while (true) {
        size_t comma = rest.find(',');
        for (const Target& target : TRY(targets_called(std::string(rest.substr(0, comma)))))
          if (std::ranges::find(targets, target) == targets.end()) targets.push_back(target);
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
      }
    }
    if (!targets.empty()) options.targets = std::move(targets);
    return {};
  }

  Result<std::vector<Target>> targets_called(const std::string& name) const {
    if (name == kAllTargets) return std::vector<Target>(std::begin(kTargets), std::end(kTargets));
    if (auto target = find_target(name)) return std::vector<Target>{*target};
    std::string why;
    if (name == "win-arm64")
      why = ": no package has a Node.js " + std::string(kDefaultNodeVersion) + " for it";
    std::vector<std::string> names = {std::string(kAllTargets)};
    for (const Target& target : kTargets) names.emplace_back(target.name);
    std::string meant = closest_word(name, names);
    return refuse("target", "target-unknown", "there is no target " + name + why,
                  meant.empty() || !why.empty()
                      ? "'ingot targets' lists them"
                      : "did you mean " + meant + "? 'ingot targets' lists them all");
  }

  Status read_template(BuildOptions& options) const {
    bool binary = find("template"), digest = find("template-sha256");
    if (!binary && !digest) return {};
    if (!binary || !digest)
      return refuse(binary ? "template" : "template-sha256", "template-digest-missing",
                    named("template", "template-sha256") + " go together",
                    "the digest says which binary you mean: 'sha256sum FILE' prints it");
    auto bytes = from_hex(*text("template-sha256"));
    if (!bytes || bytes->size() != digest_size(DigestAlgorithm::kSha256))
      return refuse("template-sha256", "template-digest-malformed",
                    name_of("template-sha256") + " takes the 64 hexadecimal digits of a SHA-256",
                    "'sha256sum FILE' prints it");
    if (options.targets.size() > 1)
      return refuse("template", "template-for-several",
                    name_of("template") + " is one binary, for one target",
                    "build for each target by itself, or leave the template out");
    options.user_template = UserTemplate{path("template"), to_hex(*bytes)};
    return {};
  }

  Status read_compact(BuildOptions& options) const {
    auto level = text("compact");
    if (!level) return {};
    options.compact = find_compact_level(*level);
    std::string without;
    for (const Target& target : options.targets)
      if (!can_be_compact(target))
        without += (without.empty() ? "" : ", ") + std::string(target.name);
    if (without.empty()) return {};
    return refuse("compact", "compact-unsupported",
                  "executables for " + without + " cannot be compact: they have no loader",
                  "build for these targets without " + name_of("compact"));
  }

  Status read_licenses(LicensePolicy& policy) const {
    std::vector<std::string> allowed = list("allow-license"), denied = list("deny-license");
    auto check = [&](const char* flag, std::span<const std::string> words) -> Status {
      auto read = read_license_policy(words, {});
      if (read) return {};
      const Error& error = read.error();
      return refuse(flag, error.code, error.message, error.hint);
    };
    TRY(check("allow-license", allowed));
    TRY(check("deny-license", denied));
    policy = TRY(read_license_policy(allowed, denied));
    return {};
  }

  Status read_windows(WindowsOptions& options) const {
    if (find("windows-icon")) options.icon = path("windows-icon");
    TRY(read_windows_text("windows-title", options.title));
    TRY(read_windows_text("windows-publisher", options.publisher));
    TRY(read_windows_text("windows-version", options.version));
    TRY(read_windows_text("windows-description", options.description));
    TRY(read_windows_text("windows-copyright", options.copyright));
    options.hide_console = is_on("windows-hide-console");
    if (options.version && !windows_version(*options.version))
      return refuse("windows-version", "windows-version-malformed",
                    *options.version + " is no version that Windows can show",
                    "it takes one to four numbers up to 65535, with dots between them");
    return {};
  }

  Status read_windows_text(std::string_view flag, std::optional<std::string>& out) const {
    out = text(flag);
    if (out && out->size() > pe::kMaxVersionText)
      return refuse(flag, "windows-text-too-long", name_of(flag) + " is too long for Windows",
                    "it takes up to " + std::to_string(pe::kMaxVersionText) + " bytes");
    return {};
  }

  const SettingValues& values_;
  const std::string& project_;
  const std::string& current_folder_;
};

}  // namespace

std::span<const Setting> build_settings() {
  return kSettings;
}

std::vector<std::string> choices_of(const Setting& setting) {
  std::vector<std::string> choices;
  std::string_view rest = setting.value;
  if (rest.find('|') == std::string_view::npos) return choices;
  while (true) {
    size_t bar = rest.find('|');
    choices.emplace_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) return choices;
    rest.remove_prefix(bar + 1);
  }
}

SettingValues merge_settings(SettingValues configured, SettingValues typed) {
  if (typed.contains("entry") || typed.contains("bin")) {
    configured.erase("entry");
    configured.erase("bin");
  }
  typed.merge(std::move(configured));
  return typed;
}

Result<BuildOptions> options_of(const SettingValues& values, const std::string& project,
                                const std::string& current_folder) {
  Reader reader(values, project, current_folder);
  TRY(reader.check_choices());
  return reader.run();
}

void settle_strictness(const Environment& environment, BuildOptions& options,
                       Diagnostics& diagnostics) {
  bool by_environment = !options.strict && find_variable(environment, "CI") == "true";
  options.strict = options.strict.value_or(by_environment);
  if (!*options.strict || !options.allow_unverified) return;
  options.allow_unverified = false;
  diagnostics.warning(
      usage_error("strict-unverified",
                  std::string("packages without a digest are refused: ") +
                      (by_environment ? "the variable CI is true" : "\"strict\" is on"))
          .hinted(by_environment ? "--strict=false allows them here too; better, 'ingot verify "
                                   "--pin' gives them digests"
                                 : "'ingot verify --pin' gives them digests"));
}

}  // namespace ingot
