#include "packer/compile/code_cache.h"

#include <algorithm>
#include <thread>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/file_system.h"
#include "base/subprocess.h"
#include "base/thread_pool.h"
#include "packer/compile/temporary_folder.h"
#include "packer/compile/v8/canonical.h"
#include "runtime/runtime.h"

namespace ingot {
namespace {

constexpr std::string_view kDerivedKind = "code-cache";
constexpr uint64_t kMaxOutput = uint64_t{2} << 30;

void append_u32(Bytes& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

// Everything the bytes of a group's caches depend on.
std::string group_key(const CompilerTemplate& compiler, const std::vector<CompileUnit>& group) {
  Hasher hasher(DigestAlgorithm::kSha256);
  hasher.update(std::string_view(compiler.sha256));
  hasher.update(digest_of(DigestAlgorithm::kSha256, compiler_script()).bytes);
  Bytes revision;
  append_u32(revision, kCanonicalFormRevision);
  hasher.update(revision);
  for (const CompileUnit& unit : group) {
    Bytes as;
    append_u32(as, static_cast<uint32_t>(unit.as));
    hasher.update(as);
    hasher.update(digest_of(DigestAlgorithm::kSha256, unit.source).bytes);
  }
  return hasher.finish().hex();
}

// The compiler's output for `count` units: see runtime/compiler.js.
Result<std::vector<CompiledUnit>> parse_output(ByteView bytes, size_t count) {
  std::vector<CompiledUnit> units;
  uint64_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    auto format = TRY(bytes.le<uint32_t>(at));
    auto size = TRY(bytes.le<uint32_t>(at + 4));
    CompiledUnit unit;
    if (format <= static_cast<uint32_t>(EntryFormat::kModule))
      unit.format = static_cast<EntryFormat>(format);
    unit.code_cache = TRY(bytes.slice(at + 8, size));
    units.push_back(unit);
    at += 8 + uint64_t{size};
  }
  if (at != bytes.size())
    return fail(input_error("out-of-bounds", "the compiler wrote more than it was asked for"));
  return units;
}

// Rids the caches in a compiler's output of what depends on the process that made them. A unit
// whose cache is not as expected loses it. How many did:
size_t canonicalize_units(std::string& output, std::vector<CompiledUnit>& units) {
  const auto* start = reinterpret_cast<const uint8_t*>(output.data());
  auto* writable = reinterpret_cast<uint8_t*>(output.data());
  size_t dropped = 0;
  for (CompiledUnit& unit : units) {
    if (unit.code_cache.empty()) continue;
    if (canonicalize({writable + (unit.code_cache.data() - start), unit.code_cache.size()}))
      continue;
    unit.code_cache = {};
    ++dropped;
  }
  return dropped;
}

Status write_input(const std::string& path, const std::vector<const CompileUnit*>& units) {
  AtomicFile file = TRY(AtomicFile::create(path, 0600));
  for (const CompileUnit* unit : units) {
    Bytes head;
    append_u32(head, static_cast<uint32_t>(unit->as));
    append_u32(head, static_cast<uint32_t>(unit->source.size()));
    TRY(file.write(head));
    TRY(file.write(unit->source));
  }
  return file.commit();
}

Result<std::shared_ptr<std::string>> run_compiler(const CompilerTemplate& compiler,
                                                  const TemporaryFolder& folder, size_t number,
                                                  const std::vector<const CompileUnit*>& units) {
  std::string input = folder.file("input-" + std::to_string(number));
  std::string output = folder.file("output-" + std::to_string(number));
  TRY(write_input(input, units));
  ProcessOutcome outcome =
      TRY(run_process({compiler.path, "--expose-internals", "--predictable", "--random-seed=1",
                       folder.file("compiler.js"), input, output},
                      {"LANG=C"}));
  if (outcome.exit_code != 0 || outcome.signal != 0)
    return fail(
        input_error("compiler-failed",
                    "the code-cache compiler ended with code " + std::to_string(outcome.exit_code) +
                        (outcome.signal != 0 ? " by signal " + std::to_string(outcome.signal) : ""))
            .note(outcome.error_output.substr(0, 2000))
            .hinted("the template has to run on this machine: Node 26 needs "
                    "libatomic.so.1 and glibc 2.28"));
  return std::make_shared<std::string>(TRY(real_file_system().read(output, kMaxOutput)));
}

// One group's part of a compiler's output, as the store keeps it.
Bytes serialize(const std::vector<CompiledUnit>& units) {
  Bytes out;
  for (const CompiledUnit& unit : units) {
    append_u32(out, static_cast<uint32_t>(unit.format));
    append_u32(out, static_cast<uint32_t>(unit.code_cache.size()));
    out.insert(out.end(), unit.code_cache.begin(), unit.code_cache.end());
  }
  return out;
}

class Compilation {
 public:
  Compilation(const CompilerTemplate& compiler, const Store& store,
              const std::vector<std::vector<CompileUnit>>& groups)
      : compiler_(compiler), store_(store), groups_(groups) {
    result_.groups.resize(groups.size());
    keys_.resize(groups.size());
  }

