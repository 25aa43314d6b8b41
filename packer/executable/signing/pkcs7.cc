#include "packer/executable/signing/pkcs7.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <algorithm>
#include <iterator>

#include "base/releaser.h"

namespace ingot {
namespace {

constexpr const char* kIndirectData = "1.3.6.1.4.1.311.2.1.4";
constexpr const char* kStatementType = "1.3.6.1.4.1.311.2.1.11";
constexpr const char* kProgramInfo = "1.3.6.1.4.1.311.2.1.12";

// SpcIndirectDataContent up to the SHA-256 that ends it.
constexpr uint8_t kIndirectDataHead[] = {
    0x30, 0x4c,                                                              // SEQUENCE
    0x30, 0x17,                                                              //   SEQUENCE: data
    0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0f,  //     the OID
    0x30, 0x09,                          //     SEQUENCE: SpcPeImageData
    0x03, 0x01, 0x00,                    //       BIT STRING, empty
    0xa0, 0x04, 0xa2, 0x02, 0x80, 0x00,  //       [0] [2] [0], empty
    0x30, 0x31,                          //   SEQUENCE: messageDigest
    0x30, 0x0d,                          //     SEQUENCE: AlgorithmIdentifier
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,  //       SHA-256
    0x05, 0x00,                                                        //       NULL
    0x04, 0x20};                                                       //     OCTET STRING
constexpr size_t kSequenceHead = 2;  // tag and length of the outermost SEQUENCE, which is short

// SEQUENCE { OID 1.3.6.1.4.1.311.2.1.21 }: signed by somebody, not necessarily a company.
constexpr uint8_t kIndividual[] = {0x30, 0x0c, 0x06, 0x0a, 0x2b, 0x06, 0x01,
                                   0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x15};
constexpr uint8_t kNoProgramInfo[] = {0x30, 0x00};

void free_attributes(STACK_OF(X509_ATTRIBUTE) * attributes) {
  sk_X509_ATTRIBUTE_pop_free(attributes, X509_ATTRIBUTE_free);
}
void free_types(ASN1_SEQUENCE_ANY* types) {
  sk_ASN1_TYPE_pop_free(types, ASN1_TYPE_free);
}
using Message = std::unique_ptr<PKCS7, Releaser<PKCS7_free>>;
using ObjectId = std::unique_ptr<ASN1_OBJECT, Releaser<ASN1_OBJECT_free>>;
using Attributes = std::unique_ptr<STACK_OF(X509_ATTRIBUTE), Releaser<free_attributes>>;
using Sequence = std::unique_ptr<ASN1_SEQUENCE_ANY, Releaser<free_types>>;
using DigestInfo = std::unique_ptr<X509_SIG, Releaser<X509_SIG_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;

// Text as a function, because OPENSSL_free is a macro.
void free_memory(uint8_t* memory) {
  OPENSSL_free(memory);
}
using Memory = std::unique_ptr<uint8_t, Releaser<free_memory>>;

ObjectId object_id(const char* text) {
  ObjectId id(OBJ_txt2obj(text, 1));
  INGOT_CHECK(id != nullptr);
  return id;
}

// The queue of OpenSSL's errors would otherwise be read by whoever fails next.
Error failed(Error error) {
  if (unsigned long code = ERR_get_error(); code != 0) {
    if (const char* reason = ERR_reason_error_string(code)) error.notes.emplace_back(reason);
  }
  ERR_clear_error();
  return error;
}

Error signing_failed() {
  return failed(input_error("signing-failed", "the executable cannot be signed"));
}

Error malformed(const std::string& what) {
  return failed(integrity_error("signature-malformed", "the signature is damaged: " + what));
}

Error mismatch(const std::string& what) {
  return failed(integrity_error("signature-mismatch", what));
}

// `bytes` are DER, or what an OCTET STRING is to hold.
bool add_attribute(STACK_OF(X509_ATTRIBUTE) * attributes, const ObjectId& id, int type,
                   ByteView bytes) {
  X509_ATTRIBUTE* attribute = X509_ATTRIBUTE_create_by_OBJ(nullptr, id.get(), type, bytes.data(),
                                                           static_cast<int>(bytes.size()));
  if (attribute == nullptr) return false;
  if (sk_X509_ATTRIBUTE_push(attributes, attribute) > 0) return true;
  X509_ATTRIBUTE_free(attribute);
  return false;
}

bool add_content_type(STACK_OF(X509_ATTRIBUTE) * attributes) {
  ObjectId name(OBJ_nid2obj(NID_pkcs9_contentType)), value = object_id(kIndirectData);
  X509_ATTRIBUTE* attribute =
      X509_ATTRIBUTE_create_by_OBJ(nullptr, name.get(), V_ASN1_OBJECT, value.get(), -1);
  if (attribute == nullptr) return false;
  if (sk_X509_ATTRIBUTE_push(attributes, attribute) > 0) return true;
  X509_ATTRIBUTE_free(attribute);
  return false;
}

bool add_attributes(PKCS7_SIGNER_INFO* signer, ByteView content) {
  Attributes attributes(sk_X509_ATTRIBUTE_new_null());
  ByteView value(content.data() + kSequenceHead, content.size() - kSequenceHead);
  Digest digest = digest_of(DigestAlgorithm::kSha256, value);
  ByteView individual(kIndividual, sizeof(kIndividual));
  ByteView no_info(kNoProgramInfo, sizeof(kNoProgramInfo));
  ObjectId message_digest(OBJ_nid2obj(NID_pkcs9_messageDigest));
  auto* list = attributes.get();
  return list != nullptr && add_content_type(list) &&
         add_attribute(list, message_digest, V_ASN1_OCTET_STRING, digest.bytes) &&
         add_attribute(list, object_id(kStatementType), V_ASN1_SEQUENCE, individual) &&
         add_attribute(list, object_id(kProgramInfo), V_ASN1_SEQUENCE, no_info) &&
         PKCS7_set_signed_attributes(signer, list) == 1;
}

// The content stands in the message as it is, not in an OCTET STRING as CMS would have it.
bool set_content(PKCS7* message, ByteView content) {
  Message inner(PKCS7_new());
  ASN1_STRING* text = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
  if (!inner || text == nullptr ||
      ASN1_STRING_set(text, content.data(), static_cast<int>(content.size())) != 1) {
    ASN1_STRING_free(text);
    return false;
  }
  inner->type = object_id(kIndirectData).release();
  inner->d.other = ASN1_TYPE_new();
  ASN1_TYPE_set(inner->d.other, V_ASN1_SEQUENCE, text);
  if (PKCS7_set_content(message, inner.get()) != 1) return false;
  (void)inner.release();
  return true;
}

bool sign(PKCS7* message, ByteView content, const Identity& identity) {
  if (PKCS7_set_type(message, NID_pkcs7_signed) != 1) return false;
  PKCS7_SIGNER_INFO* signer =
      PKCS7_add_signature(message, identity.certificate.get(), identity.key.get(), EVP_sha256());
  if (signer == nullptr || !add_attributes(signer, content) ||
      PKCS7_SIGNER_INFO_sign(signer) != 1 ||
      PKCS7_add_certificate(message, identity.certificate.get()) != 1)
    return false;
  for (const CertificateHandle& issuer : identity.chain)
    if (PKCS7_add_certificate(message, issuer.get()) != 1) return false;
  return set_content(message, content);
}

std::optional<DigestAlgorithm> algorithm_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* id = nullptr;
  X509_ALGOR_get0(&id, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(id)) {
    case NID_sha1:
      return DigestAlgorithm::kSha1;
    case NID_sha256:
      return DigestAlgorithm::kSha256;
    case NID_sha384:
      return DigestAlgorithm::kSha384;
    case NID_sha512:
      return DigestAlgorithm::kSha512;
    default:
      return std::nullopt;
  }
}

ByteView bytes_of(const ASN1_STRING* text) {
  return {ASN1_STRING_get0_data(text), static_cast<size_t>(ASN1_STRING_length(text))};
}

bool is_indirect_data(const ASN1_OBJECT* id) {
  return id != nullptr && OBJ_cmp(id, object_id(kIndirectData).get()) == 0;
}

// The DER of the SpcIndirectDataContent.
Result<ByteView> content_of(const PKCS7& message) {
  const PKCS7* inner = message.d.sign->contents;
  if (inner == nullptr || !is_indirect_data(inner->type) || inner->d.other == nullptr ||
      inner->d.other->type != V_ASN1_SEQUENCE)
    return fail(malformed("it is not of a program"));
  return bytes_of(inner->d.other->value.sequence);
}

Result<Digest> digest_in(ByteView content) {
  const uint8_t* at = content.data();
  Sequence parts(d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(content.size())));
  if (!parts || sk_ASN1_TYPE_num(parts.get()) != 2) return fail(malformed("it holds no digest"));
  const ASN1_TYPE* second = sk_ASN1_TYPE_value(parts.get(), 1);
  if (second->type != V_ASN1_SEQUENCE) return fail(malformed("it holds no digest"));
  ByteView der = bytes_of(second->value.sequence);
  at = der.data();
  DigestInfo info(d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size())));
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_OCTET_STRING* value = nullptr;
  if (info) X509_SIG_get0(info.get(), &algorithm, &value);
  auto known = info ? algorithm_of(algorithm) : std::nullopt;
  if (!known || bytes_of(value).size() != digest_size(*known))
    return fail(malformed("it holds no digest"));
  ByteView bytes = bytes_of(value);
  return Digest{*known, Bytes(bytes.begin(), bytes.end())};
}

