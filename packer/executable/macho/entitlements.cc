#include "packer/executable/macho/entitlements.h"

#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/der.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kXmlMagic = 0xfade7171;
constexpr uint32_t kDerMagic = 0xfade7172;
constexpr uint64_t kBlobHead = 8;

Error unknown() {
  return input_error("entitlements-unknown",
                     "the entitlements of the Mach-O executable are in a form that ingot does not "
                     "know");
}

Result<Bytes> without_in_xml(std::string_view text, std::string_view key) {
  std::string element = "<key>" + std::string(key) + "</key>";
  size_t begin = text.find(element);
  if (begin == std::string_view::npos) return Bytes(text.begin(), text.end());
  constexpr std::string_view kSpace = " \t\r\n";
  size_t value = text.find_first_not_of(kSpace, begin + element.size());
  if (value == std::string_view::npos) return fail(unknown());
  size_t end = 0;
  for (std::string_view simple : {"<true/>", "<false/>"}) {
    if (text.substr(value).starts_with(simple)) end = value + simple.size();
  }
  if (end == 0) return fail(unknown());
  size_t before = text.substr(0, begin).find_last_not_of(kSpace) + 1;
  std::string out = std::string(text.substr(0, before)) + std::string(text.substr(end));
  return Bytes(out.begin(), out.end());
}

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

Result<Bytes> without_in_der(ByteView der, std::string_view key) {
  ByteView outer = TRY(take_element(der, kDerApplication16)).content;
  DerElement version = TRY(take_element(outer, kDerInteger));
  ByteView entries = TRY(take_element(outer, kDerContext16)).content;
  if (!der.empty() || !outer.empty()) return fail(unknown());
  Bytes kept;
  while (!entries.empty()) {
    DerElement entry = TRY(take_element(entries, kDerSequence));
    ByteView name = TRY(take_element(entry.content, kDerUtf8String)).content;
    if (name.text() != key) append(kept, entry.whole);
  }
  Bytes content(version.whole.begin(), version.whole.end());
  append(content, make_element(kDerContext16, kept));
  return make_element(kDerApplication16, content);
}

}  // namespace

Result<Bytes> without_entitlement(ByteView blob, std::string_view key) {
  auto magic = blob.be<uint32_t>(0);
  auto data = blob.slice_from(kBlobHead);
  if (!magic || !data) return fail(unknown());
  auto rest = *magic == kXmlMagic   ? without_in_xml(data->text(), key)
              : *magic == kDerMagic ? without_in_der(*data, key)
                                    : Result<Bytes>(fail(unknown()));
  if (!rest) return fail(unknown());
  return make_blob(*magic, *rest);
}

}  // namespace ingot::macho
