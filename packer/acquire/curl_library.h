// libcurl, loaded when the network is first used.
//
// Owns which of its functions are used, and getting them. It is not linked: it brings two dozen
// other libraries (Kerberos, LDAP, SSH), which would take half of the time of every start, and most
// starts use no network.
#pragma once

#include <curl/curl.h>

#include <string>

#include "base/result.h"

namespace ingot {

struct CurlLibrary {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_version_info) version_info;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_url) url;
  decltype(&::curl_url_set) url_set;
  decltype(&::curl_url_get) url_get;
  decltype(&::curl_url_cleanup) url_cleanup;
  decltype(&::curl_free) free;
};

// The one that ingot was built with, ready for use; the same object each time, from any thread, to
// the end of the process. Error "network-library-missing".
Result<const CurlLibrary*> curl_library();

// `name`: what the system's loader looks for. It is never unloaded. Error
// "network-library-missing", also where a function is missing.
Result<CurlLibrary> load_curl_library(const std::string& name);

}  // namespace ingot