// The signed attributes: that they are about this content.
Status check_attributes(PKCS7_SIGNER_INFO* signer, ByteView content, DigestAlgorithm algorithm) {
  const ASN1_TYPE* type = PKCS7_get_signed_attribute(signer, NID_pkcs9_contentType);
  const ASN1_TYPE* digest = PKCS7_get_signed_attribute(signer, NID_pkcs9_messageDigest);
  if (type == nullptr || type->type != V_ASN1_OBJECT || !is_indirect_data(type->value.object) ||
      digest == nullptr || digest->type != V_ASN1_OCTET_STRING)
    return fail(malformed("it does not say what it signs"));
  const uint8_t* value = content.data();
  long length = 0;
  int tag = 0, kind = 0;
  if ((ASN1_get_object(&value, &length, &tag, &kind, static_cast<long>(content.size())) & 0x80) !=
      0)
    return fail(malformed("it holds no digest"));
  Digest found = digest_of(algorithm, ByteView(value, static_cast<size_t>(length)));
  if (!std::ranges::equal(found.bytes, bytes_of(digest->value.octet_string)))
    return fail(mismatch("the signature is not for the digest in it"));
  return {};
}

Status check_signature(PKCS7_SIGNER_INFO* signer, X509* certificate) {
  uint8_t* der = nullptr;
  int size = ASN1_item_i2d(reinterpret_cast<ASN1_VALUE*>(signer->auth_attr), &der,
                           ASN1_ITEM_rptr(PKCS7_ATTR_VERIFY));
  Memory attributes(der);
  const EVP_MD* algorithm = EVP_get_digestbyobj(signer->digest_alg->algorithm);
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  DigestContext context(EVP_MD_CTX_new());
  if (size <= 0 || algorithm == nullptr || key == nullptr || !context)
    return fail(malformed("its algorithm is unknown"));
  ByteView signature = bytes_of(signer->enc_digest);
  bool good = EVP_DigestVerifyInit(context.get(), nullptr, algorithm, nullptr, key) == 1 &&
              EVP_DigestVerify(context.get(), signature.data(), signature.size(), der,
                               static_cast<size_t>(size)) == 1;
  if (!good) return fail(mismatch("the signature is not by the owner of its certificate"));
  return {};
}

