#include "packer/executable/macho/object.h"

#include <algorithm>

namespace ingot::macho {
namespace {

constexpr uint32_t kCommandHead = 8;  // type, size
constexpr uint32_t kMaxCommands = 4096;
constexpr uint32_t kMaxCommandsSize = 1 << 20;

// Section types without bytes in the file.
constexpr uint32_t kTypeMask = 0xff;
constexpr uint32_t kZeroFill = 1;
constexpr uint32_t kLargeZeroFill = 12;
constexpr uint32_t kThreadLocalZeroFill = 18;

static_assert(std::endian::native == std::endian::little);

Error malformed(const std::string& what) {
  return input_error("macho-malformed", "the Mach-O executable is damaged: " + what);
}

Result<SegmentView> decode_segment(const Command& command, size_t index) {
  ByteView bytes = command.bytes;
  auto segment = bytes.record<Segment>(0);
  if (!segment ||
      bytes.size() != sizeof(Segment) + uint64_t{segment->section_count} * sizeof(Section))
    return fail(malformed("the size of a segment's load command does not fit its sections"));
  SegmentView view{index, *segment, {}};
  for (uint64_t at = sizeof(Segment); at < bytes.size(); at += sizeof(Section))
    view.sections.push_back(TRY(bytes.record<Section>(at)));
  return view;
}

// One of the commands that consist of an offset and a size.
constexpr FileReference kData[] = {{8, 12, 1}};
constexpr FileReference kSymtabData[] = {{8, 12, 16}, {16, 20, 1}};
constexpr FileReference kDysymtabData[] = {{32, 36, 8}, {40, 44, 56}, {48, 52, 4},
                                           {56, 60, 4}, {64, 68, 8},  {72, 76, 8}};
constexpr FileReference kDyldInfoData[] = {
    {8, 12, 1}, {16, 20, 1}, {24, 28, 1}, {32, 36, 1}, {40, 44, 1}};

// LC_CODE_SIGNATURE, _SEGMENT_SPLIT_INFO, _FUNCTION_STARTS, _DATA_IN_CODE, _DYLIB_CODE_SIGN_DRS,
// _LINKER_OPTIMIZATION_HINT, _DYLD_EXPORTS_TRIE, _DYLD_CHAINED_FIXUPS, _ATOM_INFO,
// _FUNCTION_VARIANTS, _FUNCTION_VARIANT_FIXUPS.
constexpr uint32_t kDataCommands[] = {0x1d, 0x1e,       0x26,       0x29, 0x2b, 0x2e,
                                      0x36, 0x80000033, 0x80000034, 0x37, 0x38};

// LC_THREAD, _UNIXTHREAD, _LOAD_DYLIB, _ID_DYLIB, _LOAD_DYLINKER, _LOAD_WEAK_DYLIB, _SEGMENT_64,
// _UUID, _RPATH, _REEXPORT_DYLIB, _LAZY_LOAD_DYLIB, _LOAD_UPWARD_DYLIB, _VERSION_MIN_MACOSX,
// _DYLD_ENVIRONMENT, _MAIN, _SOURCE_VERSION, _LINKER_OPTION, _BUILD_VERSION.
constexpr uint32_t kPlainCommands[] = {0x4,        0x5,  0xc,        0xd,        0xe,  0x80000018,
                                       0x19,       0x1b, 0x8000001c, 0x8000001f, 0x20, 0x80000023,
                                       0x80000028, 0x24, 0x27,       0x2a,       0x2d, 0x32};

// How many bytes the references of a command need it to have.
uint64_t needed_size(std::span<const FileReference> references) {
  uint64_t needed = kCommandHead;
  for (const FileReference& reference : references)
    needed = std::max<uint64_t>(needed, std::max(reference.offset_at, reference.size_at) + 4);
  return needed;
}

}  // namespace

Name make_name(std::string_view text) {
  Name name{};
  INGOT_CHECK(text.size() <= name.size());
  std::ranges::copy(text, name.begin());
  return name;
}

std::string_view name_text(const Name& name) {
  return {name.data(), static_cast<size_t>(std::ranges::find(name, '\0') - name.begin())};
}

bool Section::has_file_bytes() const {
  uint32_t type = flags & kTypeMask;
  return type != kZeroFill && type != kLargeZeroFill && type != kThreadLocalZeroFill;
}

const SegmentView* Image::segment(std::string_view name) const {
  auto found = std::ranges::find_if(
      segments, [&](const SegmentView& view) { return name_text(view.segment.name) == name; });
  return found == segments.end() ? nullptr : &*found;
}

const Command* Image::command(uint32_t type) const {
  auto found = std::ranges::find(commands, type, &Command::type);
  return found == commands.end() ? nullptr : &*found;
}

Result<Image> decode_image(ByteView file, uint64_t file_size) {
  auto header = file.record<Header>(0);
  if (!header) return fail(malformed("its header is cut off"));
  if (header->command_count > kMaxCommands || header->commands_size > kMaxCommandsSize)
    return fail(malformed("it has too many load commands"));
  auto commands = file.slice(sizeof(Header), header->commands_size);
  if (!commands) return fail(malformed("its load commands are cut off"));

  Image image{*header, {}, {}, file_size};
  uint64_t at = 0;
  for (uint32_t i = 0; i < header->command_count; ++i) {
    auto type = commands->le<uint32_t>(at);
    auto size = commands->le<uint32_t>(at + 4);
    if (!type || !size || *size < kCommandHead)
      return fail(malformed("load command " + std::to_string(i) + " has an impossible size"));
    auto bytes = commands->slice(at, *size);
    if (!bytes || *size < needed_size(file_references(*type)))
      return fail(malformed("load command " + std::to_string(i) + " is cut off"));
    image.commands.push_back({*type, Bytes(bytes->begin(), bytes->end())});
    if (*type == kSegment64)
      image.segments.push_back(TRY(decode_segment(image.commands.back(), i)));
    at += *size;
  }
  if (at != commands->size()) return fail(malformed("there are bytes after its load commands"));
  return image;
}

Bytes encode_header(Header header, const std::vector<Command>& commands) {
  Bytes out(sizeof(Header));
  for (const Command& command : commands)
    out.insert(out.end(), command.bytes.begin(), command.bytes.end());
  header.command_count = static_cast<uint32_t>(commands.size());
  header.commands_size = static_cast<uint32_t>(out.size() - sizeof(Header));
  std::memcpy(out.data(), &header, sizeof(Header));
  return out;
}

bool is_known_command(uint32_t type) {
  return !file_references(type).empty() ||
         std::ranges::find(kPlainCommands, type) != std::end(kPlainCommands);
}

std::span<const FileReference> file_references(uint32_t type) {
  if (type == kSymtab) return kSymtabData;
  if (type == kDysymtab) return kDysymtabData;
  if (type == kDyldInfo || type == kDyldInfoOnly) return kDyldInfoData;
  if (std::ranges::find(kDataCommands, type) != std::end(kDataCommands)) return kData;
  return {};
}

uint32_t field(const Command& command, uint32_t at) {
  auto value = ByteView(command.bytes).le<uint32_t>(at);
  INGOT_CHECK(value);
  return *value;
}

void set_field(Command& command, uint32_t at, uint32_t value) {
  INGOT_CHECK(at + sizeof(value) <= command.bytes.size());
  std::memcpy(command.bytes.data() + at, &value, sizeof(value));
}

void replace_segment(Command& command, const Segment& segment) {
  INGOT_CHECK(command.bytes.size() == segment.command_size &&
              sizeof(segment) <= command.bytes.size());
  std::memcpy(command.bytes.data(), &segment, sizeof(segment));
}

uint32_t cpu_of(const Target& target) {
  return target.cpu == Cpu::kX64 ? kCpuX64 : kCpuArm64;
}

uint64_t page_size_of(uint32_t cpu) {
  return cpu == kCpuArm64 ? 0x4000 : 0x1000;
}

}  // namespace ingot::macho
