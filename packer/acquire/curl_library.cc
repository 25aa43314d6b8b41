#include "packer/acquire/curl_library.h"

#include <dlfcn.h>

namespace ingot {
namespace {

Error missing(const std::string& why) {
  return input_error("network-library-missing", "libcurl cannot be loaded: " + why)
      .hinted("install " INGOT_LIBCURL
              " (Debian's package libcurl4), or use --offline with a filled store");
}

class Functions {
 public:
  explicit Functions(void* library) : library_(library) {}

  template <typename Function>
  void find(const char* name, Function& out) {
    out = reinterpret_cast<Function>(dlsym(library_, name));
    if (out == nullptr && missing_ == nullptr) missing_ = name;
  }
  const char* first_missing() const { return missing_; }

 private:
  void* library_;
  const char* missing_ = nullptr;
};

Result<CurlLibrary> load_and_start() {
  CurlLibrary curl = TRY(load_curl_library(INGOT_LIBCURL));
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(missing("it cannot be initialised"));
  return curl;
}

}  // namespace

Result<CurlLibrary> load_curl_library(const std::string& name) {
  // All at once: what it lacks is said now and not in the middle of a download.
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(missing(dlerror()));
  Functions functions(library);
  CurlLibrary curl{};
  functions.find("curl_global_init", curl.global_init);
  functions.find("curl_version_info", curl.version_info);
  functions.find("curl_easy_init", curl.easy_init);
  functions.find("curl_easy_setopt", curl.easy_setopt);
  functions.find("curl_easy_getinfo", curl.easy_getinfo);
  functions.find("curl_easy_strerror", curl.easy_strerror);
  functions.find("curl_easy_cleanup", curl.easy_cleanup);
  functions.find("curl_slist_append", curl.slist_append);
  functions.find("curl_slist_free_all", curl.slist_free_all);
  functions.find("curl_multi_init", curl.multi_init);
  functions.find("curl_multi_add_handle", curl.multi_add_handle);
  functions.find("curl_multi_remove_handle", curl.multi_remove_handle);
  functions.find("curl_multi_perform", curl.multi_perform);
  functions.find("curl_multi_poll", curl.multi_poll);
  functions.find("curl_multi_info_read", curl.multi_info_read);
  functions.find("curl_multi_cleanup", curl.multi_cleanup);
  functions.find("curl_url", curl.url);
  functions.find("curl_url_set", curl.url_set);
  functions.find("curl_url_get", curl.url_get);
  functions.find("curl_url_cleanup", curl.url_cleanup);
  functions.find("curl_free", curl.free);
  if (const char* name_of_function = functions.first_missing())
    return fail(missing(name + " has no " + name_of_function));
  return curl;
}

Result<const CurlLibrary*> curl_library() {
  static const Result<CurlLibrary> loaded = load_and_start();
  if (!loaded) return fail(loaded.error());
  return &*loaded;
}

}  // namespace ingot
