#include "player.h"

#include <sys/mman.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

namespace ingot::testing {
namespace {

constexpr uint32_t kSegment64 = 0x19, kMain = 0x80000028, kChainedFixups = 0x80000034;
constexpr uint16_t kPointer64 = 2;      // DYLD_CHAINED_PTR_64: of addresses, not of offsets
constexpr uint32_t kPlainImport = 1;    // DYLD_CHAINED_IMPORT
constexpr uint16_t kNoFixups = 0xffff;  // DYLD_CHAINED_PTR_START_NONE

struct Mapped {
  uint64_t address, size, offset, file_size;
  uint32_t protection;
};

class Player {
 public:
  Player(ByteView file, const std::map<std::string, void*>& functions)
      : file_(file), functions_(functions) {
    read_commands();
    map_segments();
    fix_up();
    for (const Mapped& segment : segments_)
      if (segment.protection != 0)
        REQUIRE(mprotect(at(segment.address - base()), segment.size,
                         static_cast<int>(segment.protection)) == 0);
  }
  MainFunction main() const { return reinterpret_cast<MainFunction>(at(entry_)); }

 private:
  // `offset`: from the beginning of the image, which is that of __TEXT.
  uint8_t* at(uint64_t offset) const { return memory_ + offset; }
  uint64_t base() const { return segments_[1].address; }
  template <typename T>
  T read(uint64_t offset) const {
    auto value = file_.le<T>(offset);
    REQUIRE(value);
    return *value;
  }

  void read_commands() {
    REQUIRE(read<uint32_t>(0) == 0xfeedfacf);
    uint64_t offset = 32;
    for (uint32_t left = read<uint32_t>(16); left > 0; --left) {
      auto type = read<uint32_t>(offset);
      if (type == kSegment64)
        segments_.push_back({read<uint64_t>(offset + 24), read<uint64_t>(offset + 32),
                             read<uint64_t>(offset + 40), read<uint64_t>(offset + 48),
                             read<uint32_t>(offset + 60)});
      if (type == kMain) entry_ = read<uint64_t>(offset + 8);
      if (type == kChainedFixups) fixups_ = read<uint32_t>(offset + 8);
      offset += read<uint32_t>(offset + 4);
    }
    REQUIRE((segments_.size() > 2 && entry_ != 0 && fixups_ != 0));
    REQUIRE((segments_[0].address == 0 && segments_[0].protection == 0));  // __PAGEZERO
  }

  void map_segments() {
    const Mapped& last = segments_.back();
    size_t size = align_up(last.address + last.size - base(), 0x1000);
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    memory_ = static_cast<uint8_t*>(memory);
    for (const Mapped& segment : segments_) {
      if (segment.file_size == 0) continue;
      auto bytes = file_.slice(segment.offset, segment.file_size);
      REQUIRE(bytes);
      std::memcpy(at(segment.address - base()), bytes->data(), bytes->size());
    }
  }

  void* import(uint32_t ordinal) const {
    REQUIRE(read<uint32_t>(fixups_ + 20) == kPlainImport);
    auto entry = read<uint32_t>(fixups_ + read<uint32_t>(fixups_ + 8) + 4 * uint64_t{ordinal});
    CHECK((entry & 0xff) == 1);  // of the first library
    uint64_t name_at = fixups_ + read<uint32_t>(fixups_ + 12) + (entry >> 9);
    auto name = std::string(file_.slice_from(name_at)->text().data());
    CAPTURE(name);
    auto found = functions_.find(name);
    REQUIRE(found != functions_.end());
    return found->second;
  }

  // One list of pointers, linked by the distances between them.
  void fix_chain(uint64_t place) {
    for (uint64_t next = 1; next != 0; place += 4 * next) {
      uint64_t pointer = 0;
      std::memcpy(&pointer, at(place), sizeof pointer);
      next = pointer >> 51 & 0xfff;
      uint64_t value;
      if ((pointer >> 63) != 0)
        value = reinterpret_cast<uint64_t>(import(pointer & 0xffffff)) + (pointer >> 24 & 0xff);
      else
        value = reinterpret_cast<uint64_t>(at((pointer & 0xfffffffff) - base()));
      std::memcpy(at(place), &value, sizeof value);
    }
  }

  void fix_up() {
    uint64_t starts = fixups_ + read<uint32_t>(fixups_ + 4);
    REQUIRE(read<uint32_t>(starts) == segments_.size());
    for (uint64_t i = 0; i < segments_.size(); ++i) {
      auto offset = read<uint32_t>(starts + 4 + 4 * i);
      if (offset == 0) continue;
      uint64_t list = starts + offset;
      auto page_size = read<uint16_t>(list + 4);
      REQUIRE(read<uint16_t>(list + 6) == kPointer64);
      for (uint64_t page = 0; page < read<uint16_t>(list + 20); ++page) {
        auto first = read<uint16_t>(list + 22 + 2 * page);
        if (first != kNoFixups) fix_chain(read<uint64_t>(list + 8) + page * page_size + first);
      }
    }
  }

  ByteView file_;
  const std::map<std::string, void*>& functions_;
  std::vector<Mapped> segments_;
  uint64_t entry_ = 0, fixups_ = 0;
  uint8_t* memory_ = nullptr;
};

}  // namespace

MainFunction load_program(ByteView file, const std::map<std::string, void*>& functions) {
  return Player(file, functions).main();
}

}  // namespace ingot::testing
