#include "packer/executable/pe/resources.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "packer/executable/sea_blob.h"

namespace ingot::pe {
namespace {

constexpr uint32_t kFlag = 0x80000000;  // a string, or a directory
constexpr uint64_t kDirectorySize = 16;
constexpr uint64_t kEntrySize = 8;
constexpr uint64_t kDataEntrySize = 16;
constexpr uint64_t kDataAlignment = 16;
constexpr int kLevels = 3;
constexpr size_t kMaxNameLength = 1024;  // UTF-16 units

Error malformed(const std::string& what) {
  return input_error("pe-resources-malformed",
                     "the resources of the PE executable are damaged: " + what);
}

// Walks a tree. Every entry counts, so that directories which are entered from several places, or
// from themselves, come to an end.
class TreeReader {
 public:
  TreeReader(const Image& image, ByteView file, ByteView tree)
      : image_(image), file_(file), tree_(tree) {}

  Result<std::vector<Resource>> read() {
    TRY(read_directory(0, 0));
    return std::move(resources_);
  }

 private:
  Status read_directory(uint64_t at, int level) {
    uint64_t count = uint64_t{TRY(tree_.le<uint16_t>(at + 12))} + TRY(tree_.le<uint16_t>(at + 14));
    for (uint64_t i = 0; i < count; ++i) {
      if (++entries_ > kLevels * kMaxResources) return fail(malformed("there are too many"));
      uint64_t entry = at + kDirectorySize + i * kEntrySize;
      path_[level] = TRY(read_name(TRY(tree_.le<uint32_t>(entry))));
      uint32_t child = TRY(tree_.le<uint32_t>(entry + 4));
      bool is_directory = (child & kFlag) != 0;
      if (is_directory != (level + 1 < kLevels))
        return fail(malformed("the tree does not have three levels"));
      if (is_directory)
        TRY(read_directory(child & ~kFlag, level + 1));
      else
        TRY(read_data(child));
    }
    return {};
  }

  Result<ResourceName> read_name(uint32_t field) {
    if ((field & kFlag) == 0) {
      if (field > 0xffff) return fail(malformed("a number is too large"));
      return ResourceName::of(static_cast<uint16_t>(field));
    }
    uint64_t at = field & ~kFlag;
    uint16_t length = TRY(tree_.le<uint16_t>(at));
    if (length == 0 || length > kMaxNameLength) return fail(malformed("a name is too long"));
    ResourceName name;
    for (uint16_t i = 0; i < length; ++i)
      name.text += static_cast<char16_t>(TRY(tree_.le<uint16_t>(at + 2 + 2 * uint64_t{i})));
    return name;
  }

  Status read_data(uint64_t at) {
    uint32_t address = TRY(tree_.le<uint32_t>(at));
    uint32_t size = TRY(tree_.le<uint32_t>(at + 4));
    auto offset = file_offset(image_, address, size);
    if (!offset) return fail(malformed("data is not in a section"));
    if (!path_[2].text.empty()) return fail(malformed("a language is not a number"));
    if (resources_.size() == kMaxResources) return fail(malformed("there are too many"));
    resources_.push_back({path_[0], path_[1], path_[2].number, TRY(tree_.le<uint32_t>(at + 8)),
                          TRY(file_.slice(*offset, size))});
    return {};
  }

