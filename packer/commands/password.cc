#include "packer/commands/password.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/file_system.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPasswordFile = 4096;

}  // namespace

Password::~Password() {
  OPENSSL_cleanse(text.data(), text.size());
}

Result<Password> read_password(const std::string& file, std::string_view variable,
                               const Console& console) {
  Password password;
  if (file.empty()) {
    password.text = find_variable(console.environment, variable).value_or("");
    return password;
  }
  password.text = TRY(real_file_system().read(console.absolute(file), kMaxPasswordFile));
  password.text.resize(std::min(password.text.find('\n'), password.text.size()));
  if (password.text.ends_with('\r')) password.text.pop_back();
  return password;
}

}  // namespace ingot
