#include "packer/executable/pe/check_layout.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "packer/executable/fuse.h"

namespace ingot::pe {
namespace {

constexpr uint64_t kPage = 0x1000;
constexpr uint64_t kBlobAlignment = 64;
constexpr uint64_t kLargestImage = uint64_t{1} << 31;
constexpr uint64_t kImageBaseAlignment = 0x10000;
constexpr uint32_t kCode = 0x20000000, kReadable = 0x40000000, kWritable = 0x80000000;
constexpr uint32_t kTypeRawData = 10;  // RT_RCDATA
constexpr std::u16string_view kWanted = u"NODE_SEA_BLOB";
constexpr int kTreeLevels = 3;
constexpr size_t kMaxTreeEntries = 65536;

Error broken(const std::string& rule) {
  return input_error("pe-layout", "the executable would not load: " + rule);
}

Status require(bool kept, const char* rule) {
  if (kept) return {};
  return fail(broken(rule));
}

struct Range {
  uint64_t start = 0;
  uint64_t size = 0;

  uint64_t end() const { return start + size; }
  bool contains(uint64_t at, uint64_t bytes) const {
    return at >= start && at - start <= size && bytes <= size - (at - start);
  }
};

struct Section {
  Range memory;
  Range data;  // in the file
  uint32_t flags = 0;
};

struct Loadable {
  uint64_t optional = 0;  // offset of the optional header
  uint64_t image_size = 0;
  std::vector<Section> sections;
  Range resources;     // in memory
  Range certificates;  // in the file

  const Section* section_at(uint64_t address, uint64_t size) const {
    for (const Section& section : sections)
      if (section.memory.contains(address, size)) return &section;
    return nullptr;
  }
};

// Fields are read by their offsets in Microsoft's tables.
class HeaderReader {
 public:
  explicit HeaderReader(ByteView file) : file_(file) {}

  Result<Loadable> read() {
    TRY(require(file_.text().starts_with("MZ"), "no MZ"));
    uint64_t start = TRY(field<uint32_t>(0x3c));
    TRY(require(start % 4 == 0 && TRY(field<uint32_t>(start)) == 0x4550, "no PE header"));
    uint64_t coff = start + 4;
    uint16_t machine = TRY(field<uint16_t>(coff));
    TRY(require(machine == 0x8664 || machine == 0xaa64, "unknown machine"));
    uint16_t count = TRY(field<uint16_t>(coff + 2));
    uint16_t flags = TRY(field<uint16_t>(coff + 18));
    TRY(require((flags & 0x2002) == 2, "not an executable image, or a library"));
    out_.optional = coff + 20;
    TRY(require(TRY(field<uint16_t>(coff + 16)) == 240, "odd size of the optional header"));
    TRY(require(count > 0 && count <= 96, "impossible number of sections"));
    TRY(read_optional());
    TRY(read_sections(out_.optional + 240, count));
    TRY(read_directories());
    return std::move(out_);
  }

 private:
  template <typename T>
  Result<T> field(uint64_t at) {
    auto value = file_.le<T>(at);
    if (!value) return fail(broken("its headers are cut off"));
    return *value;
  }

  Status read_optional() {
    uint64_t at = out_.optional;
    TRY(require(TRY(field<uint16_t>(at)) == 0x20b, "not PE32+"));
    entry_ = TRY(field<uint32_t>(at + 16));
    TRY(require(TRY(field<uint64_t>(at + 24)) % kImageBaseAlignment == 0, "odd image base"));
    section_alignment_ = TRY(field<uint32_t>(at + 32));
    file_alignment_ = TRY(field<uint32_t>(at + 36));
    out_.image_size = TRY(field<uint32_t>(at + 56));
    headers_size_ = TRY(field<uint32_t>(at + 60));
    uint16_t subsystem = TRY(field<uint16_t>(at + 68));
    TRY(require(std::has_single_bit(section_alignment_) && std::has_single_bit(file_alignment_) &&
                    section_alignment_ >= kPage && file_alignment_ >= 512 &&
                    file_alignment_ <= 65536 && section_alignment_ >= file_alignment_,
                "impossible alignments"));
    TRY(require(subsystem == 2 || subsystem == 3, "neither a console nor a windowed program"));
    return require(TRY(field<uint32_t>(at + 108)) == 16, "not 16 data directories");
  }

