#include "packer/executable/macho/signature_plan.h"

#include <algorithm>

#include "packer/executable/macho/entitlements.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kRequirementsMagic = 0xfade0c01;
constexpr uint32_t kSdkAt = 16;                             // in LC_BUILD_VERSION
constexpr std::string_view kNoRequirements("\0\0\0\0", 4);  // their number

// What is the same for both: all but flags, names and the requirements' and entitlements' blobs.
SignatureContent plan_common(const Template& original, const Layout& layout) {
  SignatureContent content;
  content.code_limit = layout.signature_offset;
  const SegmentView* text = original.image.segment(kTextSegment);
  content.text_size = text == nullptr ? 0 : text->segment.file_size;
  if (const Command* build = original.image.command(kBuildVersion);
      build != nullptr && build->bytes.size() >= kSdkAt + sizeof(uint32_t))
    content.runtime_version = field(*build, kSdkAt);
  return content;
}

// The template's.
Result<std::vector<SlotBlob>> entitlements_of(const Template& original) {
  TemplatePlaces places = TRY(template_places(original.image));
  ByteView tail = original.tail;
  return entitlements_in(TRY(tail.slice_from(places.signature_offset - places.content_end)));
}

}  // namespace

SlotBlob no_requirements() {
  return {kRequirementsSlot, make_blob(kRequirementsMagic, kNoRequirements)};
}

Result<std::vector<SlotBlob>> entitlements_in(ByteView signature) {
  std::vector<FoundBlob> blobs = TRY(read_signature(signature));
  std::vector<SlotBlob> found;
  for (uint32_t slot : {kEntitlementsSlot, kEntitlementsDerSlot}) {
    auto blob = std::ranges::find(blobs, slot, &FoundBlob::slot);
    if (blob != blobs.end()) found.push_back({slot, Bytes(blob->bytes.begin(), blob->bytes.end())});
  }
  return found;
}

Result<SignatureContent> plan_ad_hoc(const Template& original, const Layout& layout) {
  SignatureContent content = plan_common(original, layout);
  content.flags = layout.cast_record.signature_flags;
  content.identifier = layout.cast_record.identifier;
  content.slots = TRY(entitlements_of(original));
  content.slots.insert(content.slots.begin(), no_requirements());
  return content;
}

Result<SignatureContent> plan_identity(const Template& original, const Layout& layout,
                                       std::string identifier, std::string team,
                                       ByteView requirements) {
  SignatureContent content = plan_common(original, layout);
  content.flags = kHardenedRuntime;
  content.identifier = std::move(identifier);
  content.team = std::move(team);
  content.slots = {{kRequirementsSlot, Bytes(requirements.begin(), requirements.end())}};
  for (const SlotBlob& blob : TRY(entitlements_of(original)))
    content.slots.push_back({blob.slot, TRY(without_entitlement(blob.bytes, kGetTaskAllow))});
  return content;
}

Result<std::optional<IdentitySignature>> read_identity_signature(ByteView signature) {
  std::vector<FoundBlob> blobs = TRY(read_signature(signature));
  auto bytes_of = [&](uint32_t slot) {
    auto blob = std::ranges::find(blobs, slot, &FoundBlob::slot);
    return blob == blobs.end() ? ByteView() : blob->bytes;
  };
  IdentitySignature out;
  out.code_directory = bytes_of(kCodeDirectorySlot);
  out.requirements = bytes_of(kRequirementsSlot);
  out.cms = bytes_of(kCmsSlot);
  out.content = TRY(read_code_directory(out.code_directory));
  if ((out.content.flags & kAdHoc) != 0) return std::nullopt;
  return out;
}

}  // namespace ingot::macho
