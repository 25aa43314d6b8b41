#include "packer/cast/policy.h"

#include <algorithm>
#include <charconv>

#include "base/closest_word.h"
#include "packer/acquire/fetch.h"
#include "packer/acquire/registry.h"
#include "packer/cast/configuration.h"
#include "packer/unpack/package.h"
#include "resolver/dependency_paths.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxAgeDays = 36500;

Error wrong_value(JsonCursor member, const std::string& expectation) {
  return input_error("config-value",
                     "\"" + std::string(member.key()) + "\" has to be " + expectation)
      .at(member.position())
      .hinted("schema/ingot.schema.json has what can be said");
}

// Reads the members of one object, and tells all that is wrong with them.
class PolicyReader {
 public:
  Status read(JsonCursor configuration, Policy& policy, Diagnostics& diagnostics) {
    if (auto member = configuration.find("policy")) read_rules(*member, policy);
    if (auto member = configuration.find("audit")) read_audit(*member, policy);
    return errors_.finish(diagnostics);
  }

 private:
  void read_rules(JsonCursor object, Policy& policy) {
    if (!object.is_object()) return errors_.add(wrong_value(object, "an object"));
    for (JsonCursor member : object) {
      if (member.key() == "registries")
        read_list(member, [&](JsonCursor element) { return read_registry(element, policy); });
      else if (member.key() == "deny")
        read_list(member, [&](JsonCursor element) { return read_denied(element, policy); });
      else if (member.key() == "minimumAgeDays")
        read_days(member, policy);
      else if (member.key() == "noSha1")
        read_switch(member, policy.no_sha1);
      else if (member.key() == "noInstallScripts")
        read_switch(member, policy.no_install_scripts);
      else if (member.key() == "noGit")
        read_switch(member, policy.no_git);
      else
        unknown(member,
                {"registries", "noSha1", "minimumAgeDays", "noInstallScripts", "noGit", "deny"});
    }
  }

  void read_audit(JsonCursor object, Policy& policy) {
    if (!object.is_object()) return errors_.add(wrong_value(object, "an object"));
    for (JsonCursor member : object) {
      if (member.key() != "ignore") {
        unknown(member, {"ignore"});
        continue;
      }
      if (!member.is_object()) errors_.add(wrong_value(member, "an object of ids and reasons"));
      for (JsonCursor ignored : member) {
        if (!ignored.is_string() || ignored.text().empty())
          errors_.add(wrong_value(ignored, "the reason why it is ignored"));
        policy.ignored_advisories.emplace(ignored.key(), ignored.text());
      }
    }
  }

  template <typename Read>
  void read_list(JsonCursor list, Read read) {
    if (!list.is_array()) return errors_.add(wrong_value(list, "a list of strings"));
    for (JsonCursor element : list)
      if (!element.is_string() || !read(element))
        errors_.add(input_error("config-value", "\"" + std::string(element.text()) +
                                                    "\" cannot be in \"" + std::string(list.key()) +
                                                    "\"")
                        .at(element.position())
                        .hinted(list.key() == "deny" ? "it takes a package's name, or name@range"
                                                     : "it takes addresses that begin with "
                                                       "https://"));
  }

  static bool read_registry(JsonCursor element, Policy& policy) {
    auto url = Url::parse(element.text());
    if (!url || !url->query.empty() || !url->user.empty()) return false;
    if (!url->path.ends_with('/')) url->path += '/';
    policy.registries.push_back(std::move(*url));
    return true;
  }

  static bool read_denied(JsonCursor element, Policy& policy) {
    std::string_view text = element.text();
    size_t at = text.find('@', 1);
    std::string_view range_text = at == std::string_view::npos ? "" : text.substr(at + 1);
    auto range = VersionRange::parse(range_text, {SemverMode::kLoose, true});
    if (text.empty() || !range) return false;
    policy.denied.push_back(
        {std::string(text), std::string(text.substr(0, at)), std::move(*range)});
    return true;
  }

  void read_days(JsonCursor member, Policy& policy) {
    std::string_view text = member.text();
    auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), policy.minimum_age_days);
    bool whole = error == std::errc() && end == text.data() + text.size();
    if (member.kind() != JsonKind::kNumber || !whole || policy.minimum_age_days > kMaxAgeDays)
      errors_.add(wrong_value(member, "a number of days"));
  }

  void read_switch(JsonCursor member, bool& value) {
    if (member.kind() != JsonKind::kTrue && member.kind() != JsonKind::kFalse)
      errors_.add(wrong_value(member, "true or false"));
    value = member.is_true();
  }

  void unknown(JsonCursor member, const std::vector<std::string>& known) {
    std::string meant = closest_word(std::string(member.key()), known);
    errors_.add(
        input_error("config-key-unknown", "there is no \"" + std::string(member.key()) + "\" here")
            .at(member.position())
            .hinted(meant.empty() ? "schema/ingot.schema.json has what can be said"
                                  : "did you mean \"" + meant + "\"?"));
  }

  ErrorList errors_;
};

