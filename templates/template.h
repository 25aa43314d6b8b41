// From an npm tarball of a runtime to the one binary in it, checked.
//
// Owns reading members of a template's tarball (gzip and tar, by libarchive) and the comparison of
// a binary with its pin. The caller has already checked the tarball's own SRI digest. Never changes
// a template, never fetches one, and extracts nothing but the member that was asked for.
//
// Errors: "template-archive-broken" (not a readable .tgz), "template-member-missing",
// "template-member-too-large"; of kind kIntegrity: "template-digest-mismatch"; of kind kUsage:
// "template-digest-malformed".
#pragma once

#include <string>
#include <string_view>

#include "base/atomic_file.h"
#include "base/byte_view.h"
#include "base/result.h"
#include "templates/pins.h"

namespace ingot {

// Streams the pinned binary out of `tarball` into `out`, hashing on the way. `out` is to be
// committed only after success: on a mismatch it holds bytes nobody vouches for.
Status extract_template(ByteView tarball, const TemplatePin& pin, AtomicFile& out);

// Checks a binary that is already there, for instance in the store.
Status check_template(ByteView binary, const TemplatePin& pin);

// A binary the user brings, against the digest the user gives: 64 hex digits of either case.
Status check_user_template(ByteView binary, std::string_view sha256_hex);

// The text of another member, such as "LICENSE" (the Windows packages have none). `member` is a
// path inside the package; at most `max_size` bytes are read.
Result<std::string> read_template_member(ByteView tarball, std::string_view member,
                                         uint64_t max_size);

}  // namespace ingot
