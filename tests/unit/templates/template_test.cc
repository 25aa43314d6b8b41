#include "templates/template.h"

#include <archive.h>
#include <archive_entry.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/digest.h"
#include "base/mapped_file.h"

using namespace ingot;

namespace {

struct Member {
  std::string path;
  std::string content;
  unsigned type = AE_IFREG;
};

Bytes make_tarball(const std::vector<Member>& members) {
  Bytes out(1 << 20);
  size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_ustar(writer);
  REQUIRE(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
  for (const Member& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.path.c_str());
    archive_entry_set_filetype(entry, member.type);
    archive_entry_set_perm(entry, 0644);
    if (member.type == AE_IFLNK) archive_entry_set_symlink(entry, member.content.c_str());
    if (member.type == AE_IFREG)
      archive_entry_set_size(entry, static_cast<la_int64_t>(member.content.size()));
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    if (member.type == AE_IFREG)
      archive_write_data(writer, member.content.data(), member.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

TemplatePin pin_of(const std::string& binary, const std::string& digest) {
  TemplatePin pin = template_pins()[0];
  pin.binary_sha256 = digest;
  pin.binary_size = binary.size();
  return pin;
}

class Folder {
 public:
  Folder() {
    std::filesystem::remove_all(path_);
    REQUIRE(make_directories(path_));
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ + "/node"; }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "ingot-unit-templates";
};

const std::string kBinary =
    "\x7f"
    "ELF and so on";

}  // namespace

TEST_CASE("the pinned binary comes out of the tarball unchanged") {
  Folder folder;
  std::string digest = sha256_hex(std::string_view(kBinary));
  Bytes tarball = make_tarball({{"package/LICENSE", "free"}, {"package/bin/node", kBinary}});
  auto out = AtomicFile::create(folder.file(), 0755);
  REQUIRE(out);
  REQUIRE(extract_template(tarball, pin_of(kBinary, digest), *out));
  REQUIRE(out->commit());
  CHECK(MappedFile::open(folder.file())->bytes().text() == kBinary);
}

TEST_CASE("a binary that differs from its pin is refused as an integrity failure") {
  Folder folder;
  std::string digest = sha256_hex(std::string_view(kBinary));
  std::string changed = kBinary;
  changed.back() ^= 1;
  Bytes tarball = make_tarball({{"package/bin/node", changed}});
  auto out = AtomicFile::create(folder.file(), 0755);
  REQUIRE(out);
  auto extracted = extract_template(tarball, pin_of(kBinary, digest), *out);
  REQUIRE_FALSE(extracted);
  CHECK(extracted.error().code == "template-digest-mismatch");
  CHECK(extracted.error().kind == ErrorKind::kIntegrity);
  CHECK(check_template(std::string_view(changed), pin_of(kBinary, digest)).error().code ==
        "template-digest-mismatch");
  CHECK(check_template(std::string_view(kBinary), pin_of(kBinary, digest)));
}

TEST_CASE("a tarball that cannot hold the pinned binary is refused by name") {
  Folder folder;
  auto code_of = [&](ByteView tarball) {
    auto out = AtomicFile::create(folder.file(), 0755);
    REQUIRE(out);
    auto extracted = extract_template(tarball, pin_of(kBinary, std::string(64, '0')), *out);
    REQUIRE_FALSE(extracted);
    return extracted.error().code;
  };
  CHECK(code_of(make_tarball({{"package/bin/other", kBinary}})) == "template-member-missing");
  CHECK(code_of(make_tarball({{"bin/node", kBinary}})) == "template-member-missing");
  CHECK(code_of(make_tarball({{"package/bin/node", "/etc/passwd", AE_IFLNK}})) ==
        "template-member-missing");
  CHECK(code_of(make_tarball({{"package/bin/node", kBinary + "!"}})) ==
        "template-member-too-large");
  CHECK(code_of(std::string_view("not a tarball")) == "template-archive-broken");
  Bytes whole = make_tarball({{"package/bin/node", kBinary}});
  CHECK(code_of(ByteView(whole.data(), whole.size() / 2)) == "template-archive-broken");
}

TEST_CASE("a template of the user's own is held to the digest the user gives") {
  std::string digest = sha256_hex(std::string_view(kBinary));
  std::string upper = digest;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  CHECK(check_user_template(std::string_view(kBinary), digest));
  CHECK(check_user_template(std::string_view(kBinary), upper));
  auto other = check_user_template(std::string_view("other"), digest);
  REQUIRE_FALSE(other);
  CHECK(other.error().code == "template-digest-mismatch");
  CHECK(exit_code(other.error().kind) == 3);
  for (std::string_view bad : {"", "00", "sha256-abc"}) {
    auto malformed = check_user_template(std::string_view(kBinary), bad);
    REQUIRE_FALSE(malformed);
    CHECK(malformed.error().code == "template-digest-malformed");
  }
}

TEST_CASE("another member is read up to a limit") {
  Bytes tarball = make_tarball({{"package/bin/node", kBinary}, {"package/LICENSE", "free"}});
  CHECK(read_template_member(tarball, "LICENSE", 4).value() == "free");
  CHECK(read_template_member(tarball, "LICENSE", 3).error().code == "template-member-too-large");
  CHECK(read_template_member(tarball, "NOTICE", 9).error().code == "template-member-missing");
}
