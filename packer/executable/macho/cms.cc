#include "packer/executable/macho/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/digest.h"
#include "base/releaser.h"
#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/der.h"
#include "packer/executable/macho/requirements.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kCmsMagic = 0xfade0b01;
constexpr uint64_t kBlobHead = 8;
constexpr size_t kMaxCms = 1 << 20;
constexpr uint64_t kSizeVariation = 64;
constexpr size_t kCdHash = 20;  // bytes of a hash that identify code
constexpr const char* kHashesPlist = "1.2.840.113635.100.9.1";
constexpr const char* kHashesSet = "1.2.840.113635.100.9.2";
// SEQUENCE { OBJECT IDENTIFIER sha256, OCTET STRING of 32 bytes }
constexpr std::string_view kSha256HashHead =
    "\x30\x2d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20";

// OBJECT IDENTIFIER signedData
constexpr std::string_view kSignedDataType = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
// INTEGER 1, SET { SEQUENCE { OBJECT IDENTIFIER sha256 } }, SEQUENCE { OBJECT IDENTIFIER data }
constexpr std::string_view kSignedDataHead =
    "\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
    "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
constexpr std::string_view kVersion1 = "\x02\x01\x01";

using Cms = std::unique_ptr<CMS_ContentInfo, Releaser<CMS_ContentInfo_free>>;
using Bio = std::unique_ptr<BIO, Releaser<BIO_free>>;
using ObjectId = std::unique_ptr<ASN1_OBJECT, Releaser<ASN1_OBJECT_free>>;

struct Certificates {
  STACK_OF(X509) * stack;
  ~Certificates() { sk_X509_pop_free(stack, X509_free); }
};

Error signing_failed() {
  unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return input_error("signing-failed", "the identity cannot sign")
      .note(reason == nullptr ? "OpenSSL gives no reason" : reason);
}

Error malformed(const std::string& what) {
  ERR_clear_error();
  return integrity_error("signature-malformed", "the signature of the identity " + what);
}

Error mismatch(const std::string& what) {
  ERR_clear_error();
  return integrity_error("signature-mismatch", what);
}

Bio read_from(ByteView bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// As codesign writes it, tabs included.
std::string hashes_plist(ByteView directory_hash) {
  ByteView first = *directory_hash.slice(0, kCdHash);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
         "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
         "<plist version=\"1.0\">\n<dict>\n\t<key>cdhashes</key>\n\t<array>\n\t\t<data>\n\t\t" +
         to_base64(first) + "\n\t\t</data>\n\t</array>\n</dict>\n</plist>\n";
}

std::string hashes_set(ByteView directory_hash) {
  return std::string(kSha256HashHead) + std::string(directory_hash.text());
}

bool add_attribute(CMS_SignerInfo* signer, const char* id, int type, ByteView value) {
  return CMS_signed_add1_attr_by_txt(signer, id, type, value.data(),
                                     static_cast<int>(value.size())) == 1;
}

// The one value of a signed attribute: an octet string's bytes, or a sequence with its head.
std::string attribute_of(CMS_SignerInfo* signer, const char* id, int type) {
  ObjectId object(OBJ_txt2obj(id, 1));
  // lastpos -3: the attribute is there once, with one value.
  void* value = CMS_signed_get0_data_by_OBJ(signer, object.get(), -3, type);
  if (value == nullptr) return "";
  auto* text = static_cast<ASN1_STRING*>(value);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

Bytes encode(CMS_ContentInfo* cms) {
  int size = i2d_CMS_ContentInfo(cms, nullptr);
  if (size <= 0) return {};
  Bytes out(static_cast<size_t>(size));
  uint8_t* at = out.data();
  i2d_CMS_ContentInfo(cms, &at);
  return out;
}

// What OpenSSL does not look at: the versions and what kind of content is signed.
Status check_frame(ByteView der) {
  ByteView outer = TRY(take_element(der, kDerSequence)).content;
  DerElement type = TRY(take_element(outer));
  ByteView wrapped = TRY(take_element(outer, kDerContext0)).content;
  ByteView data = TRY(take_element(wrapped, kDerSequence)).content;
  auto is_kept = [&](ByteView bytes, std::string_view expected) {
    return bytes.text().starts_with(expected);
  };
  bool kept = is_kept(type.whole, kSignedDataType) && is_kept(data, kSignedDataHead);
  if (!kept) return fail(malformed("is of an unknown kind"));
  data = TRY(data.slice_from(kSignedDataHead.size()));
  TRY(take_element(data, kDerContext0));
  ByteView signers = TRY(take_element(data, kDerSet)).content;
  ByteView signer = TRY(take_element(signers, kDerSequence)).content;
  if (!is_kept(signer, kVersion1)) return fail(malformed("is of an unknown kind"));
  return {};
}

Status check_algorithm(CMS_SignerInfo* signer) {
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, nullptr, &algorithm);
  const ASN1_OBJECT* id = nullptr;
  int parameter = 0;
  X509_ALGOR_get0(&id, &parameter, nullptr, algorithm);
  int known = OBJ_obj2nid(id);
  if (known == NID_rsaEncryption && parameter == V_ASN1_NULL) return {};
  if (known == NID_ecdsa_with_SHA256 && parameter == V_ASN1_UNDEF) return {};
  return fail(malformed("is of an unknown kind"));
}

X509* issuer_among(X509* certificate, STACK_OF(X509) * all) {
  for (int i = 0; i < sk_X509_num(all); ++i) {
    X509* candidate = sk_X509_value(all, i);
    if (X509_NAME_cmp(X509_get_subject_name(candidate), X509_get_issuer_name(certificate)) == 0)
      return candidate;
  }
  return nullptr;
}

// Each certificate by the key of its issuer, up to one that is its own, and none that leads
// nowhere.
Status check_chain(X509* leaf, STACK_OF(X509) * all) {
  int seen = 1;
  for (X509* at = leaf;; ++seen) {
    X509* issuer = issuer_among(at, all);
    if (issuer == nullptr || seen > sk_X509_num(all))
      return fail(malformed("has not all certificates up to a root"));
    if (X509_verify(at, X509_get0_pubkey(issuer)) != 1)
      return fail(mismatch("a certificate of the signature is not its issuer's"));
    if (issuer == at) break;
    at = issuer;
  }
  if (seen != sk_X509_num(all))
    return fail(malformed("has certificates that are not the signer's or its issuers'"));
  return {};
}

Status check_identity(const Identity& identity) {
  Certificates all{sk_X509_new_null()};
  auto add = [&](const CertificateHandle& certificate) {
    X509_up_ref(certificate.get());
    sk_X509_push(all.stack, certificate.get());
  };
  add(identity.certificate);
  for (const CertificateHandle& certificate : identity.chain) add(certificate);
  if (check_chain(identity.certificate.get(), all.stack)) return {};
  ERR_clear_error();
  return fail(
      input_error("identity-chain-incomplete",
                  "the PKCS#12 file has not all certificates from the identity's up to the "
                  "root, which macOS looks for in a signature")
          .hinted("export it with its chain: 'openssl pkcs12 -export -certfile CHAIN.pem'"));
}

}  // namespace