// That each certificate is by the one that it names as its issuer, as far as the message has them:
// else its owner could be called anything.
Status check_certificates(const PKCS7& message, X509* leaf) {
  const STACK_OF(X509)* all = message.d.sign->cert;
  X509* last = leaf;
  for (int steps = sk_X509_num(all); steps > 0; --steps) {
    X509* issuer = nullptr;
    for (int i = 0; i < sk_X509_num(all) && issuer == nullptr; ++i) {
      X509* candidate = sk_X509_value(all, i);
      if (X509_NAME_cmp(X509_get_subject_name(candidate), X509_get_issuer_name(last)) == 0)
        issuer = candidate;
    }
    if (issuer == nullptr) return {};
    if (X509_verify(last, X509_get0_pubkey(issuer)) != 1)
      return fail(mismatch("a certificate of the signature is not by its issuer"));
    if (issuer == last) return {};
    last = issuer;
  }
  return {};
}

}  // namespace

Result<Bytes> make_authenticode_message(const Digest& digest, const Identity& identity) {
  INGOT_CHECK(digest.algorithm == DigestAlgorithm::kSha256);
  Bytes content(std::begin(kIndirectDataHead), std::end(kIndirectDataHead));
  content.insert(content.end(), digest.bytes.begin(), digest.bytes.end());
  Message message(PKCS7_new());
  if (!message || !sign(message.get(), content, identity)) return fail(signing_failed());
  int size = i2d_PKCS7(message.get(), nullptr);
  if (size <= 0) return fail(signing_failed());
  Bytes out(static_cast<size_t>(size));
  uint8_t* at = out.data();
  i2d_PKCS7(message.get(), &at);
  return out;
}

Result<AuthenticodeMessage> check_authenticode_message(ByteView bytes) {
  const uint8_t* at = bytes.data();
  Message message(d2i_PKCS7(nullptr, &at, static_cast<long>(bytes.size())));
  if (!message || PKCS7_type_is_signed(message.get()) == 0 || message->d.sign == nullptr)
    return fail(malformed("it is no PKCS#7 message"));
  ByteView content = TRY(content_of(*message));
  Digest digest = TRY(digest_in(content));
  STACK_OF(PKCS7_SIGNER_INFO)* signers = PKCS7_get_signer_info(message.get());
  if (sk_PKCS7_SIGNER_INFO_num(signers) != 1) return fail(malformed("it has not one signer"));
  PKCS7_SIGNER_INFO* signer = sk_PKCS7_SIGNER_INFO_value(signers, 0);
  X509* certificate = PKCS7_cert_from_signer_info(message.get(), signer);
  auto algorithm = algorithm_of(signer->digest_alg);
  if (certificate == nullptr || !algorithm)
    return fail(malformed("the signer's certificate is missing"));
  TRY(check_attributes(signer, content, *algorithm));
  TRY(check_signature(signer, certificate));
  TRY(check_certificates(*message, certificate));
  X509_up_ref(certificate);
  return AuthenticodeMessage{std::move(digest), CertificateHandle(certificate, X509_free)};
}

}  // namespace ingot
