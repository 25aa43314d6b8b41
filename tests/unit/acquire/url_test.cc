#include "packer/acquire/url.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("an address is taken apart, without its port where that says nothing") {
  Url url = Url::parse("https://User:p%40ss@Registry.Example.org:443/a/../b?c=d#e").value();
  CHECK(url.host == "registry.example.org");
  CHECK(url.port == "");
  CHECK(url.user == "User");
  CHECK(url.password == "p@ss");
  CHECK(url.path == "/b");
  CHECK(url.text() == "https://registry.example.org/b?c=d");
  CHECK(Url::parse("http://[::1]:81").value().text() == "http://[::1]:81/");
}

TEST_CASE("what URL parsers disagree on is no address") {
  for (const char* bad : {"", "registry.example.org", "ftp://registry.example.org/", "file:///etc",
                          "https://", "https:////a", "https://a b/", "https://a/\nb",
                          "https://a\\@b/", "https://a:99999/", "javascript:1"}) {
    CAPTURE(bad);
    auto url = Url::parse(bad);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == "url-invalid");
  }
  CHECK_FALSE(Url::parse("https://a/" + std::string(10'000, 'a')));
}

TEST_CASE("an address in a message shows neither user nor query") {
  CHECK(displayed_url("https://me:secret@registry.example.org/a?token=secret") ==
        "https://registry.example.org/a");
  CHECK(displayed_url("secret") == "(an unreadable URL)");
}

TEST_CASE("only this machine is loopback") {
  for (const char* here : {"http://127.0.0.1/", "http://localhost:1/", "http://[::1]/"})
    CHECK(Url::parse(here).value().is_loopback());
  for (const char* there : {"http://127.example.org/", "http://localhost.example.org/"})
    CHECK_FALSE(Url::parse(there).value().is_loopback());
}
