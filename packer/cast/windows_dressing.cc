#include "packer/cast/windows_dressing.h"

#include <algorithm>

#include "base/json.h"
#include "base/utf8.h"
#include "lockfile/semver.h"
#include "packer/executable/pe/icon.h"

namespace ingot {
namespace {

constexpr uint64_t kLargestNumber = 0xffff;

// Windows shows one line: control characters become spaces, and what is too long ends with dots.
std::string one_line(std::string_view text) {
  constexpr std::string_view kDots = "...";
  std::string out(text);
  for (char& c : out)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = ' ';
  if (out.size() <= pe::kMaxVersionText) return out;
  size_t end = 0;
  while (true) {
    size_t size = std::max<size_t>(utf8_sequence(std::string_view(out).substr(end)), 1);
    if (end + size > pe::kMaxVersionText - kDots.size()) break;
    end += size;
  }
  return out.substr(0, end).append(kDots);
}

// "Jane Doe <jane@example.org> (https://example.org)" -> "Jane Doe"
std::string person_name(std::string_view text) {
  std::string_view name = text.substr(0, text.find_first_of("<("));
  while (name.ends_with(' ')) name.remove_suffix(1);
  return std::string(name);
}

struct PackageTexts {
  std::string description;
  std::string author;
  std::string license;
};

Result<PackageTexts> read_texts(const FileSystem& files, const Project& project) {
  std::string path = join_path(project.folder, "package.json");
  std::string text = TRY(files.read(path, kMaxManifest));
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), path));
  JsonCursor root = document.root();
  PackageTexts out;
  out.description = root.find_text("description").value_or("");
  out.license = root.find_text("license").value_or("");
  if (auto author = root.find("author"))
    out.author = author->is_string() ? person_name(author->text())
                                     : std::string(author->find_text("name").value_or(""));
  return out;
}

// Windows counts to 65535; a larger part is shown as that, and in full in the texts.
std::array<uint16_t, 4> numbers_of(std::string_view version) {
  if (auto numbers = windows_version(version)) return *numbers;
  auto parsed = Version::parse(version, SemverMode::kLoose);
  if (!parsed) return {};
  auto part = [](uint64_t number) {
    return static_cast<uint16_t>(std::min(number, kLargestNumber));
  };
  return {part(parsed->major), part(parsed->minor), part(parsed->patch), 0};
}

std::string copyright_of(const PackageTexts& texts) {
  std::string license = texts.license.empty() ? "" : "License: " + texts.license;
  if (texts.author.empty()) return license;
  return "Copyright " + texts.author + (license.empty() ? "" : ". " + license);
}

}  // namespace

std::optional<std::array<uint16_t, 4>> windows_version(std::string_view text) {
  std::array<uint16_t, 4> numbers = {};
  for (size_t i = 0; i < numbers.size(); ++i) {
    size_t end = std::min(text.find('.'), text.size());
    uint64_t number = 0;
    if (end == 0 || end > 5) return std::nullopt;
    for (char digit : text.substr(0, end)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      number = number * 10 + static_cast<uint64_t>(digit - '0');
    }
    if (number > kLargestNumber) return std::nullopt;
    numbers[i] = static_cast<uint16_t>(number);
    text.remove_prefix(end);
    if (text.empty()) return numbers;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

Result<pe::Dressing> windows_dressing(const FileSystem& files, const Project& project,
                                      const WindowsOptions& options) {
  pe::Dressing out;
  out.hide_console = options.hide_console;
  if (options.icon) {
    std::string icon = TRY(files.read(*options.icon, pe::kMaxIconFile));
    out.icon = Bytes(icon.begin(), icon.end());
    if (auto images = pe::read_icon(*out.icon); !images)
      return fail(std::move(images.error()).at({*options.icon, 0, 0}));
  }
  PackageTexts texts = TRY(read_texts(files, project));
  pe::VersionInfo info;
  const std::string name = project.short_name();
  info.version = one_line(options.version.value_or(project.manifest.version));
  info.number = numbers_of(info.version);
  info.product_name = one_line(options.title.value_or(name));
  std::string description = texts.description.empty() ? info.product_name : texts.description;
  info.description = one_line(options.description.value_or(description));
  info.company = one_line(options.publisher.value_or(texts.author));
  info.copyright = one_line(options.copyright.value_or(copyright_of(texts)));
  info.internal_name = one_line(name);
  info.original_filename = one_line(name + ".exe");
  out.version = std::move(info);
  return out;
}

SealedWindows seal_windows(const pe::Dressing& dressing, const Digest& digest) {
  SealedWindows sealed;
  sealed.sha256 = digest.hex();
  if (dressing.icon) sealed.icon_sha256 = sha256_hex(*dressing.icon);
  if (dressing.version) {
    sealed.title = dressing.version->product_name;
    sealed.version = dressing.version->version;
    sealed.description = dressing.version->description;
    sealed.publisher = dressing.version->company;
    sealed.copyright = dressing.version->copyright;
  }
  sealed.hide_console = dressing.hide_console;
  return sealed;
}

}  // namespace ingot
