#include "packer/compile/v8/canonical.h"

#include <bit>
#include <cstring>
#include <vector>

#include "packer/compile/v8/objects.h"

namespace ingot {
namespace {

static_assert(std::endian::native == std::endian::little);

// A 32-bit value of the stream that is to be replaced.
struct Correction {
  uint64_t at;
  uint32_t value;
};

class Canonicalizer {
 public:
  Canonicalizer(ByteView stream, const V8Version& version)
      : stream_(stream), version_(version), objects_(stream, version) {}

  // What has to change, after the whole stream was found to be as expected.
  Result<std::vector<Correction>> run() {
    while (auto raw = TRY(objects_.next())) {
      if (raw->map == version_.script.map)
        TRY(script(*raw));
      else if (raw->map == version_.shared_function.map)
        TRY(shared_function(*raw));
      else if (raw->map == version_.bytecode_array.map)
        TRY(bytecode_array(*raw));
    }
    uint32_t scripts = 0, functions = 0, arrays = 0;
    for (uint32_t map : objects_.maps()) {
      scripts += map == version_.script.map;
      functions += map == version_.shared_function.map;
      arrays += map == version_.bytecode_array.map;
    }
    // Each of them has been corrected once, for a second time would be a second correction.
    if (scripts != 1 || scripts_ != 1 || functions == 0 || functions_ != functions ||
        arrays_ != arrays || measured_ != arrays)
      return fail(unexpected("objects"));
    return std::move(corrections_);
  }

 private:
  static bool has(const RawField& raw, uint32_t offset) {
    return offset >= raw.offset && offset - raw.offset < raw.size;
  }
  static Error unexpected(const char* what) {
    return input_error("code-cache-malformed", std::string("the ") + what +
                                                   " of the code cache are not laid out as "
                                                   "in this version of V8");
  }

  // A field of four bytes that is in the raw data. (Words are never split between tokens.)
  uint32_t read(const RawField& raw, uint32_t offset) const {
    uint32_t value = 0;
    std::memcpy(&value, stream_.data() + raw.data + (offset - raw.offset), sizeof(value));
    return value;
  }
  void correct(const RawField& raw, uint32_t offset, uint32_t value) {
    corrections_.push_back({raw.data + (offset - raw.offset), value});
  }

  Status script(const RawField& raw) {
    const ScriptLayout& layout = version_.script;
    if (raw.object_size != layout.size) return fail(unexpected("Script"));
    if (!has(raw, layout.id)) return {};
    if (read(raw, layout.id) != 0) return fail(unexpected("Script"));  // not a Smi
    correct(raw, layout.id + 4, 1);
    ++scripts_;
    return {};
  }

  Status shared_function(const RawField& raw) {
    const SharedFunctionLayout& layout = version_.shared_function;
    if (raw.object_size != layout.size) return fail(unexpected("SharedFunctionInfos"));
    if (!has(raw, layout.unique_id)) return {};
    if (!has(raw, layout.age) || read(raw, layout.age) != 0)
      return fail(unexpected("SharedFunctionInfos"));
    correct(raw, layout.unique_id, ++functions_);
    return {};
  }

  Status bytecode_array(const RawField& raw) {
    const BytecodeArrayLayout& layout = version_.bytecode_array;
    if (has(raw, layout.length)) {
      // The length, a Smi, has to explain the size of the object.
      const uint64_t length = read(raw, layout.length + 4);
      if (read(raw, layout.length) != 0 || align_up(layout.bytes + length, 8) != raw.object_size)
        return fail(unexpected("BytecodeArrays"));
      ++measured_;
    }
    if (!has(raw, layout.padding)) return {};
    correct(raw, layout.padding, 0);
    ++arrays_;
    return {};
  }

  ByteView stream_;
  const V8Version& version_;
  ObjectReader objects_;
  std::vector<Correction> corrections_;
  uint32_t scripts_ = 0;
  uint32_t functions_ = 0;
  uint32_t arrays_ = 0;
  uint32_t measured_ = 0;  // arrays whose length was seen
};

}  // namespace

Status canonicalize(std::span<uint8_t> cache, const V8Version& version) {
  const ByteView view(cache.data(), cache.size());
  const CodeCacheHeader header = TRY(read_code_cache_header(view));
  if (header.version_hash != version.version_hash)
    return fail(input_error("code-cache-version",
                            "the code cache is not of V8 " + std::string(version.name)));
  const ByteView stream = TRY(view.slice_from(sizeof(CodeCacheHeader)));
  const auto corrections = TRY(Canonicalizer(stream, version).run());
  for (const Correction& correction : corrections)
    std::memcpy(cache.data() + sizeof(CodeCacheHeader) + correction.at, &correction.value,
                sizeof(correction.value));
  return {};
}

Status canonicalize(std::span<uint8_t> cache) {
  const CodeCacheHeader header = TRY(read_code_cache_header(ByteView(cache.data(), cache.size())));
  return canonicalize(cache, *TRY(find_v8_version(header.version_hash)));
}

}  // namespace ingot
