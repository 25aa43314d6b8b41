#include "packer/executable/signing/authenticode.h"

#include <algorithm>
#include <cstddef>

#include "packer/executable/pe/checksum.h"
#include "packer/executable/pe/layout.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/signing/pkcs7.h"

namespace ingot {
namespace {

constexpr uint64_t kAlignment = 8;
constexpr uint64_t kCertificateHeader = 8;
constexpr uint16_t kRevision = 0x0200;
constexpr uint16_t kTypePkcs7 = 0x0002;

// The places in the headers that a signature leaves out, in the file's order.
struct Places {
  uint64_t checksum;
  uint64_t directory;
  uint64_t end;  // of the file without its signature
};

Places places_of(const pe::Image& image) {
  uint64_t optional = image.optional_offset();
  return {optional + offsetof(pe::OptionalHeader, checksum),
          optional + offsetof(pe::OptionalHeader, directories) +
              pe::kCertificates * sizeof(pe::Directory),
          image.size_without_certificates()};
}

void append(Bytes& out, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

Bytes wrap(const Bytes& message) {
  uint64_t size = align_up(kCertificateHeader + message.size(), kAlignment);
  Bytes out;
  append(out, size, 4);
  append(out, kRevision, 2);
  append(out, kTypePkcs7, 2);
  out.insert(out.end(), message.begin(), message.end());
  out.resize(size);
  return out;
}

// The bytes that a signature is over, in pieces.
Result<std::vector<ByteView>> signed_pieces(ByteView file, const Places& places) {
  uint64_t after_checksum = places.checksum + sizeof(uint32_t);
  uint64_t after_directory = places.directory + sizeof(pe::Directory);
  return std::vector<ByteView>{TRY(file.slice(0, places.checksum)),
                               TRY(file.slice(after_checksum, places.directory - after_checksum)),
                               TRY(file.slice(after_directory, places.end - after_directory))};
}

Error malformed(const char* what) {
  return integrity_error("signature-malformed", std::string("the signature is damaged: ") + what);
}

}  // namespace

Result<Digest> authenticode_digest(ByteView file, DigestAlgorithm algorithm) {
  Places places = places_of(TRY(pe::read_pe(file)));
  Hasher hasher(algorithm);
  for (ByteView piece : TRY(signed_pieces(file, places))) hasher.update(piece);
  return hasher.finish();
}

Status sign_pe(ByteView file, const Identity& identity, AtomicFile& out) {
  INGOT_CHECK(out.size() == 0);
  Places places = places_of(TRY(pe::read_pe(file)));
  // Casting ends a file at its file alignment.
  INGOT_CHECK(places.end % kAlignment == 0);
  Digest digest = TRY(authenticode_digest(file, DigestAlgorithm::kSha256));
  Bytes certificate = wrap(TRY(make_authenticode_message(digest, identity)));
  if (places.end + certificate.size() > pe::kLargestFile)
    return fail(input_error("blob-too-large", "there is no room for a signature below 2 GiB"));

  Bytes directory;
  append(directory, places.end, 4);
  append(directory, certificate.size(), 4);
  std::vector<ByteView> pieces = TRY(signed_pieces(file, places));
  const Bytes no_checksum(sizeof(uint32_t));
  pe::Checksum checksum;
  for (ByteView piece : {pieces[0], ByteView(no_checksum), pieces[1], ByteView(directory),
                         pieces[2], ByteView(certificate)}) {
    checksum.update(piece);
    TRY(out.write(piece));
  }
  Bytes field;
  append(field, checksum.finish(), 4);
  return out.overwrite(places.checksum, field);
}

Result<std::optional<Signer>> read_pe_signer(ByteView file) {
  pe::Image image = TRY(pe::read_pe(file));
  const pe::Directory& directory = image.directory(pe::kCertificates);
  if (directory.size == 0) return std::nullopt;
  ByteView entry = TRY(file.slice(directory.address, directory.size));
  auto size = entry.le<uint32_t>(0);
  auto revision = entry.le<uint16_t>(4), type = entry.le<uint16_t>(6);
  if (!size || !revision || !type || *size <= kCertificateHeader ||
      align_up(*size, kAlignment) != align_up(entry.size(), kAlignment) || *size > entry.size())
    return fail(malformed("its size is wrong"));
  if (*revision != kRevision || *type != kTypePkcs7)
    return fail(malformed("it is of an unknown kind"));
  ByteView message = TRY(entry.slice(kCertificateHeader, *size - kCertificateHeader));
  AuthenticodeMessage checked = TRY(check_authenticode_message(message));
  if (TRY(authenticode_digest(file, checked.digest.algorithm)) != checked.digest)
    return fail(
        integrity_error("signature-mismatch", "the executable is not the one that was signed"));
  return Signer{owner_of(*checked.certificate), issuer_of(*checked.certificate),
                sha256_hex(certificate_der(*checked.certificate))};
}

}  // namespace ingot