bool is_from_registry(const LockedPackage& package) {
  return package.source.kind == SourceKind::kRegistry ||
         package.source.kind == SourceKind::kRemoteTarball;
}

bool is_below(const Url& url, const Url& registry) {
  return url.same_origin(registry) && url.path.starts_with(registry.path);
}

// Where the tarball comes from, whatever machine asks; nothing for an address that cannot be read.
std::optional<Url> address_of(const LockedPackage& package, const NpmConfig& config) {
  auto url =
      package.source.kind == SourceKind::kRegistry
          ? registry_tarball_url(config, package.name, package.version, package.source.location)
          : Url::parse(package.source.location);
  return url ? std::optional(std::move(*url)) : std::nullopt;
}

class PolicyCheck {
 public:
  PolicyCheck(const Policy& policy, const Lockfile& lockfile, const NpmConfig& config)
      : policy_(policy), ways_(lockfile), config_(config) {}

  void check(const LockedPackage& package) {
    if (!package.is_foreign()) return;
    if (!policy_.registries.empty() && is_from_registry(package)) check_registry(package);
    if (policy_.no_sha1 && !package.integrity.empty() && !package.integrity.is_strong())
      refuse(package, "policy-sha1", "is proved by sha1 only",
             "'npm install' records a stronger digest when the entry is removed from the lockfile");
    if (policy_.no_install_scripts && package.has_install_script)
      errors_.add(install_script_error(ways_, package));
    if (policy_.no_git && package.source.kind == SourceKind::kGit)
      refuse(package, "policy-git", "comes from git", "depend on a published version");
    for (const DeniedPackage& denied : policy_.denied) check_denied(package, denied);
  }

  Status finish(Diagnostics& diagnostics) { return errors_.finish(diagnostics); }

 private:
  void check_registry(const LockedPackage& package) {
    auto url = address_of(package, config_);
    bool allowed = url && std::ranges::any_of(policy_.registries, [&](const Url& registry) {
                     return is_below(*url, registry);
                   });
    if (!allowed)
      refuse(package, "policy-registry",
             "comes from " + (url ? displayed_url(url->text()) : "an address that is none") +
                 ", which is below none of the allowed registries",
             "\"registries\" in the policy has those that are");
  }

  void check_denied(const LockedPackage& package, const DeniedPackage& denied) {
    if (package.name != denied.name) return;
    auto version = Version::parse(package.version, SemverMode::kLoose);
    // A version that cannot be read could be any.
    if (version && !denied.range.test(*version)) return;
    refuse(package, "policy-denied", "is denied: " + denied.text,
           "use another version or another package, or lift the denial");
  }

  void refuse(const LockedPackage& package, const char* code, const std::string& why,
              const std::string& hint) {
    Error error = input_error(code, package_label(package) + " " + why)
                      .note(ways_.note(package))
                      .hinted(hint);
    if (package.position.is_known()) error.position = package.position;
    errors_.add(std::move(error));
  }

  const Policy& policy_;
  PackageWays ways_;
  const NpmConfig& config_;
  ErrorList errors_;
};

}  // namespace

Result<Policy> read_policy(const FileSystem& files, const std::string& project,
                           Diagnostics& diagnostics) {
  Policy policy;
  auto configuration = TRY(find_configuration(files, project));
  if (configuration) TRY(PolicyReader().read(configuration->object, policy, diagnostics));
  return policy;
}

PackageWays::PackageWays(const Lockfile& lockfile) : lockfile_(lockfile) {
  DependencyPaths paths(edges_of(lockfile));
  for (uint32_t i = 0; i < lockfile.packages.size(); ++i) {
    const LockedPackage& package = lockfile.packages[i];
    names_.push_back(i == 0 && package.name.empty() ? "the project" : package_label(package));
    paths_.push_back(paths.to(i));
  }
}

std::string PackageWays::note(const LockedPackage& package) const {
  const auto index = static_cast<size_t>(&package - lockfile_.packages.data());
  if (paths_[index].size() < 2) return "nothing in the lockfile depends on it";
  return "it is there by way of " + path_text(paths_[index], names_);
}

Status check_policy(const Policy& policy, const Lockfile& lockfile,
                    std::span<const LockedPackage* const> packages, const NpmConfig& config,
                    Diagnostics& diagnostics) {
  PolicyCheck check(policy, lockfile, config);
  for (const LockedPackage* package : packages) check.check(*package);
  return check.finish(diagnostics);
}

Error install_script_error(const PackageWays& ways, const LockedPackage& package) {
  Error error =
      input_error("policy-install-script", package_label(package) + " has an install script")
          .note(ways.note(package))
          .hinted(
              "ingot runs none, but an installation by npm would; use a package "
              "without");
  if (package.position.is_known()) error.position = package.position;
  return error;
}

}  // namespace ingot
