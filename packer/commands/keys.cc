#include "packer/commands/keys.h"

#include <openssl/crypto.h>

#include "base/file_system.h"
#include "packer/commands/password.h"

namespace ingot {

Result<PrivateKey> read_private_key(const std::string& file, const std::string& password_file,
                                    const Console& console) {
  std::string path = console.absolute(file);
  Password password = TRY(read_password(password_file, kKeyPasswordVariable, console));
  std::string pem = TRY(real_file_system().read(path, kMaxKeyFile));
  auto key = PrivateKey::from_pem(pem, password.text);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!key) return fail(std::move(key.error()).at({path, 0, 0}));
  return key;
}

Result<PublicKey> read_public_key(const std::string& file, const Console& console) {
  std::string path = console.absolute(file);
  auto key = PublicKey::from_pem(TRY(real_file_system().read(path, kMaxKeyFile)));
  if (!key) return fail(std::move(key.error()).at({path, 0, 0}));
  return key;
}

}  // namespace ingot
