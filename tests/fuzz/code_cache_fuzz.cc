// V8's serializer stream: its tokens in each dialect, and a whole code cache made canonical. The
// header is made to name a known V8, so that what lies behind it is looked at.
#include <cstring>

#include "packer/compile/v8/canonical.h"
#include "packer/compile/v8/snapshot.h"
#include "packer/compile/v8/tokens.h"

using namespace ingot;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView stream(data, size);
  for (const V8Version& version : known_v8_versions()) {
    TokenReader reader(stream, version);
    Token token;
    uint64_t end = 0;
    while (reader.next(token)) {
      INGOT_CHECK(token.start == end && token.end > token.start && token.end <= size);
      end = token.end;
    }
    (void)reader.status();
    Bytes cache(data, data + size);
    (void)canonicalize(cache, version);
  }
  Bytes cache(data, data + size);
  (void)canonicalize(cache);
  (void)find_node_snapshot(stream);
  return 0;
}
