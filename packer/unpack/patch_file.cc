#include "packer/unpack/patch_file.h"

#include "base/digest.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPatch = uint64_t{64} << 20;

// RFC 4648 section 6, in lower case and without padding.
std::string base32(ByteView bytes) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  unsigned held = 0, bits = 0;
  for (uint8_t byte : bytes) {
    held = (held << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[held >> (bits - 5) & 31];
  }
  if (bits > 0) out += kAlphabet[held << (5 - bits) & 31];
  return out;
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i)
    if (!text.substr(i).starts_with("\r\n")) out += text[i];
  return out;
}

}  // namespace

Result<PackagePatches> read_patches(const FileSystem& files, const std::string& project_folder,
                                    const LockedPackage& package, LockfileKind kind) {
  const PackagePatch& patch = *package.patch;
  PackagePatches all;
  if (kind == LockfileKind::kPnpm) all.manner = PatchManner::kPnpm;
  if (kind == LockfileKind::kYarnBerry) all.manner = PatchManner::kBerry;
  for (const auto& [path, optional] : patch.files) {
    if (path.empty())
      return fail(input_error("patch-missing",
                              "nothing says where the patch of " + package_label(package) + " is")
                      .at(package.position)
                      .hinted("\"patchedDependencies\" in pnpm-workspace.yaml names it"));
    auto text = files.read(join_path(project_folder, path), kMaxPatch);
    if (!text) {
      if (text.error().code != "not-found") return fail(std::move(text.error()));
      return fail(input_error("patch-missing",
                              "the patch of " + package_label(package) + " is not there: " + path)
                      .at(package.position));
    }
    all.files.push_back({path, std::move(*text), optional});
  }
  if (kind == LockfileKind::kPnpm) {
    std::string plain = with_line_feeds(all.text());
    std::string md5 = base32(digest_of(DigestAlgorithm::kMd5, std::string_view(plain)).bytes);
    std::string sha256 = sha256_hex(std::string_view(plain));
    if (patch.digest != md5 && patch.digest != sha256)
      return fail(integrity_error("patch-altered",
                                  "the patch of " + package_label(package) +
                                      " should have the hash " + patch.digest + ", but has " +
                                      (patch.digest.size() == sha256.size() ? sha256 : md5))
                      .at({all.path(), 0, 0})
                      .hinted("if you have changed it, run 'pnpm install'"));
  }
  return all;
}

}  // namespace ingot
