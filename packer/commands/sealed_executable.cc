#include "packer/commands/sealed_executable.h"

#include <set>

#include "packer/executable/inject.h"
#include "templates/pins.h"

namespace ingot {
namespace {

Error not_ours(const std::string& why) {
  Error error = input_error("executable-not-ingot", "this is no executable that ingot made");
  if (!why.empty()) error.notes.push_back(why);
  error.hint = "name a file that 'ingot build' has written";
  return error;
}

struct FoundBlob {
  std::string_view node_version;
  SeaBlobView sea;
};

// The blob does not say which version's layout it has: the one that it fits is the one.
Result<FoundBlob> read_blob(ByteView blob) {
  std::set<std::string_view> versions;
  for (const TemplatePin& pin : template_pins()) versions.insert(pin.node_version);
  std::string why;
  for (std::string_view version : versions) {
    auto sea = read_sea_blob(blob, version);
    if (sea) return FoundBlob{version, std::move(*sea)};
    why = sea.error().message;
  }
  return fail(integrity_error("launcher-altered", "what Node would start cannot be read")
                  .note(std::move(why)));
}

}  // namespace

Result<SealedExecutable> open_sealed(ByteView file) {
  auto blob = find_sea_blob(file);
  if (!blob && (blob.error().code == "executable-not-ingot" ||
                blob.error().code == "executable-format-unknown"))
    return fail(not_ours(blob.error().code == "executable-not-ingot" ? "" : blob.error().message));
  if (!blob) return fail(std::move(blob.error()));
  FoundBlob found = TRY(read_blob(*blob));
  auto payload = found.sea.asset(kPayloadAsset);
  if (!payload) return fail(not_ours("it is a single executable application of another maker"));
  PayloadReader reader = TRY(PayloadReader::open(*payload));
  SealedManifest manifest = TRY(read_sealed_manifest(TRY(reader.manifest())));
  return SealedExecutable{file,
                          *blob,
                          found.node_version,
                          std::move(found.sea),
                          *payload,
                          std::move(reader),
                          std::move(manifest)};
}

Result<OpenExecutable> open_executable(const std::string& path) {
  MappedFile file = TRY(MappedFile::open(path));
  auto sealed = open_sealed(file.bytes());
  if (!sealed) return fail(std::move(sealed.error()).at({path, 0, 0}));
  return OpenExecutable{std::move(file), std::move(*sealed)};
}

}  // namespace ingot
