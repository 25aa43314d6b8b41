#include "packer/acquire/curl_library.h"

#include <catch2/catch.hpp>

#include "packer/acquire/transfer.h"

using namespace ingot;

TEST_CASE("libcurl is loaded once") {
  const CurlLibrary* curl = curl_library().value();
  CHECK(curl->version_info(CURLVERSION_NOW)->version_num >= LIBCURL_VERSION_NUM);
  CHECK(curl_library().value() == curl);
}

TEST_CASE("a libcurl that is not there, or is another library, is refused by name") {
  Error absent = load_curl_library("libcurl.so.4711").error();
  CHECK(absent.code == "network-library-missing");
  CHECK(absent.message.find("libcurl.so.4711") != std::string::npos);
  CHECK(absent.hint.find("--offline") != std::string::npos);
  Error other = load_curl_library("libcrypto.so.3").error();
  CHECK(other.code == "network-library-missing");
  CHECK(other.message.find("has no curl_global_init") != std::string::npos);
}

TEST_CASE("libcurl reads addresses as we do") {
  const CurlLibrary& curl = *curl_library().value();
  for (const char* text :
       {"https://User:p%40ss@Registry.Example.org:443/a/../b?c=d#e", "http://[::0:1]:81",
        "http://[2001:DB8::7f00:1]/", "https://127.0.0.1:0080/x", "https://a?b", "https://a:/?",
        "HTTPS://a.b-c_d./a//b/./../c/..", "https://a/%2e%2E/%", "https://a/\xc3\xbc?\xc3\xbc",
        "https://a/../..", "https://a/b/.", "https://a/;:@&=+$,'()*!~", "http://a:443/?b?c/../d",
        "http://@a:80", "http://u:@a:0/", "https://a/b/...//.c/"}) {
    CAPTURE(text);
    Url url = Url::parse(text).value();
    CAPTURE(url.text());
    CHECK(is_read_alike(curl, url));
    CHECK(Url::parse(url.text()).value().text() == url.text());
  }
}

TEST_CASE("an address that libcurl takes for another is noticed") {
  const CurlLibrary& curl = *curl_library().value();
  Url honest = Url::parse("https://registry.example.org:81/a?b").value();
  REQUIRE(is_read_alike(curl, honest));
  auto changed = [&](std::string Url::*part, const char* value) {
    Url url = honest;
    url.*part = value;
    return url;
  };
  for (const Url& url :
       {changed(&Url::host, "registry.example.org@other.example.org"), changed(&Url::host, "127.1"),
        changed(&Url::host, "other.example.org/registry.example.org"), changed(&Url::host, "%61"),
        changed(&Url::port, "443"), changed(&Url::path, "/a/../b"), changed(&Url::path, "/a#b"),
        changed(&Url::query, "b#c")}) {
    CAPTURE(url.text());
    CHECK_FALSE(is_read_alike(curl, url));
  }
}
