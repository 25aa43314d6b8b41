#include "resolver/modules/builtin_modules.h"

#include <algorithm>
#include <array>

namespace ingot {
namespace {

// `module.builtinModules` of Node 26.10.0 without the names that need "node:" in front. The two
// iter modules exist behind a flag; without it the names lead to packages, with it they do not.
constexpr std::array<std::string_view, 64> kBuiltins = {
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_tls_common",
    "_tls_wrap",
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/iter",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
    "zlib/iter",
};

}  // namespace

bool is_builtin_module(std::string_view specifier) {
  return specifier.starts_with("node:") ||
         std::binary_search(kBuiltins.begin(), kBuiltins.end(), specifier);
}

}  // namespace ingot
