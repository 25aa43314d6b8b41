#include "packer/acquire/signatures.h"

#include "base/json.h"
#include "packer/acquire/registry.h"

namespace ingot {
namespace {

constexpr size_t kMaxNotes = 10;

SignedVersion read_version(const JsonCursor& holder, std::string_view published) {
  SignedVersion out;
  out.published = published;
  if (auto signatures = holder.find("signatures"); signatures && signatures->is_array())
    for (JsonCursor one : *signatures) {
      auto key = one.find_text("keyid"), signature = one.find_text("sig");
      if (key && signature) out.signatures.push_back({std::string(*key), std::string(*signature)});
    }
  return out;
}

struct Wanted {
  std::string title;  // "name@version"
  const LockedPackage* package;
  ByteView bytes;
};

// One for each name and version of a registry.
std::vector<Wanted> wanted_of(const PackageGraph& graph,
                              const std::vector<VerifiedTarball>& tarballs) {
  std::map<std::string, Wanted> out;
  for (const VerifiedTarball& tarball : tarballs) {
    const LockedPackage& package = *graph.packages[tarball.package].package;
    if (package.source.kind != SourceKind::kRegistry) continue;
    std::string title = package.name + "@" + package.version;
    out.emplace(title, Wanted{title, &package, tarball.bytes});
  }
  std::vector<Wanted> list;
  for (auto& [title, wanted] : out) list.push_back(std::move(wanted));
  return list;
}

// Asks the registries for the metadata of what is not in `known` yet, once for each name.
Status ask_registries(const std::vector<Wanted>& wanted, const FetchSettings& settings,
                      SavedSignatures& known) {
  std::map<std::string, std::vector<const Wanted*>> by_name;
  for (const Wanted& one : wanted)
    if (!known.contains(one.title)) by_name[one.package->name].push_back(&one);
  if (by_name.empty()) return {};
  if (settings.network == Network::kOffline)
    return fail(
        input_error("offline-missing", "the signatures of " + std::to_string(by_name.size()) +
                                           " packages are not in " + std::string(kSignaturesName) +
                                           ", and this is offline")
            .hinted("'ingot verify --signatures --pin' writes them there"));
  std::vector<DownloadRequest> requests;
  std::vector<const std::vector<const Wanted*>*> versions;
  for (const auto& [name, list] : by_name) {
    requests.push_back(
        {"the metadata of " + name, TRY(package_document_url(settings.config, name))});
    versions.push_back(&list);
  }
  std::optional<Error> first;
  download(requests, settings.config, settings.limits, settings.progress,
           [&](size_t at, Result<Bytes> body) {
             for (const Wanted* one : *versions[at]) {
               if (!body) break;
               auto found = signatures_in_metadata(std::string(body->begin(), body->end()),
                                                   one->package->version);
               if (!found && !first) first = std::move(found.error());
               if (found && *found) known.emplace(one->title, std::move(**found));
             }
             if (!body && !first) first = std::move(body.error());
           });
  if (first) return fail(std::move(*first));
  return {};
}

void warn_of_expired(std::vector<std::string> titles, Diagnostics& diagnostics) {
  if (titles.empty()) return;
  Error warning = input_error("signature-key-expired",
                              std::to_string(titles.size()) +
                                  " packages are signed with a key of the registry that has "
                                  "expired since they were published");
  for (size_t i = 0; i < titles.size() && i < kMaxNotes; ++i)
    warning.notes.push_back(std::move(titles[i]));
  diagnostics.warning(std::move(warning));
}

}  // namespace

Result<SavedSignatures> parse_signatures(std::string text) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), std::string(kSignaturesName)));
  JsonCursor root = document.root();
  auto version = root.find("version");
  auto packages = root.find("packages");
  if (!version || version->text() != "1" || !packages || !packages->is_object())
    return fail(
        input_error("signatures-malformed", "it has no \"packages\", or its version is not 1")
            .at(root.position())
            .hinted("'ingot verify --signatures --pin' writes it anew"));
  SavedSignatures out;
  for (JsonCursor entry : *packages)
    out.emplace(entry.key(), read_version(entry, entry.find_text("published").value_or("")));
  return out;
}

std::string write_signatures(const SavedSignatures& signatures) {
  std::string out = "{\n  \"version\": 1,\n  \"packages\": {";
  bool first = true;
  for (const auto& [title, version] : signatures) {
    out += std::string(first ? "" : ",") + "\n    " + json_quote(title) +
           ": { \"published\": " + json_quote(version.published) + ", \"signatures\": [";
    for (size_t i = 0; i < version.signatures.size(); ++i)
      out += std::string(i > 0 ? ", " : "") +
             "{ \"keyid\": " + json_quote(version.signatures[i].key_id) +
             ", \"sig\": " + json_quote(version.signatures[i].signature) + " }";
    out += "] }";
    first = false;
  }
  return out + (first ? "}\n}\n" : "\n  }\n}\n");
}

Result<std::optional<SignedVersion>> signatures_in_metadata(std::string text,
                                                            const std::string& version) {
  JsonDocument document =
      TRY(JsonDocument::parse(std::move(text), "metadata", JsonSyntax::kLastKeyWins));
  JsonCursor root = document.root();
  auto versions = root.find("versions");
  auto found = versions ? versions->find(version) : std::nullopt;
  auto dist = found ? found->find("dist") : std::nullopt;
  if (!dist) return std::optional<SignedVersion>();
  auto times = root.find("time");
  auto published = times ? times->find_text(version) : std::nullopt;
  return std::optional(read_version(*dist, published.value_or("")));
}

Result<SignatureCheck> check_signatures(const PackageGraph& graph,
                                        const std::vector<VerifiedTarball>& tarballs,
                                        const SavedSignatures& saved, SignaturePolicy policy,
                                        const FetchSettings& settings, Diagnostics& diagnostics) {
  std::vector<Wanted> wanted = wanted_of(graph, tarballs);
  SavedSignatures known = saved;
  if (policy == SignaturePolicy::kRequired) TRY(ask_registries(wanted, settings, known));

  SignatureCheck out;
  std::vector<std::string> expired;
  std::optional<Error> first;
  size_t refused = 0;
  for (const Wanted& one : wanted) {
    auto metadata = known.find(one.title);
    if (metadata == known.end() && policy == SignaturePolicy::kWherePresent) continue;
    std::string integrity = Integrity::of(digest_of(DigestAlgorithm::kSha512, one.bytes)).text();
    auto state = check_signature(one.package->name, one.package->version, integrity,
                                 metadata == known.end() ? SignedVersion() : metadata->second);
    if (!state && !first)
      first = std::move(state.error()).at(one.package->position);
    else if (!state && first->notes.size() < kMaxNotes)
      first->notes.push_back(state.error().message);
    if (!state) {
      ++refused;
      continue;
    }
    ++out.packages;
    out.used.insert(*metadata);
    if (*state == KeyState::kExpiredSince) expired.push_back(one.title);
  }
  if (first) {
    if (refused > first->notes.size() + 1)
      first->notes.push_back("and " + std::to_string(refused - first->notes.size() - 1) + " more");
    return fail(std::move(*first));
  }
  warn_of_expired(std::move(expired), diagnostics);
  return out;
}

}  // namespace ingot
