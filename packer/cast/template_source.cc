#include "packer/cast/template_source.h"

#include "base/digest.h"
#include "base/thread_pool.h"
#include "packer/executable/inject.h"
#include "packer/executable/macho/page_hashes.h"
#include "templates/template.h"

namespace ingot {
namespace {

constexpr unsigned kExecutableMode = 0755;
constexpr std::string_view kLicenseTarget = "linux-x64";  // whose package has the licence
constexpr std::string_view kLicenseMember = "LICENSE";
constexpr uint64_t kMaxLicense = uint64_t{4} << 20;

Result<RuntimeTemplate> from_user(const UserTemplate& user, const Target& target) {
  RuntimeTemplate found;
  found.path = user.path;
  found.file = TRY(MappedFile::open(user.path));
  TRY(check_user_template(found.file.bytes(), user.sha256));
  found.sha256 = user.sha256;
  const TemplatePin* known = find_template_pin_by_digest(user.sha256);
  if (known == nullptr)
    return fail(
        input_error("template-unknown", user.path + " is no Node.js binary that this ingot knows")
            .hinted("it knows the official releases of Node.js " +
                    std::string(kDefaultNodeVersion) + ": see 'ingot targets'"));
  if (known->target != target.name)
    return fail(input_error("template-wrong-machine", user.path + " is the Node.js of " +
                                                          std::string(known->target) + ", not of " +
                                                          std::string(target.name))
                    .hinted("--target " + std::string(known->target) + " casts for it"));
  found.pin = known;
  found.node_version = known->node_version;
  return found;
}

Result<const TemplatePin*> pin_of(const Target& target) {
  const TemplatePin* pin = find_template_pin(target);
  if (pin == nullptr)
    return fail(input_error("target-unsupported",
                            "there is no Node.js runtime for " + std::string(target.name)));
  return pin;
}

Result<VerifiedTarball> fetch_pinned(const TemplatePin& pin, const FetchSettings& settings,
                                     Diagnostics& diagnostics) {
  TarballRequest request;
  request.name = pin.package;
  request.version = pin.node_version;
  request.integrity = TRY(Integrity::parse(pin.integrity));
  return fetch_tarball(request, settings, diagnostics);
}

// Without its file.
RuntimeTemplate described(const TemplatePin& pin, const Store& store) {
  RuntimeTemplate runtime;
  runtime.pin = &pin;
  runtime.path = store.derived_path(kTemplateStoreKind, pin.binary_sha256);
  runtime.sha256 = pin.binary_sha256;
  runtime.node_version = pin.node_version;
  return runtime;
}

// The pages' hashes, as far as the pin wants those, of a binary that is the pinned one; nothing if
// it is not.
std::optional<Bytes> check(const MappedFile& file, const TemplatePin& pin) {
  if (pin.pages_sha256.empty())
    return check_template(file.bytes(), pin) ? std::optional<Bytes>(Bytes()) : std::nullopt;
  Bytes hashes = macho::hash_pages(file.bytes());
  if (sha256_hex(hashes) != pin.pages_sha256) return std::nullopt;
  return hashes;
}

// The binary in the store, if it is there and is the pinned one.
Result<std::optional<RuntimeTemplate>> from_store(const TemplatePin& pin, const Store& store) {
  auto file = TRY(store.find_plain(kTemplateStoreKind, pin.binary_sha256));
  if (!file) return std::nullopt;
  auto page_hashes = check(*file, pin);
  if (!page_hashes) {
    TRY(store.remove_derived(kTemplateStoreKind, pin.binary_sha256));
    return std::nullopt;
  }
  RuntimeTemplate found = described(pin, store);
  found.file = std::move(*file);
  found.page_hashes = std::move(*page_hashes);
  return found;
}

// The binary without its symbols in the store, if it is there and is the pinned one.
Result<std::optional<MappedFile>> stripped_from_store(const TemplatePin& pin, const Store& store) {
  auto file = TRY(store.find_plain(kStrippedStoreKind, pin.binary_sha256));
  if (file && sha256_hex(file->bytes()) != pin.stripped_sha256) file.reset();
  return file;
}

Result<MappedFile> strip(const RuntimeTemplate& runtime, const Store& store) {
  const TemplatePin& pin = *runtime.pin;
  if (auto known = TRY(stripped_from_store(pin, store))) return std::move(*known);
  std::string path = store.derived_path(kStrippedStoreKind, pin.binary_sha256);
  TRY(make_directories(parent_path(path)));
  AtomicFile file = TRY(AtomicFile::create(path, kExecutableMode));
  TRY(strip_executable(runtime.file.bytes(), file));
  TRY(file.commit());
  auto found = TRY(stripped_from_store(pin, store));
  if (!found)
    return fail(integrity_error("template-digest-mismatch",
                                path + " is not what the pinned binary is without symbols"));
  return std::move(*found);
}

// What of a target's runtime the store has.
struct Stored {
  std::optional<RuntimeTemplate> whole;
  std::optional<MappedFile> stripped;
};

// One file is looked for per target: the binary with its symbols is not read when the one without
// is all that is needed.
Result<std::vector<Stored>> look_in_store(std::span<const Target> targets, TemplateSymbols symbols,
                                          const Store& store) {
  std::vector<Stored> found(targets.size());
  TRY(parallel_for(targets.size(), [&](size_t i) -> Status {
    const TemplatePin* pin = find_template_pin(targets[i]);
    if (pin == nullptr) return {};
    if (symbols == TemplateSymbols::kLeftOut && !pin->stripped_sha256.empty())
      found[i].stripped = TRY(stripped_from_store(*pin, store));
    else
      found[i].whole = TRY(from_store(*pin, store));
    return {};
  }));
  return found;
}

Result<RuntimeTemplate> get_template(const Target& target,
                                     const std::optional<UserTemplate>& user_template,
                                     const FetchSettings& settings, Diagnostics& diagnostics) {
  if (user_template) return from_user(*user_template, target);
  const TemplatePin* pin = TRY(pin_of(target));
  if (auto found = TRY(from_store(*pin, settings.store))) return std::move(*found);

  VerifiedTarball tarball = TRY(fetch_pinned(*pin, settings, diagnostics));
  std::string path = settings.store.derived_path(kTemplateStoreKind, pin->binary_sha256);
  TRY(make_directories(parent_path(path)));
  AtomicFile file = TRY(AtomicFile::create(path, kExecutableMode));
  TRY(extract_template(tarball.bytes, *pin, file));
  TRY(file.commit());
  auto found = TRY(from_store(*pin, settings.store));
  if (!found)
    return fail(
        integrity_error("template-digest-mismatch", path + " is not what was just written there"));
  return std::move(*found);
}

}  // namespace

Result<std::vector<RuntimeTemplate>> get_templates(std::span<const Target> targets,
                                                   const std::optional<UserTemplate>& user_template,
                                                   TemplateSymbols symbols,
                                                   const FetchSettings& settings,
                                                   Diagnostics& diagnostics) {
  const Store& store = settings.store;
  std::vector<Stored> stored(targets.size());
  if (!user_template) stored = TRY(look_in_store(targets, symbols, store));
  std::vector<RuntimeTemplate> all;
  for (size_t i = 0; i < targets.size(); ++i) {
    auto [whole, stripped] = std::move(stored[i]);
    if (!whole && !stripped)
      whole = TRY(get_template(targets[i], user_template, settings, diagnostics));
    RuntimeTemplate runtime =
        whole ? std::move(*whole) : described(*find_template_pin(targets[i]), store);
    if (symbols == TemplateSymbols::kLeftOut && !runtime.pin->stripped_sha256.empty()) {
      if (!stripped) stripped = TRY(strip(runtime, store));
      runtime.file = std::move(*stripped);
      runtime.path = store.derived_path(kStrippedStoreKind, runtime.pin->binary_sha256);
      runtime.stripped_sha256 = runtime.pin->stripped_sha256;
    }
    all.push_back(std::move(runtime));
  }
  return all;
}

Result<std::string> node_license(std::string_view version, const FetchSettings& settings,
                                 Diagnostics& diagnostics) {
  const TemplatePin* pin = find_template_pin(*find_target(kLicenseTarget), version);
  if (pin == nullptr)
    return fail(input_error("template-unknown",
                            "this ingot does not know Node.js " + std::string(version)));
  VerifiedTarball tarball = TRY(fetch_pinned(*pin, settings, diagnostics));
  return read_template_member(tarball.bytes, kLicenseMember, kMaxLicense);
}

Result<RuntimeTemplate> name_template(const Target& target,
                                      const std::optional<UserTemplate>& user_template,
                                      TemplateSymbols symbols, const Store& store) {
  if (user_template) return from_user(*user_template, target);
  RuntimeTemplate runtime = described(*TRY(pin_of(target)), store);
  if (symbols == TemplateSymbols::kLeftOut) runtime.stripped_sha256 = runtime.pin->stripped_sha256;
  return runtime;
}

}  // namespace ingot
