#include "packer/executable/macho/requirements.h"

#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/digest.h"
#include "packer/executable/macho/code_signature.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kRequirementMagic = 0xfade0c00;
constexpr uint32_t kRequirementsMagic = 0xfade0c01;
constexpr uint32_t kDesignated = 3;
constexpr uint32_t kExpression = 1;
constexpr uint32_t kRequirementOffset = 20;  // behind the index of one

enum Operator : uint32_t {
  kIdentifier = 2,
  kAnchorHash = 4,
  kAnd = 6,
  kCertificateField = 11,
  kCertificateExtension = 14,
  kAppleGenericAnchor = 15,
};
enum Match : uint32_t { kExists = 0, kEqual = 1 };

// Certificates by their place in the chain.
constexpr uint32_t kLeaf = 0;
constexpr uint32_t kIssuer = 1;
constexpr uint32_t kRoot = ~uint32_t{0};

// Apple's markers: "Developer ID Application" and the authority that issues those.
constexpr const char* kDeveloperIdLeaf = "1.2.840.113635.100.6.1.13";
constexpr const char* kDeveloperIdAuthority = "1.2.840.113635.100.6.2.6";
constexpr std::string_view kDeveloperIdLeafDer = "\x2a\x86\x48\x86\xf7\x63\x64\x06\x01\x0d";
constexpr std::string_view kDeveloperIdAuthorityDer = "\x2a\x86\x48\x86\xf7\x63\x64\x06\x02\x06";

class Expression {
 public:
  Expression& number(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes_.push_back(static_cast<uint8_t>(value >> shift));
    return *this;
  }
  Expression& data(ByteView bytes) {
    number(static_cast<uint32_t>(bytes.size()));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bytes_.resize(align_up(bytes_.size(), 4));
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

Bytes wrap(const Expression& expression) {
  Expression requirement;
  requirement.number(kExpression);
  Bytes inner = requirement.bytes();
  inner.insert(inner.end(), expression.bytes().begin(), expression.bytes().end());
  Bytes blob = make_blob(kRequirementMagic, inner);
  Expression index;
  index.number(1).number(kDesignated).number(kRequirementOffset);
  Bytes out = index.bytes();
  out.insert(out.end(), blob.begin(), blob.end());
  return make_blob(kRequirementsMagic, out);
}

bool has_extension(const X509* certificate, const char* dotted) {
  ASN1_OBJECT* id = OBJ_txt2obj(dotted, 1);
  bool found = X509_get_ext_by_OBJ(certificate, id, -1) >= 0;
  ASN1_OBJECT_free(id);
  return found;
}

std::string name_part(const X509& certificate, int id) {
  const X509_NAME* name = X509_get_subject_name(&certificate);
  int at = X509_NAME_get_index_by_NID(name, id, -1);
  if (at < 0) return "";
  uint8_t* text = nullptr;
  int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return "";
  std::string out(reinterpret_cast<char*>(text), static_cast<size_t>(size));
  OPENSSL_free(text);
  return out.find('\0') == std::string::npos ? out : "";
}

// The highest certificate that is of the leaf's organization.
uint32_t pinned_place(const Identity& identity) {
  std::string organization = name_part(*identity.certificate, NID_organizationName);
  if (organization.empty()) return kLeaf;
  uint32_t place = kLeaf;
  while (place < identity.chain.size() &&
         name_part(*identity.chain[place], NID_organizationName) == organization)
    ++place;
  return place;
}

}  // namespace

std::string team_of(const X509& certificate) {
  return name_part(certificate, NID_organizationalUnitName);
}

Bytes developer_id_requirement(const std::string& identifier, const std::string& team) {
  Expression e;
  e.number(kAnd).number(kIdentifier).data(std::string_view(identifier));
  e.number(kAnd).number(kAppleGenericAnchor);
  e.number(kAnd).number(kCertificateExtension).number(kIssuer);
  e.data(kDeveloperIdAuthorityDer).number(kExists);
  e.number(kAnd).number(kCertificateExtension).number(kLeaf);
  e.data(kDeveloperIdLeafDer).number(kExists);
  e.number(kCertificateField).number(kLeaf).data(std::string_view("subject.OU"));
  e.number(kEqual).data(std::string_view(team));
  return wrap(e);
}

Bytes designated_requirement(const Identity& identity, const std::string& identifier) {
  std::string team = team_of(*identity.certificate);
  if (!team.empty() && !identity.chain.empty() &&
      has_extension(identity.certificate.get(), kDeveloperIdLeaf) &&
      has_extension(identity.chain.front().get(), kDeveloperIdAuthority))
    return developer_id_requirement(identifier, team);

  uint32_t place = pinned_place(identity);
  const X509& pinned = place == kLeaf ? *identity.certificate : *identity.chain[place - 1];
  bool is_root = place > kLeaf && place == identity.chain.size();
  Expression e;
  e.number(kAnd).number(kIdentifier).data(std::string_view(identifier));
  e.number(kAnchorHash).number(is_root ? kRoot : place);
  e.data(digest_of(DigestAlgorithm::kSha1, certificate_der(pinned)).bytes);
  return wrap(e);
}

}  // namespace ingot::macho
