#include "packer/compile/v8/read_only_heap.h"

#include <algorithm>
#include <optional>

#include "packer/compile/v8/number30.h"

namespace ingot {
namespace {

constexpr uint8_t kAllocatePage = 0;
constexpr uint64_t kMaxPageSize = uint64_t{1} << 18;  // V8's, on every platform of ours
constexpr uint64_t kMaxPages = 64;                    // Node has up to 8
constexpr uint64_t kWord = 8;
constexpr uint64_t kHashOffset = 8;
constexpr uint64_t kLengthOffset = 12;
constexpr uint64_t kTextOffset = 16;
// The longest in Node has 182; what claims more is none.
constexpr uint64_t kMaxTextLength = 4096;

Error malformed(uint64_t offset) {
  return input_error("snapshot-malformed",
                     "the read-only heap of the Node binary cannot be read at byte " +
                         std::to_string(offset) + " of its snapshot");
}

struct Segment {
  uint64_t page = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
};

// A word of a page that points to an object.
struct Pointer {
  uint64_t page;
  uint64_t offset;
};

class PartReader {
 public:
  PartReader(ByteView part, const ReadOnlyHeapFormat& format) : part_(part), format_(format) {}

  // Up to and with the table of roots.
  Status run() {
    for (;;) {
      const uint64_t start = at_;
      auto opcode = part_.le<uint8_t>(at_++);
      if (!opcode) return fail(malformed(start));
      Status done;
      if (*opcode == kAllocatePage)
        done = page();
      else if (*opcode == format_.segment)
        done = segment();
      else if (*opcode == format_.relocate_segment)
        done = relocate();
      else if (*opcode == format_.roots_table)
        return roots();
      else
        done = fail(malformed(start));
      if (!done) return fail(malformed(start));
    }
  }

  std::vector<Bytes>& pages() { return pages_; }
  const std::vector<Pointer>& pointers() const { return pointers_; }
  uint32_t string_map() const { return string_map_; }

 private:
  Result<uint32_t> number() { return read_number30(part_, at_); }

  Status page() {
    const uint64_t index = TRY(number());
    const uint64_t size = TRY(number());
    if (index != pages_.size() || index >= kMaxPages || size > kMaxPageSize)
      return fail(malformed(at_));
    pages_.emplace_back(size);
    return {};
  }

  Status segment() {
    segment_.page = TRY(number());
    segment_.offset = TRY(number());
    segment_.size = TRY(number());
    if (segment_.page >= pages_.size()) return fail(malformed(at_));
    Bytes& page = pages_[segment_.page];
    if (segment_.offset % kWord != 0 || segment_.offset > page.size() ||
        segment_.size > page.size() - segment_.offset)
      return fail(malformed(at_));
    const ByteView content = TRY(part_.slice(at_, segment_.size));
    std::copy(content.begin(), content.end(),
              page.begin() + static_cast<ptrdiff_t>(segment_.offset));
    at_ += segment_.size;
    return {};
  }

  Status relocate() {
    const uint64_t words = segment_.size / kWord;
    const ByteView bits = TRY(part_.slice(at_, (words + 7) / 8));
    at_ += bits.size();
    for (uint64_t i = 0; i < words; ++i)
      if ((bits.span()[i / 8] >> (i % 8) & 1) != 0)
        pointers_.push_back({segment_.page, segment_.offset + i * kWord});
    segment_ = {};  // a second time would be a mistake
    return {};
  }

  Status roots() {
    auto map = part_.le<uint32_t>(at_ + uint64_t{format_.string_map} * sizeof(uint32_t));
    if (!map) return fail(malformed(at_));
    string_map_ = *map;
    return {};
  }

  ByteView part_;
  const ReadOnlyHeapFormat& format_;
  uint64_t at_ = 0;
  Segment segment_;
  std::vector<Bytes> pages_;
  std::vector<Pointer> pointers_;
  uint32_t string_map_ = 0;
};

// Nothing: the pointer is not a string's first word after all, but one in the middle of an object.
std::optional<ReadOnlyString> string_at(ByteView page, uint64_t offset) {
  auto hash = page.le<uint32_t>(offset + kHashOffset);
  auto length = page.le<uint32_t>(offset + kLengthOffset);
  if (!hash || !length || *length > kMaxTextLength) return std::nullopt;
  auto text = page.slice(offset + kTextOffset, *length);
  if (!text) return std::nullopt;
  return ReadOnlyString{{}, *hash, text->text()};
}

}  // namespace

Result<ReadOnlyHeap> ReadOnlyHeap::read(ByteView part, const V8Version& version) {
  PartReader reader(part, version.read_only_heap);
  TRY(reader.run());
  ReadOnlyHeap heap;
  heap.pages_ = std::move(reader.pages());
  for (const Pointer& pointer : reader.pointers()) {
    const ByteView page = heap.pages_[pointer.page];
    if (TRY(page.le<uint32_t>(pointer.offset)) != reader.string_map()) continue;
    auto string = string_at(page, pointer.offset);
    if (!string) continue;
    string->place.page = static_cast<uint32_t>(pointer.page);
    string->place.offset =
        static_cast<uint32_t>(pointer.offset + version.read_only_heap.chunk_header);
    heap.strings_.push_back(*string);
  }
  std::sort(heap.strings_.begin(), heap.strings_.end(),
            [](const auto& a, const auto& b) { return a.place < b.place; });
  return heap;
}

}  // namespace ingot
