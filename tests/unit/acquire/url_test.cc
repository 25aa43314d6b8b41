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

TEST_CASE("an address has one form") {
  auto same = [](const char* text) { return Url::parse(text).value().text(); };
  CHECK(same("HTTP://A:080?") == "http://a/");
  CHECK(same("https://a:/b/./c/../../../d/..") == "https://a/");
  CHECK(same("https://a//b/../.c/...") == "https://a//.c/...");
  CHECK(same("https://[0:0::0:1]:443/%2e") == "https://[::1]/%2e");
  CHECK(same("https://1.2.3.4.a_b:444/?b?#c?d") == "https://1.2.3.4.a_b:444/?b?");
}

TEST_CASE("what URL parsers disagree on is no address") {
  for (const char* bad : {"",
                          "registry.example.org",
                          "ftp://registry.example.org/",
                          "file:///etc",
                          "https://",
                          "https:////a",
                          "https://a b/",
                          "https://a/\nb",
                          "https://a\\@b/",
                          "https://a:99999/",
                          "javascript:1",
                          "https:/a/",
                          "https:///a",
                          "https://a@b@c/",
                          "https://a%62/",
                          "https://a:1:2/",
                          "https://a:+1/",
                          "https://a:1a/",
                          "https://[::1",
                          "https://[::1]a/",
                          "https://a[::1]/",
                          "https://[fe80::1%25eth0]/",
                          "https://[1]/",
                          "https://u%0a:p@a/",
                          "https://127.1/",
                          "https://0x7F000001/",
                          "https://017700000001/",
                          "https://127.0.0.01/",
                          "https://1.2.3.4./",
                          "https://a.0x/",
                          "https://a{b}/",
                          "https://:81/"}) {
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
