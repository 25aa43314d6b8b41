#include "loader/payload_writer.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <ranges>
#include <unordered_map>

#include "base/digest.h"
#include "base/utf8.h"
#include "loader/checksum.h"
#include "loader/name_order.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPayload = std::numeric_limits<uint32_t>::max();
constexpr size_t kShownPath = 200;  // bytes, in a message

struct TreeNode {
  std::string path;
  const PayloadFile* file = nullptr;  // none: a directory
  std::map<std::string, TreeNode*, NameOrder> children;
};

}  // namespace

// Does the work of `write_payload`: builds the tree, numbers it, then fills sections and blobs.
class PayloadLayout {
 public:
  explicit PayloadLayout(const PayloadInput& input) : input_(input) {}

  Result<Payload> run() {
    TRY(plant());
    number();
    write_entries();
    write_links();
    write_resolutions();
    auto main = index_.find(input_.main_path);
    if (main == index_.end() || !is_file(main->second))
      return fail(input_error("main-missing", "the payload has no file " + input_.main_path));
    return place(main->second);
  }

 private:
  bool is_file(uint32_t entry) const {
    const PayloadFile* file = order_[entry]->file;
    return file != nullptr && file->kind == EntryKind::kFile;
  }

  Status plant() {
    nodes_.push_back(std::make_unique<TreeNode>());
    for (const PayloadFile& file : input_.files) {
      if (!is_utf8(file.path))
        return fail(input_error("path-not-utf8", "a file name is not valid UTF-8: " + file.path));
      if (file.path.size() > kMaxPathSize)
        return fail(
            input_error("path-too-long", "a path of more than " + std::to_string(kMaxPathSize) +
                                             " bytes: " + file.path.substr(0, kShownPath) + "..."));
      if (!is_utf8(file.link_target))
        return fail(
            input_error("path-not-utf8", "the link " + file.path + " leads to no valid UTF-8"));
      TreeNode* node = nodes_.front().get();
      for (size_t from = 0; from < file.path.size();) {
        INGOT_CHECK(node->file == nullptr);
        size_t slash = std::min(file.path.find('/', from), file.path.size());
        TreeNode*& child = node->children[file.path.substr(from, slash - from)];
        if (child == nullptr) {
          nodes_.push_back(std::make_unique<TreeNode>());
          child = nodes_.back().get();
          child->path = file.path.substr(0, slash);
        }
        node = child;
        from = slash + 1;
      }
      INGOT_CHECK(node->file == nullptr && node->children.empty());
      node->file = &file;
    }
    return {};
  }

  // Breadth first: a directory's children get neighbouring numbers.
  void number() {
    order_.push_back(nodes_.front().get());
    entries_.push_back({});
    for (size_t i = 0; i < order_.size(); ++i) {
      index_[order_[i]->path] = static_cast<uint32_t>(i);
      if (order_[i]->file != nullptr) continue;
      entries_[i].directory.first_child = static_cast<uint32_t>(order_.size());
      for (const auto& [name, child] : order_[i]->children) {
        order_.push_back(child);
        PayloadEntry entry{};
        entry.parent = static_cast<uint32_t>(i);
        entries_.push_back(entry);
      }
    }
  }

  uint32_t add_name(std::string_view text) {
    auto offset = static_cast<uint32_t>(names_.size());
    names_.append(text);
    return offset;
  }

  void write_entries() {
    for (size_t i = 0; i < order_.size(); ++i) {
      const TreeNode& node = *order_[i];
      PayloadEntry& entry = entries_[i];
      entry.path_offset = add_name(node.path);
      entry.path_size = static_cast<uint32_t>(node.path.size());
      if (node.file == nullptr) {
        std::string list;
        for (const auto& [name, child] : node.children) {
          if (!list.empty()) list += '\0';
          list += name;
        }
        entry.flags = static_cast<uint32_t>(EntryKind::kDirectory);
        entry.directory.child_count = static_cast<uint32_t>(node.children.size());
        entry.directory.list_offset = add_name(list);
        entry.directory.list_size = static_cast<uint32_t>(list.size());
        continue;
      }
      const PayloadFile& file = *node.file;
      entry.flags = static_cast<uint32_t>(file.kind) | (file.executable ? kEntryExecutable : 0) |
                    (file.reads_files ? kEntryReadsFiles : 0) |
                    (file.stripped ? kEntryStripped : 0) |
                    static_cast<uint32_t>(file.storage) << kEntryStorageShift |
                    static_cast<uint32_t>(file.format) << kEntryFormatShift;
      if (file.kind != EntryKind::kFile) continue;
      entry.file.stored_size = static_cast<uint32_t>(file.stored.size());
      entry.file.size = file.content_size;
      entry.file.crc = crc_of(file.stored);
      entry.file.cache_size = static_cast<uint32_t>(file.code_cache.size());
      entry.file.cache_crc = crc_of(file.code_cache);
    }
  }