  Result<CompiledGroups> run() {
    TRY(recall());
    std::vector<std::vector<size_t>> batches = split();
    if (!batches.empty()) TRY(compile(batches));
    return std::move(result_);
  }

 private:
  Status recall() {
    std::vector<std::shared_ptr<DerivedEntry>> entries(groups_.size());
    TRY(parallel_for(groups_.size(), [&](size_t i) -> Status {
      if (groups_[i].empty()) return {};
      keys_[i] = group_key(compiler_, groups_[i]);
      auto found = TRY(store_.find_derived(kDerivedKind, keys_[i]));
      if (!found) return {};
      auto units = parse_output(found->content, groups_[i].size());
      if (!units) return {};  // not ours to complain about: it is compiled again
      result_.groups[i] = std::move(*units);
      entries[i] = std::make_shared<DerivedEntry>(std::move(*found));
      return {};
    }));
    for (size_t i = 0; i < groups_.size(); ++i) {
      if (entries[i]) result_.storage.push_back(std::move(entries[i]));
      if (result_.groups[i].empty() && !groups_[i].empty()) missing_.push_back(i);
    }
    return {};
  }

  // The missing groups in as many batches as there are cores, the largest first into the lightest.
  std::vector<std::vector<size_t>> split() {
    auto weight = [&](size_t group) {
      size_t bytes = 0;
      for (const CompileUnit& unit : groups_[group]) bytes += unit.source.size() + 500;
      return bytes;
    };
    std::vector<size_t> order = missing_;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return weight(a) > weight(b); });
    size_t count =
        std::min<size_t>(std::max(1u, std::thread::hardware_concurrency()), order.size());
    std::vector<std::vector<size_t>> batches(count);
    std::vector<size_t> load(count, 0);
    for (size_t group : order) {
      auto lightest =
          static_cast<size_t>(std::min_element(load.begin(), load.end()) - load.begin());
      batches[lightest].push_back(group);
      load[lightest] += weight(group);
    }
    return batches;
  }

  Status compile(const std::vector<std::vector<size_t>>& batches) {
    TemporaryFolder folder = TRY(TemporaryFolder::create());
    TRY(write_file_atomically(folder.file("compiler.js"), compiler_script(), 0600));
    std::vector<std::shared_ptr<const std::string>> outputs(batches.size());
    std::vector<size_t> dropped(batches.size(), 0);
    TRY(parallel_for(batches.size(), [&](size_t batch) -> Status {
      std::vector<const CompileUnit*> units;
      for (size_t group : batches[batch])
        for (const CompileUnit& unit : groups_[group]) units.push_back(&unit);
      auto output = TRY(run_compiler(compiler_, folder, batch, units));
      auto compiled = TRY(parse_output(std::string_view(*output), units.size()));
      dropped[batch] = canonicalize_units(*output, compiled);
      outputs[batch] = std::move(output);
      auto next = compiled.begin();
      for (size_t group : batches[batch]) {
        auto end = next + static_cast<ptrdiff_t>(groups_[group].size());
        result_.groups[group].assign(next, end);
        next = end;
        TRY(store_.put_derived(kDerivedKind, keys_[group], serialize(result_.groups[group])));
      }
      return {};
    }));
    for (auto& output : outputs) result_.storage.push_back(std::move(output));
    for (size_t count : dropped) result_.dropped += count;
    for (size_t group : missing_) result_.compiled += groups_[group].size();
    return {};
  }

  const CompilerTemplate& compiler_;
  const Store& store_;
  const std::vector<std::vector<CompileUnit>>& groups_;
  std::vector<std::string> keys_;
  std::vector<size_t> missing_;
  CompiledGroups result_;
};

}  // namespace

Result<CompiledGroups> compile_groups(const CompilerTemplate& compiler, const Store& store,
                                      const std::vector<std::vector<CompileUnit>>& groups) {
  return Compilation(compiler, store, groups).run();
}

}  // namespace ingot
