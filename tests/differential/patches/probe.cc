// patch_probe FILE: carries out the patches of FILE, a JSON array of
// {"manner": "pnpm" | "berry" | "bun", "patch", "files": {path: {"content", "executable"}}},
// contents and patches in hex, and prints a line of JSON for each: the files that came out, in the
// same form, or {"error", "message"}.
#include <fmt/format.h>

#include <cstdio>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/json.h"
#include "packer/unpack/patch.h"

using namespace ingot;

namespace {

std::string bytes_of(std::string_view hex) {
  Bytes bytes = from_hex(hex).value();
  return std::string(bytes.begin(), bytes.end());
}

PatchManner manner_of(std::string_view name) {
  return name == "pnpm"    ? PatchManner::kPnpm
         : name == "berry" ? PatchManner::kBerry
                           : PatchManner::kBun;
}

UnpackedPackage package_of(const JsonCursor& files) {
  std::map<std::string, std::pair<std::string, bool>> contents;
  contents["package.json"] = {R"({"name":"a","version":"1.2.3"})", false};
  for (JsonCursor file : files)
    contents[std::string(file.key())] = {bytes_of(file.find("content")->text()),
                                         file.find_true("executable")};
  auto storage = std::make_shared<Bytes>();
  for (const auto& [path, file] : contents)
    storage->insert(storage->end(), file.first.begin(), file.first.end());
  UnpackedPackage package;
  uint64_t offset = 0;
  for (const auto& [path, file] : contents) {
    package.tarball.files.push_back(
        {path, file.second, *ByteView(*storage).slice(offset, file.first.size())});
    offset += file.first.size();
  }
  package.tarball.storage = storage;
  INGOT_CHECK(read_package("a@1.2.3", package));
  return package;
}

void print_outcome(const JsonCursor& test) {
  UnpackedPackage package = package_of(*test.find("files"));
  PackagePatches patches{manner_of(*test.find_text("manner")),
                         {{"a.patch", bytes_of(*test.find_text("patch")), false}}};
  if (auto status = apply_patches(patches, "a@1.2.3", package); !status) {
    fmt::print("{{\"error\":{},\"message\":{}}}\n", json_quote(status.error().code),
               json_quote(status.error().message));
    return;
  }
  const char* separator = "";
  fmt::print("{{");
  for (const PackageFile& file : package.tarball.files) {
    fmt::print(R"({}{}:{{"content":"{}","executable":{}}})", separator, json_quote(file.path),
               to_hex(file.content), file.executable);
    separator = ",";
  }
  fmt::print("}}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: patch_probe FILE\n");
    return 2;
  }
  auto text = real_file_system().read(argv[1], uint64_t{1} << 30);
  if (!text) return 1;
  auto tests = JsonDocument::parse(std::move(*text), argv[1]);
  if (!tests) return 1;
  for (JsonCursor test : tests->root()) print_outcome(test);
  return 0;
}