  // The kernel wants each section to begin where the one before it ends.
  Status read_sections(uint64_t at, uint16_t count) {
    TRY(require(at + 40 * uint64_t{count} <= headers_size_ && headers_size_ <= file_.size() &&
                    headers_size_ % file_alignment_ == 0,
                "the headers have an impossible size"));
    uint64_t memory_end = align_up(headers_size_, section_alignment_);
    uint64_t file_end = headers_size_;
    for (; count > 0; --count, at += 40) {
      Section section;
      section.memory = {TRY(field<uint32_t>(at + 12)), TRY(field<uint32_t>(at + 8))};
      section.data = {TRY(field<uint32_t>(at + 20)), TRY(field<uint32_t>(at + 16))};
      section.flags = TRY(field<uint32_t>(at + 36));
      TRY(require(section.memory.start == memory_end && section.memory.size > 0,
                  "a section does not begin where the one before it ends"));
      memory_end = align_up(section.memory.end(), section_alignment_);
      if (section.data.size > 0) {
        TRY(require(
            section.data.start % file_alignment_ == 0 && section.data.size % file_alignment_ == 0,
            "a section is not aligned in the file"));
        TRY(require(section.data.start >= file_end, "sections overlap in the file"));
        file_end = section.data.end();
        TRY(require(file_end <= file_.size(), "a section is not inside the file"));
      }
      out_.sections.push_back(section);
    }
    TRY(require(out_.image_size == memory_end, "the image is not as large as its sections"));
    TRY(require(out_.image_size < kLargestImage, "the image is larger than 2 GiB"));
    const Section* code = out_.section_at(entry_, 1);
    data_end_ = file_end;
    return require(code != nullptr && (code->flags & kCode) != 0, "the entry point is not in code");
  }

  Status read_directories() {
    for (uint64_t i = 0; i < 16; ++i) {
      uint64_t at = out_.optional + 112 + 8 * i;
      Range range{TRY(field<uint32_t>(at)), TRY(field<uint32_t>(at + 4))};
      if (i == 4) {
        out_.certificates = range;
        continue;
      }
      if (i == 2) out_.resources = range;
      if (range.start == 0 && range.size == 0) continue;
      TRY(require(out_.section_at(range.start, range.size) != nullptr,
                  "a data directory is not inside a section"));
    }
    return check_certificates();
  }

  Status check_certificates() {
    Range range = out_.certificates;
    if (range.start == 0 && range.size == 0)
      return require(data_end_ == file_.size(), "there are bytes after the last section");
    TRY(require(range.start == data_end_ && range.start % 8 == 0 && range.size > 0 &&
                    range.end() == file_.size(),
                "the certificates are not the end of the file"));
    for (uint64_t at = range.start; at < range.end();) {
      uint64_t length = TRY(field<uint32_t>(at));
      TRY(require(length > 8 && length <= range.end() - at, "a certificate has an odd length"));
      at += align_up(length, 8);
    }
    return {};
  }

  ByteView file_;
  Loadable out_;
  uint64_t entry_ = 0;
  uint64_t section_alignment_ = 0;
  uint64_t file_alignment_ = 0;
  uint64_t headers_size_ = 0;
  uint64_t data_end_ = 0;  // in the file
};

// The resource tree as the system sees it: in memory, from the directory's address on.
class ResourceTree {
 public:
  ResourceTree(const Loadable& loadable, ByteView file) : loadable_(loadable), file_(file) {}

  // Every directory and entry, and that they are in the order that a binary search needs.
  Status check() {
    const Section* section = loadable_.section_at(loadable_.resources.start, 1);
    TRY(require(section != nullptr && loadable_.resources.size > 0, "there are no resources"));
    uint64_t inside = loadable_.resources.start - section->memory.start;
    TRY(require(section->data.contains(section->data.start + inside, loadable_.resources.size),
                "the resources are not in the file"));
    base_ = section->data.start + inside;
    return check_directory(0, 0);
  }

  struct Data {
    uint64_t address = 0;
    uint64_t size = 0;
  };

  // As FindResource does it: by type and name, in whatever language comes first.
  Result<Data> find_blob() {
    uint32_t type = TRY(find_entry(0, kTypeRawData, {}));
    uint32_t name = TRY(find_entry(type & 0x7fffffff, 0, kWanted));
    uint32_t entry = TRY(u32((name & 0x7fffffff) + 16 + 4));
    return Data{TRY(u32(entry)), TRY(u32(entry + 4))};
  }

 private:
  template <typename T>
  Result<T> field(uint64_t at) {
    if (!Range{0, loadable_.resources.size}.contains(at, sizeof(T)))
      return fail(broken("a resource entry is misplaced"));
    return file_.le<T>(base_ + at);
  }
  Result<uint32_t> u32(uint64_t at) { return field<uint32_t>(at); }
  Result<uint16_t> u16(uint64_t at) { return field<uint16_t>(at); }