  const Image& image_;
  ByteView file_;
  ByteView tree_;
  ResourceName path_[kLevels];
  size_t entries_ = 0;
  std::vector<Resource> resources_;
};

void append(Bytes& out, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// The distinct names at one place of the tree, each with where its children begin.
struct Node {
  ResourceName name;
  size_t first = 0;  // of its resources
  size_t count = 0;
};

// Groups a range of the list, which is in order, by one of its names.
template <typename NameOf>
std::vector<Node> group(const std::vector<Resource>& all, Node range, NameOf name_of) {
  std::vector<Node> nodes;
  for (size_t i = range.first; i < range.first + range.count; ++i) {
    if (nodes.empty() || nodes.back().name != name_of(all[i]))
      nodes.push_back({name_of(all[i]), i, 0});
    ++nodes.back().count;
  }
  return nodes;
}

// Writes directories, then data entries, then strings; data follows, the blob's at the very end.
class TreeWriter {
 public:
  TreeWriter(const std::vector<Resource>& resources, uint64_t blob_size, uint64_t address)
      : resources_(resources), blob_size_(blob_size), address_(address) {
    types_ =
        group(resources_, {{}, 0, resources_.size()}, [](const Resource& r) { return r.type; });
    for (const Node& type : types_)
      names_.push_back(group(resources_, type, [](const Resource& r) { return r.name; }));
  }

  ResourceSection write() {
    place();
    write_directories();
    for (size_t i = 0; i < resources_.size(); ++i) write_data_entry(i);
    for (const auto& [text, offset] : strings_) {
      INGOT_CHECK(out_.size() == offset);
      append(out_, text.size(), 2);
      for (char16_t unit : text) append(out_, unit, 2);
    }
    for (size_t i = 0; i < resources_.size(); ++i) {
      if (is_blob(i)) continue;
      out_.resize(data_[i]);
      out_.insert(out_.end(), resources_[i].data.begin(), resources_[i].data.end());
    }
    out_.resize(blob_offset_);
    return {std::move(out_), blob_offset_ + blob_size_};
  }

 private:
  bool is_blob(size_t i) const { return resources_[i].is(kRawData, kBlobResource); }
  uint64_t size_of(size_t i) const { return is_blob(i) ? blob_size_ : resources_[i].data.size(); }

  // Gives every part its offset.
  void place() {
    uint64_t at = kDirectorySize + types_.size() * kEntrySize;
    for (const auto& names : names_) {
      name_directories_.push_back(at);
      at += kDirectorySize + names.size() * kEntrySize;
    }
    for (const auto& names : names_) {
      for (const Node& name : names) {
        language_directories_.push_back(at);
        at += kDirectorySize + name.count * kEntrySize;
      }
    }
    data_entries_ = at;
    at += resources_.size() * kDataEntrySize;
    for (const Resource& resource : resources_) {
      for (const ResourceName* name : {&resource.type, &resource.name})
        if (!name->text.empty()) strings_.emplace(name->text, 0);
    }
    for (auto& [text, offset] : strings_) {
      offset = at;
      at += 2 + 2 * text.size();
    }
    for (size_t i = 0; i < resources_.size(); ++i) {
      at = is_blob(i) ? at : align_up(at, kDataAlignment);
      data_.push_back(at);
      at += is_blob(i) ? 0 : resources_[i].data.size();
    }
    blob_offset_ = align_up(at, kSeaBlobAlignment);
    for (size_t i = 0; i < resources_.size(); ++i)
      if (is_blob(i)) data_[i] = blob_offset_;
  }

  void write_directory(const std::vector<Node>& nodes) {
    size_t named = static_cast<size_t>(
        std::ranges::count_if(nodes, [](const Node& node) { return !node.name.text.empty(); }));
    append(out_, 0, 12);
    append(out_, named, 2);
    append(out_, nodes.size() - named, 2);
  }
  void write_entry(const ResourceName& name, uint64_t child) {
    append(out_, name.text.empty() ? name.number : kFlag + strings_.at(name.text), 4);
    append(out_, child, 4);
  }

  void write_directories() {
    write_directory(types_);
    for (size_t i = 0; i < types_.size(); ++i)
      write_entry(types_[i].name, kFlag + name_directories_[i]);
    size_t next = 0;
    for (const auto& names : names_) {
      write_directory(names);
      for (const Node& name : names) write_entry(name.name, kFlag + language_directories_[next++]);
    }
    for (const auto& names : names_) {
      for (const Node& name : names) {
        auto languages = group(resources_, name, [](const Resource& resource) {
          return ResourceName::of(resource.language);
        });
        INGOT_CHECK(languages.size() == name.count);
        write_directory(languages);
        for (const Node& language : languages)
          write_entry(language.name, data_entries_ + language.first * kDataEntrySize);
      }
    }
    INGOT_CHECK(out_.size() == data_entries_);
  }

  void write_data_entry(size_t i) {
    append(out_, address_ + data_[i], 4);
    append(out_, size_of(i), 4);
    append(out_, resources_[i].code_page, 4);
    append(out_, 0, 4);
  }

  const std::vector<Resource>& resources_;
  uint64_t blob_size_;
  uint64_t address_;
  Bytes out_;
  std::vector<Node> types_;
  std::vector<std::vector<Node>> names_;  // of each type
  std::vector<uint64_t> name_directories_;
  std::vector<uint64_t> language_directories_;  // of all names, type by type
  uint64_t data_entries_ = 0;
  std::map<std::u16string, uint64_t> strings_;
  std::vector<uint64_t> data_;  // offset of each resource's data
  uint64_t blob_offset_ = 0;
};

}  // namespace

bool ResourceName::operator<(const ResourceName& other) const {
  if (text.empty() != other.text.empty()) return !text.empty();
  return std::tie(text, number) < std::tie(other.text, other.number);
}

bool Resource::operator<(const Resource& other) const {
  return std::tie(type, name, language) < std::tie(other.type, other.name, other.language);
}

Result<std::vector<Resource>> read_resources(const Image& image, ByteView file) {
  const Directory& directory = image.directory(kResources);
  if (directory.size == 0) return std::vector<Resource>();
  auto offset = file_offset(image, directory.address, directory.size);
  if (!offset) return fail(malformed("they are not in a section"));
  ByteView tree = TRY(file.slice(*offset, directory.size));
  auto read = TreeReader(image, file, tree).read();
  if (!read && read.error().code == "out-of-bounds")
    return fail(malformed("the tree leaves its section").note(read.error().message));
  if (!read) return read;
  std::ranges::stable_sort(*read, std::less<>());
  auto same = [](const Resource& a, const Resource& b) { return !(a < b); };
  if (std::ranges::adjacent_find(*read, same) != read->end())
    return fail(malformed("one is there twice"));
  return read;
}

ResourceSection encode_resources(const std::vector<Resource>& resources, uint64_t blob_size,
                                 uint64_t address) {
  std::vector<Resource> all = resources;
  Resource blob{ResourceName::of(kRawData), ResourceName::of(kBlobResource), 0, 0, {}};
  all.insert(std::ranges::upper_bound(all, blob, std::less<>()), std::move(blob));
  return TreeWriter(all, blob_size, address).write();
}

Bytes encode_resource_tree(const std::vector<Resource>& resources, uint64_t address) {
  return TreeWriter(resources, 0, address).write().head;
}

}  // namespace ingot::pe
