#include "packer/acquire/berry_cache.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("yarn names archives after scopes, addresses and other protocols as well") {
  auto first = [](const std::string& name, const std::string& version, PackageSource source) {
    auto all = berry_cache_candidates({"/c"}, name, version, source, {"8", "3963eff3eb0000"});
    return all.empty() ? "" : all.front();
  };
  CHECK(first("@babel/code-frame", "7.12.11", {SourceKind::kRegistry, ""}) ==
        "/c/@babel-code-frame-npm-7.12.11-1a9a1b277f-3963eff3eb.zip");
  CHECK(first("a", "1.0.0", {SourceKind::kRegistry, "https://registry.example.org/a/-/a-1.tgz"}) !=
        first("a", "1.0.0", {SourceKind::kRegistry, ""}));
  CHECK(first("a", "1.0.0", {SourceKind::kRemoteTarball, "https://example.org/a.tgz"})
            .starts_with("/c/a-https-"));
  CHECK(first("a", "1.0.0", {SourceKind::kGit, "git+https://example.org/a.git#0"}).empty());
}