  void write_links() {
    for (size_t i = 0; i < order_.size(); ++i) {
      const PayloadFile* file = order_[i]->file;
      if (file == nullptr || file->kind != EntryKind::kSymlink) continue;
      auto real = file->real_path ? index_.find(*file->real_path) : index_.end();
      entries_[i].symlink.target_offset = add_name(file->link_target);
      entries_[i].symlink.target_size = static_cast<uint32_t>(file->link_target.size());
      entries_[i].symlink.real_entry = real == index_.end() ? kNoEntry : real->second;
    }
  }

  void write_resolutions() {
    for (size_t i = 0; i < order_.size(); ++i) {
      const PayloadFile* file = order_[i]->file;
      if (file == nullptr) continue;
      if (file->requires_.empty() && file->imports.empty() && !file->stripped) continue;
      entries_[i].file.resolutions = static_cast<uint32_t>(resolutions_.size()) + 1;
      std::vector<uint32_t> targets;
      for (const auto* rows : {&file->requires_, &file->imports}) {
        std::string list;
        uint32_t count = 0;
        for (const PayloadResolution& row : *rows) {
          auto target = index_.find(row.target);
          INGOT_CHECK(target != index_.end());
          if (count++ > 0) list += '\0';
          list += row.specifier;
          targets.push_back(target->second);
        }
        resolutions_.push_back(count);
        resolutions_.push_back(add_name(list));
        resolutions_.push_back(static_cast<uint32_t>(list.size()));
      }
      resolutions_.insert(resolutions_.end(), targets.begin(), targets.end());
      if (!file->stripped) continue;
      stripped_[static_cast<uint32_t>(i)] = resolutions_.size();
      resolutions_.push_back(0);  // its place: place_blobs
      resolutions_.push_back(static_cast<uint32_t>(file->stripped->size()));
      resolutions_.push_back(crc_of(*file->stripped));
    }
  }

  Result<Payload> place(uint32_t main_entry) {
    PayloadHeader header{};
    header.magic = kPayloadMagic;
    header.version = kPayloadVersion;
    header.entry_count = static_cast<uint32_t>(entries_.size());
    header.main_entry = main_entry;
    uint64_t at = sizeof(PayloadHeader);
    auto reserve = [&](uint64_t size) {
      at = align_up(at, kPayloadAlignment);
      PayloadSection section{static_cast<uint32_t>(at), static_cast<uint32_t>(size)};
      at += size;
      return section;
    };
    header.entries = reserve(entries_.size() * sizeof(PayloadEntry));
    header.names = reserve(names_.size());
    header.resolutions = reserve(resolutions_.size() * sizeof(uint32_t));
    for (size_t i = 0; i < kRuntimeParts; ++i) {
      header.runtime[i].script = reserve(input_.runtime[i].script.size());
      header.runtime[i].cache = reserve(input_.runtime[i].cache.size());
    }

    std::vector<std::pair<uint64_t, ByteView>> blobs = place_blobs(main_entry, at);
    if (at > kMaxPayload) return fail(too_large());
    for (PayloadEntry& entry : entries_) {
      entry.path_offset += header.names.offset;
      uint32_t kind = entry.flags & kEntryKindMask;
      if (kind == static_cast<uint32_t>(EntryKind::kDirectory))
        entry.directory.list_offset += header.names.offset;
      if (kind == static_cast<uint32_t>(EntryKind::kSymlink))
        entry.symlink.target_offset += header.names.offset;
    }
    relocate_resolutions(header.names.offset);

    seal_sections(header);
    Bytes manifest;
    if (input_.manifest) manifest = input_.manifest(digests(header, blobs));
    header.manifest = reserve(manifest.size());
    Bytes signature;
    if (input_.signature) signature = TRY(input_.signature());
    if (!signature.empty()) header.signature = reserve(signature.size());
    if (at > kMaxPayload) return fail(too_large());
    header.size = static_cast<uint32_t>(at);
    Digest digest = digest_of(DigestAlgorithm::kSha256, manifest);
    std::copy(digest.bytes.begin(), digest.bytes.end(), header.manifest_sha256);
    header.header_crc = crc_of(view_of(header));
    return assemble(header, blobs, std::move(manifest), std::move(signature));
  }

