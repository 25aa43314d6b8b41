#include "packer/executable/macho/signature_plan.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kRequirementsMagic = 0xfade0c01;
constexpr uint32_t kSdkAt = 16;                             // in LC_BUILD_VERSION
constexpr std::string_view kNoRequirements("\0\0\0\0", 4);  // their number

}  // namespace

Result<SignatureContent> plan_ad_hoc(const Template& original, const Layout& layout) {
  SignatureContent content;
  content.flags = layout.cast_record.signature_flags;
  content.identifier = layout.cast_record.identifier;
  content.code_limit = layout.signature_offset;
  const SegmentView* text = original.image.segment(kTextSegment);
  content.text_size = text == nullptr ? 0 : text->segment.file_size;
  if (const Command* build = original.image.command(kBuildVersion);
      build != nullptr && build->bytes.size() >= kSdkAt + sizeof(uint32_t))
    content.runtime_version = field(*build, kSdkAt);
  content.slots.push_back({kRequirementsSlot, make_blob(kRequirementsMagic, kNoRequirements)});

  TemplatePlaces places = TRY(template_places(original.image));
  ByteView tail = original.tail;
  ByteView signature = TRY(tail.slice_from(places.signature_offset - places.content_end));
  std::vector<FoundBlob> blobs = TRY(read_signature(signature));
  for (uint32_t slot : {kEntitlementsSlot, kEntitlementsDerSlot}) {
    for (const FoundBlob& blob : blobs) {
      if (blob.slot == slot)
        content.slots.push_back({slot, Bytes(blob.bytes.begin(), blob.bytes.end())});
    }
  }
  return content;
}

}  // namespace ingot::macho
