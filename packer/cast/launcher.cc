#include "packer/cast/launcher.h"

namespace ingot {

SeaContent launcher_of(ByteView stub, ByteSource payload) {
  SeaContent content;
  content.main_code = stub;
  content.assets.push_back({std::string(kPayloadAsset), std::move(payload)});
  content.aligned_asset = std::string(kPayloadAsset);
  content.exec_argv = {"--expose-internals"};  // for runtime/internals.js, which hides them again
  return content;
}

}  // namespace ingot