  static Error too_large() {
    return input_error("payload-too-large",
                       "the application is larger than the 4 GiB an executable can carry")
        .hinted("leave files out with \"exclude\" in the configuration");
  }

  static ByteView view_of(const PayloadHeader& header) {
    return {reinterpret_cast<const uint8_t*>(&header), sizeof(header)};
  }
  template <typename Record>
  static ByteView view_of(const std::vector<Record>& records) {
    return {reinterpret_cast<const uint8_t*>(records.data()), records.size() * sizeof(Record)};
  }

  PayloadDigests digests(const PayloadHeader& header,
                         const std::vector<std::pair<uint64_t, ByteView>>& blobs) const {
    static constexpr uint8_t kZeros[kPayloadAlignment] = {};
    Hasher index(DigestAlgorithm::kSha256), content(DigestAlgorithm::kSha256);
    uint64_t at = sizeof(PayloadHeader);
    auto add = [&](Hasher& hasher, uint64_t offset, ByteView bytes) {
      hasher.update(ByteView(kZeros, offset - at));
      hasher.update(bytes);
      at = offset + bytes.size();
    };
    const PayloadHeader unsealed = unsealed_header(header);
    index.update(view_of(unsealed));
    add(index, header.entries.offset, view_of(entries_));
    add(index, header.names.offset, std::string_view(names_));
    add(index, header.resolutions.offset, view_of(resolutions_));
    add(index, header.runtime_begin(), {});
    for (size_t i = 0; i < kRuntimeParts; ++i) {
      add(content, header.runtime[i].script.offset, input_.runtime[i].script);
      add(content, header.runtime[i].cache.offset, input_.runtime[i].cache);
    }
    for (const auto& [offset, bytes] : blobs) add(content, offset, bytes);
    add(content, align_up(at, kPayloadAlignment), {});
    return {index.finish().hex(), content.finish().hex()};
  }

  void seal_sections(PayloadHeader& header) const {
    uint64_t at = sizeof(PayloadHeader);
    auto add = [&](uLong crc, PayloadSection section, const void* bytes) {
      crc = pad(crc, section.offset - at);
      if (section.size > 0) crc = crc32_z(crc, static_cast<const uint8_t*>(bytes), section.size);
      at = uint64_t{section.offset} + section.size;
      return crc;
    };
    uLong index = add(0, header.entries, entries_.data());
    index = add(index, header.names, names_.data());
    index = add(index, header.resolutions, resolutions_.data());
    header.index_crc = static_cast<uint32_t>(pad(index, header.runtime_begin() - at));
    for (size_t i = 0; i < kRuntimeParts; ++i) {
      PayloadPart& part = header.runtime[i];
      at = part.script.offset;
      uLong crc = add(0, part.script, input_.runtime[i].script.data());
      part.crc = static_cast<uint32_t>(add(crc, part.cache, input_.runtime[i].cache.data()));
    }
  }

  static uLong pad(uLong crc, uint64_t zeros) {
    static constexpr uint8_t kZeros[kPayloadAlignment] = {};
    return crc32_z(crc, kZeros, zeros);
  }

  // The files, those first that the main one leads to, each before what it asks for: about the
  // order in which a start comes to them, so that what the system reads ahead is what comes next.
  // Then the others, by path.
  std::vector<uint32_t> files_by_first_use(uint32_t main_entry) const {
    std::vector<uint32_t> files, waiting = {main_entry};
    std::vector<bool> placed(order_.size(), false);
    while (!waiting.empty()) {
      uint32_t entry = waiting.back();
      waiting.pop_back();
      if (placed[entry] || !is_file(entry)) continue;
      placed[entry] = true;
      files.push_back(entry);
      const PayloadFile& file = *order_[entry]->file;
      for (const auto* rows : {&file.imports, &file.requires_})  // the last is taken first
        for (const PayloadResolution& row : *rows | std::views::reverse)
          waiting.push_back(index_.at(row.target));
    }
    auto rest = static_cast<ptrdiff_t>(files.size());
    for (uint32_t i = 0; i < order_.size(); ++i)
      if (is_file(i) && !placed[i]) files.push_back(i);
    std::sort(files.begin() + rest, files.end(),
              [&](uint32_t a, uint32_t b) { return order_[a]->path < order_[b]->path; });
    return files;
  }

