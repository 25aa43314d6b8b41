#include "packer/executable/byte_source.h"

#include <memory>

namespace ingot {

ByteSource source_of(ByteView view) {
  return {view.size(), [view](const ByteSink& sink) { return sink(view); }};
}

ByteSource source_of(Bytes bytes) {
  auto owned = std::make_shared<const Bytes>(std::move(bytes));
  return {owned->size(), [owned](const ByteSink& sink) { return sink(*owned); }};
}

ByteSource source_of(std::vector<ByteView> pieces) {
  std::vector<ByteSource> sources;
  for (ByteView piece : pieces) sources.push_back(source_of(piece));
  return concatenate(std::move(sources));
}

ByteSource concatenate(std::vector<ByteSource> sources) {
  uint64_t size = 0;
  for (const ByteSource& source : sources) {
    auto sum = checked_add(size, source.size);
    INGOT_CHECK(sum);
    size = *sum;
  }
  auto owned = std::make_shared<const std::vector<ByteSource>>(std::move(sources));
  return {size, [owned](const ByteSink& sink) -> Status {
            for (const ByteSource& source : *owned) TRY(drain(source, sink));
            return {};
          }};
}

Status drain(const ByteSource& source, const ByteSink& sink) {
  uint64_t written = 0;
  TRY(source.write_to([&](ByteView bytes) {
    written += bytes.size();
    return sink(bytes);
  }));
  INGOT_CHECK(written == source.size);
  return {};
}

}  // namespace ingot
