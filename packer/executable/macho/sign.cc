#include "packer/executable/macho/sign.h"

#include "packer/executable/macho/original.h"
#include "packer/executable/macho/page_hashes.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/requirements.h"
#include "packer/executable/macho/signature_plan.h"

namespace ingot::macho {
namespace {

Status check_name(const std::string& name, const char* what) {
  if (name.size() <= kMaxIdentifier && name.find('\0') == std::string::npos) return {};
  return fail(input_error("identifier-invalid",
                          "'" + name + "' cannot be the " + what + " in a code signature"));
}

}  // namespace

Status sign_macho(ByteView file, const Identity& identity, const std::string& identifier,
                  AtomicFile& out) {
  INGOT_CHECK(out.size() == 0);
  Proof proof = TRY(prove(file));
  const Layout& layout = proof.layout;
  std::string name = identifier.empty() ? layout.cast_record.identifier : identifier;
  std::string team = team_of(*identity.certificate);
  TRY(check_name(name, "name"));
  TRY(check_name(team, "team"));
  SignatureContent content = TRY(
      plan_identity(proof.original, layout, name, team, designated_requirement(identity, name)));
  uint64_t size = signature_size(content, TRY(cms_room(identity)));
  Bytes header = TRY(layout.header(size));

  PageHasher hasher;
  ByteView rest = TRY(file.slice(header.size(), layout.signature_offset - header.size()));
  for (ByteView part : {ByteView(header), rest}) {
    hasher.update(part);
    TRY(out.write(part));
  }
  Bytes directory = make_code_directory(content, hasher.finish());
  Bytes cms = TRY(make_cms(directory, identity));
  return out.write(make_signature(content, directory, cms, size));
}

Result<SignatureReport> read_signer(ByteView file) {
  Image image = TRY(read_macho(file));
  ByteView signature = TRY(signature_in(image, file));
  SignatureReport report;
  if (auto found = TRY(read_identity_signature(signature))) {
    report.is_ad_hoc = false;
    report.content = std::move(found->content);
    report.signer = TRY(check_cms(found->cms, found->code_directory));
    return report;
  }
  report.content = TRY(read_code_directory(TRY(read_signature(signature)).front().bytes));
  return report;
}

}  // namespace ingot::macho
