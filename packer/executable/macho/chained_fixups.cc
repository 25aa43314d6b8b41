#include "packer/executable/macho/chained_fixups.h"

#include <algorithm>
#include <vector>

namespace ingot::macho {
namespace {

constexpr uint64_t kMaxHeadSize = 4096;

struct FixupsHeader {
  uint32_t version = 0;
  uint32_t starts = 0;
  uint32_t imports = 0;
  uint32_t symbols = 0;
  uint32_t import_count = 0;
  uint32_t import_format = 0;
  uint32_t symbols_format = 0;
};
static_assert(sizeof(FixupsHeader) == 28, "dyld_chained_fixups_header");

struct Head {
  FixupsHeader header;
  std::vector<uint32_t> starts;  // offsets from the header's `starts`, one per segment
  uint64_t size = 0;             // bytes
};

Error malformed(const std::string& what) {
  return input_error("macho-fixups-malformed",
                     "the chained fixups of the Mach-O executable are damaged: " + what);
}

Result<Head> read_head(ByteView data, uint64_t segment_count) {
  auto header = data.record<FixupsHeader>(0);
  if (!header) return fail(malformed("they are cut off"));
  if (header->version != 0) return fail(malformed("they are of an unknown version"));
  if (header->starts < sizeof(FixupsHeader) || header->imports <= header->starts ||
      header->symbols < header->imports)
    return fail(malformed("their parts are not in order"));
  auto count = data.le<uint32_t>(header->starts);
  if (!count || *count != segment_count)
    return fail(malformed("they do not know the number of segments"));
  Head head{*header, {}, 0};
  uint64_t first = header->imports - header->starts;
  for (uint64_t i = 0; i < *count; ++i) {
    auto start = data.le<uint32_t>(header->starts + 4 + 4 * i);
    if (!start) return fail(malformed("they are cut off"));
    if (*start >= header->imports - header->starts)
      return fail(malformed("their parts are not in order"));
    head.starts.push_back(*start);
    if (*start != 0) first = std::min<uint64_t>(first, *start);
  }
  head.size = header->starts + first;
  if (first < 4 + 4 * segment_count || head.size > kMaxHeadSize)
    return fail(malformed("the lists of segments overlap"));
  return head;
}

template <typename T>
void put(Bytes& out, uint64_t at, const T& value) {
  INGOT_CHECK(at + sizeof(value) <= out.size());
  std::memcpy(out.data() + at, &value, sizeof(value));
}

}  // namespace

Result<uint64_t> fixups_head_size(ByteView data, uint64_t segment_count) {
  return TRY(read_head(data, segment_count)).size;
}

Result<Bytes> add_fixups_segment(ByteView bytes, uint64_t segment_count) {
  Head head = TRY(read_head(bytes, segment_count));
  if (head.starts.empty() || head.size != bytes.size())
    return fail(malformed("their head is cut off"));
  uint64_t room = head.size - head.header.starts;
  uint64_t growth = 4 + 4 * (segment_count + 1) > room ? kFixupsGrowth : 0;
  auto moved = [&](uint32_t offset) {
    return offset == 0 ? 0 : static_cast<uint32_t>(offset + growth);
  };
  if (head.header.symbols > ~uint32_t{0} - kFixupsGrowth)
    return fail(malformed("they are too large"));

  Bytes out(head.size + growth);
  // What lies between the header and the starts stays.
  std::copy_n(bytes.begin(), head.header.starts, out.begin());
  head.header.imports = moved(head.header.imports);
  head.header.symbols = moved(head.header.symbols);
  put(out, 0, head.header);
  head.starts.insert(head.starts.end() - 1, 0);
  uint64_t at = head.header.starts;
  put(out, at, static_cast<uint32_t>(segment_count + 1));
  for (uint32_t start : head.starts) put(out, at += 4, moved(start));
  return out;
}

Result<Bytes> drop_first_segment(ByteView bytes, uint64_t segment_count) {
  Head head = TRY(read_head(bytes, segment_count));
  if (head.starts.empty() || head.size != bytes.size())
    return fail(malformed("their head is cut off"));
  if (head.starts.front() != 0) return fail(malformed("the first segment has some"));
  Bytes out(bytes.begin(), bytes.end());
  uint64_t at = head.header.starts;
  put(out, at, static_cast<uint32_t>(segment_count - 1));
  for (size_t i = 1; i < head.starts.size(); ++i) put(out, at += 4, head.starts[i]);
  put(out, at += 4, uint32_t{0});
  return out;
}

}  // namespace ingot::macho
