#include "packer/compile/translated_tree.h"

#include "base/digest.h"
#include "base/thread_pool.h"
#include "packer/compile/v8/canonical.h"
#include "packer/compile/v8/proof.h"

namespace ingot {
namespace {

constexpr std::string_view kDerivedKind = "code-cache-translation";

// Node's Windows binaries are built from a checkout with CR LF.
BuiltinSources builtin_sources(const Target& target) {
  return target.os == Os::kWindows ? BuiltinSources::kOtherLineEnds : BuiltinSources::kSame;
}

// Everything that the proof depends on.
std::string proof_key(const TemplateImage& host, const TemplateImage& target,
                      BuiltinSources sources) {
  std::string inputs;
  for (std::string_view digest : {host.sha256, target.sha256}) inputs += std::string(digest) + " ";
  for (uint32_t number :
       {static_cast<uint32_t>(sources), kCanonicalFormRevision, kTranslationRevision})
    inputs += std::to_string(number) + " ";
  return sha256_hex(std::string_view(inputs));
}

// One cache of the host's tree and what becomes of it.
struct Entry {
  ByteView* cache;     // in the tree that is made
  Bytes translated;    // empty: none
  std::string reason;  // why
};

std::vector<Entry> entries_of(CompiledTree& tree) {
  std::vector<Entry> entries;
  for (RuntimePart& part : tree.runtime)
    if (!part.cache.empty()) entries.push_back({&part.cache, {}, {}});
  for (CompiledFile& file : tree.files)
    if (!file.code_cache.empty()) entries.push_back({&file.code_cache, {}, {}});
  return entries;
}

void translate_entries(std::vector<Entry>& entries, const CacheTranslation& translation) {
  Status done = parallel_for(entries.size(), [&](size_t i) -> Status {
    auto translated = translation.translate(*entries[i].cache);
    if (translated)
      entries[i].translated = std::move(*translated);
    else
      entries[i].reason = std::move(translated.error().message);
    return {};
  });
  INGOT_CHECK(done);
}

}  // namespace

Result<CacheTranslation> proved_translation(const TemplateImage& host,
                                            const TemplateImage& target_image, const Target& target,
                                            const Store& store) {
  const BuiltinSources sources = builtin_sources(target);
  const std::string key = proof_key(host, target_image, sources);
  if (auto known = store.find_derived(kDerivedKind, key); known && *known)
    if (auto translation = CacheTranslation::parse((*known)->content))
      return std::move(*translation);

  const NodeSnapshot from = TRY(find_node_snapshot(host.bytes));
  const NodeSnapshot to = TRY(find_node_snapshot(target_image.bytes));
  CacheTranslation translation = TRY(CacheTranslation::between(from, to));
  TRY(prove_translation(translation, from, to, sources));
  // What cannot be written down is proved again next time.
  static_cast<void>(store.put_derived(kDerivedKind, key, translation.serialize()));
  return translation;
}

CompiledTree translate_tree(const CompiledTree& compiled,
                            const Result<CacheTranslation>& translation, const Target& target,
                            Diagnostics& diagnostics) {
  CompiledTree tree = compiled;
  tree.storage.clear();
  std::vector<Entry> entries = entries_of(tree);
  if (translation) translate_entries(entries, *translation);

  auto storage = std::make_shared<std::vector<Bytes>>();
  storage->reserve(entries.size());
  size_t left_out = 0;
  const std::string* reason = translation ? nullptr : &translation.error().message;
  for (Entry& entry : entries) {
    *entry.cache = {};
    left_out += entry.translated.empty();
    if (reason == nullptr && entry.translated.empty()) reason = &entry.reason;
    if (entry.translated.empty()) continue;
    storage->push_back(std::move(entry.translated));
    *entry.cache = storage->back();
  }
  tree.storage.push_back(std::move(storage));
  tree.with_cache = 0;
  for (const CompiledFile& file : tree.files) tree.with_cache += !file.code_cache.empty();
  if (left_out > 0)
    diagnostics.warning(input_error(
        "code-cache-left-out",
        "no code cache for " +
            (left_out == entries.size() ? std::string("any") : std::to_string(left_out)) + " of " +
            std::to_string(entries.size()) + " scripts on " + std::string(target.name) +
            ", which are compiled at each start: " + *reason));
  return tree;
}

}  // namespace ingot
