#include "packer/cast/template_source.h"

#include "base/digest.h"
#include "packer/executable/inject.h"
#include "templates/template.h"

namespace ingot {
namespace {

constexpr unsigned kExecutableMode = 0755;

Result<RuntimeTemplate> from_user(const UserTemplate& user) {
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
  found.pin = known;
  found.node_version = known->node_version;
  return found;
}

// The binary in the store, if it is there and is the pinned one.
Result<std::optional<RuntimeTemplate>> from_store(const TemplatePin& pin, const Store& store) {
  auto file = TRY(store.find_plain(kTemplateStoreKind, pin.binary_sha256));
  if (!file) return std::nullopt;
  if (!check_template(file->bytes(), pin)) {
    TRY(store.remove_derived(kTemplateStoreKind, pin.binary_sha256));
    return std::nullopt;
  }
  RuntimeTemplate found;
  found.pin = &pin;
  found.path = store.derived_path(kTemplateStoreKind, pin.binary_sha256);
  found.sha256 = pin.binary_sha256;
  found.node_version = pin.node_version;
  found.file = std::move(*file);
  return found;
}

}  // namespace

Result<RuntimeTemplate> get_template(const Target& target,
                                     const std::optional<UserTemplate>& user_template,
                                     const FetchSettings& settings, Diagnostics& diagnostics) {
  if (user_template) return from_user(*user_template);
  const TemplatePin* pin = find_template_pin(target);
  if (pin == nullptr)
    return fail(input_error("target-unsupported",
                            "there is no Node.js runtime for " + std::string(target.name)));
  if (auto found = TRY(from_store(*pin, settings.store))) return std::move(*found);

  TarballRequest request;
  request.name = pin->package;
  request.version = pin->node_version;
  request.integrity = TRY(Integrity::parse(pin->integrity));
  VerifiedTarball tarball = TRY(fetch_tarball(request, settings, diagnostics));
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

Result<RuntimeTemplate> without_symbols(RuntimeTemplate runtime, const Store& store) {
  const TemplatePin& pin = *runtime.pin;
  if (pin.stripped_sha256.empty()) return runtime;
  auto find = [&]() -> Result<std::optional<MappedFile>> {
    auto file = TRY(store.find_plain(kStrippedStoreKind, pin.binary_sha256));
    if (file && sha256_hex(file->bytes()) != pin.stripped_sha256) file.reset();
    return file;
  };
  auto found = TRY(find());
  if (!found) {
    std::string path = store.derived_path(kStrippedStoreKind, pin.binary_sha256);
    TRY(make_directories(parent_path(path)));
    AtomicFile file = TRY(AtomicFile::create(path, kExecutableMode));
    TRY(strip_executable(runtime.file.bytes(), file));
    TRY(file.commit());
    found = TRY(find());
    if (!found)
      return fail(integrity_error("template-digest-mismatch",
                                  path + " is not what the pinned binary is without symbols"));
  }
  runtime.file = std::move(*found);
  runtime.stripped_sha256 = pin.stripped_sha256;
  return runtime;
}

}  // namespace ingot
