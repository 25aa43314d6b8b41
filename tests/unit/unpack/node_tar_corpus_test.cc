// The archives of node-tar's own suite, with the entries that its parser reports. What differs is
// listed with the reason; anything else that differs is a failure.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "base/file_system.h"
#include "base/json.h"
#include "packer/unpack/tar_reader.h"
#include "packer/unpack/tarball.h"

using namespace ingot;

namespace {

const std::string kCorpus = INGOT_SHARED_DIR "/corpora/node-tar";

// Archives that node-tar reads on after warning, and that we refuse as a whole.
const std::map<std::string, std::string> kRefusedAsDamaged = {
    {"bad-cksum",
     "node-tar skips to the next header; a broken header in verified bytes is an error"},
    {"links-invalid",
     "node-tar skips a link without a target; libarchive returns it, and the policy "
     "refuses it or drops it"},
    {"path-missing", "node-tar skips an entry without a name; the policy refuses it"},
};

bool corpus_is_there() {
  if (real_file_system().is_directory(kCorpus)) return true;
  WARN("skipped: " << kCorpus << " is not there");
  return false;
}

std::string read(const std::string& path) {
  auto text = real_file_system().read(path, 64 << 20);
  REQUIRE(text);
  return *text;
}

// "File path size" lines.
std::string expected_entries(const std::string& name) {
  auto document = JsonDocument::parse(read(kCorpus + "/parse/" + name + ".json"), name);
  REQUIRE(document);
  std::string out;
  for (JsonCursor event : document->root()) {
    auto part = event.begin();
    if ((*part).text() != "entry") continue;
    JsonCursor entry = *++part;
    std::string type(*entry.find_text("type"));
    out += type + " " + std::string(*entry.find_text("path"));
    if (type == "File") out += " " + std::string(entry.find("size")->text());
    if (type.ends_with("Link")) out += " -> " + std::string(*entry.find_text("linkpath"));
    if (entry.find("mode") && type == "File")
      out += std::stoi(std::string(entry.find("mode")->text())) & 0111 ? " x" : "";
    out += "\n";
  }
  return out;
}

std::string actual_entries(const std::string& archive) {
  std::string label = "corpus";
  TarReader reader{std::string_view(archive), label};
  std::string out;
  while (true) {
    auto entry = reader.next();
    if (!entry) return out + "! " + entry.error().code + "\n";
    if (!*entry) return out;
    const TarEntry& e = **entry;
    switch (e.kind) {
      case TarEntryKind::kFile: {
        auto content = reader.content();
        out += "File " + e.path + " " + (content ? std::to_string(content->size()) : "!");
        out += e.executable ? " x" : "";
        break;
      }
      case TarEntryKind::kDirectory:
        out += "Directory " + e.path;
        break;
      case TarEntryKind::kSymbolicLink:
        out += "SymbolicLink " + e.path + " -> " + e.link_target;
        break;
      case TarEntryKind::kHardLink:
        out += "Link " + e.path + " -> " + e.link_target;
        break;
      default:
        out += "Other " + e.path;
    }
    out += "\n";
  }
}

std::string refusal(const std::string& name) {
  std::string bytes = read(kCorpus + "/" + name);
  auto result = unpack_tarball(std::string_view(bytes), name);
  return result ? "accepted" : result.error().code;
}

}  // namespace

TEST_CASE("the entries of node-tar's archives are the ones its parser reports") {
  if (!corpus_is_there()) return;
  size_t compared = 0, refused = 0;
  auto archives = real_file_system().list(kCorpus + "/tars");
  REQUIRE(archives);
  for (const DirectoryEntry& file : *archives) {
    std::string name = file.name.substr(0, file.name.rfind('.'));
    CAPTURE(name);
    if (kRefusedAsDamaged.contains(name)) {
      CHECK(refusal("tars/" + file.name) != "accepted");
      ++refused;
      continue;
    }
    CHECK(actual_entries(read(kCorpus + "/tars/" + file.name)) == expected_entries(name));
    ++compared;
  }
  std::cout << compared << " archives compared with node-tar, " << refused << " refused\n";
  CHECK(compared >= 10);
}

TEST_CASE("node-tar's odd archives get the answer that the policy gives") {
  if (!corpus_is_there()) return;
  CHECK(refusal("excessively-deep.tar") == "tarball-entry-name");
  CHECK(refusal("dir-normalization.tar") == "tarball-entry-escapes");  // an absolute link target
  std::string bytes = read(kCorpus + "/sync-gzip-fail.tgz");
  auto small = unpack_tarball(std::string_view(bytes), "x");
  REQUIRE(small);
  CHECK(small->files.size() == 10);
  std::string long_link = actual_entries(read(kCorpus + "/long-linkname.tar"));
  CHECK(long_link.starts_with("SymbolicLink test -> aaaa"));
  CHECK(long_link.ends_with("averylongname\n"));  // GNU tar lists the same
}