  // Gives every stored file and code cache its offset: a module's source and cache lie side by
  // side, as they are read together. Nothing compressed needs alignment.
  std::vector<std::pair<uint64_t, ByteView>> place_blobs(uint32_t main_entry, uint64_t& at) {
    std::vector<std::pair<uint64_t, ByteView>> blobs;
    for (uint32_t i : files_by_first_use(main_entry)) {
      const PayloadFile& file = *order_[i]->file;
      if (file.storage == EntryStorage::kRaw) at = align_up(at, kPayloadAlignment);
      entries_[i].file.data_offset = static_cast<uint32_t>(at);
      blobs.emplace_back(at, file.stored);
      at += file.stored.size();
      if (file.stripped) {
        resolutions_[stripped_.at(i)] = static_cast<uint32_t>(at);
        blobs.emplace_back(at, *file.stripped);
        at += file.stripped->size();
      }
      if (file.code_cache.empty()) continue;
      at = align_up(at, kPayloadAlignment);
      entries_[i].file.cache_offset = static_cast<uint32_t>(at);
      blobs.emplace_back(at, file.code_cache);
      at += file.code_cache.size();
    }
    return blobs;
  }

  // Turns offsets in `names` into offsets in the payload.
  void relocate_resolutions(uint32_t names_offset) {
    for (const PayloadEntry& entry : entries_) {
      if ((entry.flags & kEntryKindMask) != static_cast<uint32_t>(EntryKind::kFile)) continue;
      if (entry.file.resolutions == 0) continue;
      resolutions_[entry.file.resolutions] += names_offset;
      resolutions_[entry.file.resolutions + 3] += names_offset;
    }
  }

  Payload assemble(const PayloadHeader& header,
                   const std::vector<std::pair<uint64_t, ByteView>>& blobs, Bytes manifest,
                   Bytes signature) {
    static const Bytes kZeros(kPayloadAlignment, 0);
    Payload payload;
    uint64_t at = 0;
    auto append = [&](uint64_t offset, ByteView bytes) {
      INGOT_CHECK(offset >= at && offset - at < kPayloadAlignment);
      if (offset > at) payload.pieces_.push_back(ByteView(kZeros.data(), offset - at));
      if (!bytes.empty()) payload.pieces_.push_back(bytes);
      at = offset + bytes.size();
    };
    auto own = [&](const void* data, size_t size) {
      const auto* first = static_cast<const uint8_t*>(data);
      payload.owned_.emplace_back(first, first + size);
      return ByteView(payload.owned_.back());
    };
    payload.owned_.reserve(6);  // views into it stay valid
    append(0, own(&header, sizeof(header)));
    append(header.entries.offset, own(entries_.data(), header.entries.size));
    append(header.names.offset, own(names_.data(), names_.size()));
    append(header.resolutions.offset, own(resolutions_.data(), header.resolutions.size));
    for (size_t i = 0; i < kRuntimeParts; ++i) {
      append(header.runtime[i].script.offset, input_.runtime[i].script);
      append(header.runtime[i].cache.offset, input_.runtime[i].cache);
    }
    for (const auto& [offset, bytes] : blobs) append(offset, bytes);
    append(header.manifest.offset, payload.owned_.emplace_back(std::move(manifest)));
    if (!signature.empty())
      append(header.signature.offset, payload.owned_.emplace_back(std::move(signature)));
    INGOT_CHECK(at == header.size);
    payload.size_ = at;
    return payload;
  }

  const PayloadInput& input_;
  std::vector<std::unique_ptr<TreeNode>> nodes_;
  std::vector<TreeNode*> order_;  // by entry index
  std::unordered_map<std::string_view, uint32_t> index_;
  std::vector<PayloadEntry> entries_;
  std::string names_;
  std::vector<uint32_t> resolutions_;
  std::map<uint32_t, size_t> stripped_;  // entry -> where its `stripped` is in `resolutions_`
};

Result<Payload> write_payload(const PayloadInput& input) {
  return PayloadLayout(input).run();
}

}  // namespace ingot