  Result<std::u16string> text(uint32_t field) {
    uint64_t at = field & 0x7fffffff;
    uint16_t length = TRY(u16(at));
    std::u16string out;
    for (uint16_t i = 0; i < length; ++i)
      out += static_cast<char16_t>(TRY(u16(at + 2 + 2 * uint64_t{i})));
    return out;
  }

  Status check_directory(uint64_t at, int level) {
    TRY(require(level < kTreeLevels, "the resource tree is too deep"));
    uint16_t named = TRY(u16(at + 12));
    uint32_t count = uint32_t{named} + TRY(u16(at + 14));
    std::u16string last_text;
    int64_t last_number = -1;
    for (uint32_t i = 0; i < count; ++i) {
      TRY(require(++entries_ <= kMaxTreeEntries, "the resource tree has too many entries"));
      uint32_t name = TRY(u32(at + 16 + 8 * uint64_t{i}));
      uint32_t child = TRY(u32(at + 20 + 8 * uint64_t{i}));
      TRY(require(((name >> 31) != 0) == (i < named), "named resources are not the first"));
      if (i < named) {
        std::u16string next = TRY(text(name));
        TRY(require(next > last_text, "resources are not in order"));
        last_text = std::move(next);
      } else {
        TRY(require(name > last_number, "resources are not in order"));
        last_number = name;
      }
      TRY(require(((child >> 31) != 0) == (level + 1 < kTreeLevels),
                  "the resource tree does not have three levels"));
      TRY((child >> 31) != 0 ? check_directory(child & 0x7fffffff, level + 1) : check_data(child));
    }
    return {};
  }

  Status check_data(uint64_t at) {
    Data data{TRY(u32(at)), TRY(u32(at + 4))};
    const Section* section = loadable_.section_at(data.address, data.size);
    return require(section != nullptr && (section->flags & kReadable) != 0 &&
                       loadable_.resources.contains(data.address, data.size),
                   "a resource's data is not inside the resource section");
  }

  Result<uint32_t> find_entry(uint64_t at, uint32_t number, std::u16string_view wanted) {
    uint16_t named = TRY(u16(at + 12));
    uint32_t count = uint32_t{named} + TRY(u16(at + 14));
    for (uint32_t i = wanted.empty() ? named : 0; i < (wanted.empty() ? count : named); ++i) {
      uint32_t name = TRY(u32(at + 16 + 8 * uint64_t{i}));
      if (wanted.empty() ? name == number : TRY(text(name)) == wanted)
        return u32(at + 20 + 8 * uint64_t{i});
    }
    return fail(broken("Node would not find the application"));
  }

  const Loadable& loadable_;
  ByteView file_;
  uint64_t base_ = 0;  // of the tree in the file
  size_t entries_ = 0;
};

Status check_blob(const Loadable& loadable, ByteView file) {
  ResourceTree tree(loadable, file);
  TRY(tree.check());
  auto blob = TRY(tree.find_blob());
  const Section* section = loadable.section_at(blob.address, blob.size);
  TRY(require(section != nullptr, "the application is larger than its section"));
  uint64_t inside = blob.address - section->memory.start;
  TRY(require(blob.size <= section->data.size && inside <= section->data.size - blob.size,
              "the application is larger than its section"));
  uint64_t offset = section->data.start + inside;
  TRY(require(blob.address % kBlobAlignment == 0 && offset % kBlobAlignment == 0,
              "the application is not aligned"));
  TRY(require((section->flags & (kReadable | kWritable | kCode)) == kReadable,
              "the application is not in read-only memory"));
  // What an application carries may contain the text of a fuse; only Node's own counts.
  ByteView before = TRY(file.slice(0, section->data.start));
  return require(has_one_set_fuse(before), "Node's fuse is not set");
}

// Drivers and some antivirus programs insist on it; for us it finds a damaged file.
Status check_checksum(const Loadable& loadable, ByteView file) {
  uint64_t field = loadable.optional + 64;
  uint64_t sum = 0, begin = 0;
  TRY(in_parts(file, [&](ByteView part) -> Status {
    for (uint64_t at = 0; at + 2 <= part.size(); at += 2) {
      if (begin + at == field || begin + at == field + 2) continue;
      uint16_t word = 0;
      std::memcpy(&word, part.data() + at, sizeof(word));
      sum += word;
    }
    begin += part.size();
    return {};
  }));
  if (file.size() % 2 != 0) sum += TRY(file.le<uint8_t>(file.size() - 1));
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return require(TRY(file.le<uint32_t>(field)) == static_cast<uint32_t>(sum + file.size()),
                 "the checksum is wrong");
}

}  // namespace

Status check_layout(ByteView file) {
  Loadable loadable = TRY(HeaderReader(file).read());
  TRY(check_blob(loadable, file));
  return check_checksum(loadable, file);
}

}  // namespace ingot::pe
