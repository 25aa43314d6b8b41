// A tar archive as it comes out of a package's tarball, and the same bytes as a tarball.
#include "packer/unpack/package.h"
#include "packer/unpack/patch.h"
#include "tests/unit/unpack/tar_builder.h"

using namespace ingot;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const TarballLimits limits{.entries = 1000, .file_bytes = 1 << 20, .total_bytes = 4 << 20};
  auto package = unpack_package(std::string_view(testing::gzip(bytes)), "fuzz@1.0.0", limits);
  if (package)
    for (const PackageFile& file : package->tarball.files) INGOT_CHECK(!file.path.starts_with("/"));
  (void)unpack_package(std::string_view(bytes), "fuzz@1.0.0", limits);
  return 0;
}
