// HTTP and HTTPS addresses, taken apart.
//
// Owns the only reading of URLs in the packer. Refuses control characters, spaces, backslashes,
// hosts that are numbers in disguise, and all else on which URL parsers disagree, and every scheme
// but http and https. A check on the host can never be about another host than the one the transfer
// goes to: packer/acquire/transfer.h has libcurl read the address as well before it connects.
// Grammar: RFC 3986.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string user;    // decoded; empty when there is none
  std::string password;
  std::string host;  // lower-case; an IPv6 address keeps its brackets, and is in its shortest form
  std::string port;  // empty when it is the scheme's own
  std::string path;  // starts with '/'; dot segments are resolved
  std::string query;

  // Error "url-invalid"; its message holds no credentials.
  static Result<Url> parse(std::string_view text);

  // "host" or "host:port".
  std::string authority() const;
  // Scheme, host and port: what credentials are bound to.
  bool same_origin(const Url& other) const;
  bool is_loopback() const;
  // The whole address without user and password; fit for connecting and for messages.
  std::string text() const;
};

// `text` without user, password and query, for messages; "(an unreadable URL)" when it is none.
std::string displayed_url(std::string_view text);

}  // namespace ingot