Result<Bytes> make_cms(ByteView code_directory, const Identity& identity) {
  TRY(check_identity(identity));
  constexpr unsigned kFlags = CMS_PARTIAL | CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP;
  Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, kFlags));
  if (!cms) return fail(signing_failed());
  CMS_SignerInfo* signer = CMS_add1_signer(cms.get(), identity.certificate.get(),
                                           identity.key.get(), EVP_sha256(), kFlags);
  if (signer == nullptr) return fail(signing_failed());
  for (const CertificateHandle& certificate : identity.chain) {
    if (CMS_add1_cert(cms.get(), certificate.get()) != 1) return fail(signing_failed());
  }
  Bytes hash = digest_of(DigestAlgorithm::kSha256, code_directory).bytes;
  std::string plist = hashes_plist(hash), set = hashes_set(hash);
  if (!add_attribute(signer, kHashesPlist, V_ASN1_OCTET_STRING, std::string_view(plist)) ||
      !add_attribute(signer, kHashesSet, V_ASN1_SEQUENCE, std::string_view(set)))
    return fail(signing_failed());
  Bio content = read_from(code_directory);
  if (CMS_final(cms.get(), content.get(), nullptr, kFlags) != 1) return fail(signing_failed());
  Bytes der = encode(cms.get());
  if (der.empty()) return fail(signing_failed());
  return make_blob(kCmsMagic, der);
}

Result<uint64_t> cms_room(const Identity& identity) {
  Bytes trial = TRY(make_cms(std::string_view("anything"), identity));
  return trial.size() + kSizeVariation;
}

Result<CmsSigner> check_cms(ByteView blob, ByteView code_directory) {
  auto magic = blob.be<uint32_t>(0);
  auto der = blob.slice_from(kBlobHead);
  if (!magic || *magic != kCmsMagic || !der || der->size() > kMaxCms)
    return fail(malformed("is not there"));
  const uint8_t* at = der->data();
  Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der->size())));
  if (!cms) return fail(malformed("cannot be read"));
  Bytes again = encode(cms.get());
  if (!std::ranges::equal(again, der->span())) return fail(malformed("is not in DER"));

  TRY(check_frame(*der));

  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
  if (sk_CMS_SignerInfo_num(signers) != 1) return fail(malformed("has not exactly one signer"));
  Bio content = read_from(code_directory);
  constexpr unsigned kFlags = CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY;
  if (CMS_verify(cms.get(), nullptr, nullptr, content.get(), nullptr, kFlags) != 1)
    return fail(mismatch("the signature of the identity is not of this executable"));

  CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
  TRY(check_algorithm(signer));
  Bytes hash = digest_of(DigestAlgorithm::kSha256, code_directory).bytes;
  if (attribute_of(signer, kHashesPlist, V_ASN1_OCTET_STRING) != hashes_plist(hash) ||
      attribute_of(signer, kHashesSet, V_ASN1_SEQUENCE) != hashes_set(hash))
    return fail(mismatch("the signature of the identity names another CodeDirectory"));
  X509* leaf = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, &leaf, nullptr, nullptr);
  Certificates all{CMS_get1_certs(cms.get())};
  if (leaf == nullptr) return fail(malformed("has no certificate of its signer"));
  TRY(check_chain(leaf, all.stack));
  X509_up_ref(leaf);
  return CmsSigner{CertificateHandle(leaf, X509_free), team_of(*leaf)};
}

}  // namespace ingot::macho
