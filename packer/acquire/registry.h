// Where a package's tarball is, and what a server may be told to get it.
//
// Owns the URLs of registry tarballs and the rule for credentials: they are chosen by npm's "nerf
// dart" ("//host/path/"), go to exactly that host and below that path, and nowhere else. Never
// connects anywhere. Source: npm's manual page "npmrc" and the tarball layout every registry keeps,
// <registry>/<name>/-/<name without scope>-<version>.tgz.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "packer/acquire/npm_config.h"
#include "packer/acquire/url.h"

namespace ingot {

// The registry of the name's scope, or the general one. Ends with '/'.
const std::string& registry_of(const NpmConfig& config, std::string_view name);

// Of the document that says everything about a package.
Result<Url> package_document_url(const NpmConfig& config, std::string_view name);

// `location`: what the lockfile records; empty: nothing. An address on npm's own registry stands
// for the configured registry ("replace-registry-host"); one without a host is below the registry.
// Errors: "url-invalid" for a location that is no address.
Result<Url> registry_tarball_url(const NpmConfig& config, std::string_view name,
                                 std::string_view version, std::string_view location);

// The value of the Authorization header for this address. A user in the address itself counts only
// when no credentials are configured for it.
std::optional<std::string> authorization_for(const NpmConfig& config, const Url& url);

// The certificate to show there, if it asks for one: that of the address's own settings, else the
// general one where a registry is configured on that host. Nullptr: none. Borrows from `config`.
const ClientCertificate* client_certificate_for(const NpmConfig& config, const Url& url);

// Whether the address may be connected to: https always, http on this machine or where a registry
// is configured with http.
bool may_connect(const NpmConfig& config, const Url& url);

}  // namespace ingot
