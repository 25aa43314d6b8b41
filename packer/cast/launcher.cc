#include "packer/cast/launcher.h"

namespace ingot {

SeaContent launcher_of(ByteView stub, ByteSource payload) {
  SeaContent content;
  content.main_code = stub;
  content.assets.push_back({std::string(kPayloadAsset), std::move(payload)});
  content.aligned_asset = std::string(kPayloadAsset);
  // runtime/internals.js needs the first, and hides both again. The second lets a program start
  // without collecting its young garbage every megabyte: 8 % of eslint's start, for at most 12 MB.
  content.exec_argv = {"--expose-internals", "--min-semi-space-size=8"};
  return content;
}

}  // namespace ingot
