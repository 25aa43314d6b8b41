#include "packer/acquire/git_objects.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "packer/acquire/git_client.h"

using namespace ingot;

namespace {

// Objects as git makes them; their ids are right unless a test changes something.
struct Repository {
  std::map<std::string, std::pair<std::string, std::string>> objects;  // id -> type, content

  std::string put(const std::string& type, const std::string& content) {
    std::string text = type + " " + std::to_string(content.size()) + '\0' + content;
    std::string id = digest_of(DigestAlgorithm::kSha1, std::string_view(text)).hex();
    objects[id] = {type, content};
    return id;
  }
  static std::string row(const std::string& mode, const std::string& name, const std::string& id) {
    Bytes raw = *from_hex(id);
    return mode + " " + name + '\0' + std::string(raw.begin(), raw.end());
  }
  std::string commit(const std::string& tree_content) {
    return put("commit", "tree " + put("tree", tree_content) + "\nauthor a\n\nmessage\n");
  }
  std::string batch() const {
    std::string out;
    for (const auto& [id, object] : objects)
      out += id + " " + object.first + " " + std::to_string(object.second.size()) + "\n" +
             object.second + "\n";
    return out;
  }
  Result<Bytes> archive(const std::string& commit, uint64_t max_bytes = 1 << 20) const {
    std::string text = batch();
    auto parsed = parse_git_batch(std::string_view(text), "p@1.0.0");
    if (!parsed) return fail(std::move(parsed.error()));
    return archive_of_commit(*parsed, commit, "p@1.0.0", max_bytes);
  }
};

}  // namespace

TEST_CASE("a commit's files become an archive that depends on the commit alone") {
  Repository repository;
  std::string blob = repository.put("blob", "content");
  std::string inner = repository.put("tree", Repository::row("100755", "run", blob));
  std::string commit = repository.commit(Repository::row("100644", "a", blob) +
                                         Repository::row("40000", std::string(120, 'd'), inner));
  auto archive = repository.archive(commit);
  REQUIRE(archive);
  std::string text(archive->begin(), archive->end());
  CHECK(text.size() % 512 == 0);
  CHECK(text.starts_with("package/a"));
  // A path too long for the header stands in a record before it.
  CHECK(text.find("path=package/" + std::string(120, 'd') + "/run\n") != std::string::npos);
  CHECK(repository.archive(commit).value() == *archive);
}

TEST_CASE("bytes that are not what an id of the commit stands for are refused") {
  Repository repository;
  std::string blob = repository.put("blob", "content");
  std::string commit = repository.commit(Repository::row("100644", "a", blob));
  REQUIRE(repository.archive(commit));
  for (auto& [id, object] : repository.objects) {
    std::string kept = object.second;
    object.second.back() = static_cast<char>(object.second.back() ^ 1);
    auto archive = repository.archive(commit);
    REQUIRE_FALSE(archive);
    CHECK(archive.error().code == "git-damaged");
    CHECK(archive.error().kind == ErrorKind::kIntegrity);
    object.second = kept;
  }
  repository.objects.erase(blob);
  CHECK(repository.archive(commit).error().code == "git-damaged");
}

TEST_CASE("trees that no checkout could have, and submodules, are refused by name") {
  Repository repository;
  std::string blob = repository.put("blob", "content");
  for (const char* name : {"", ".", "..", "a/b"})
    CHECK(
        repository.archive(repository.commit(Repository::row("100644", name, blob))).error().code ==
        "git-damaged");
  CHECK(
      repository.archive(repository.commit(Repository::row("160000", "sub", blob))).error().code ==
      "git-submodule");
  CHECK(repository.archive(repository.commit("100644 cut\0short")).error().code == "git-damaged");
  CHECK(
      repository.archive(repository.commit(Repository::row("100644", "a", blob)), 3).error().code ==
      "git-too-large");
}

TEST_CASE("what git answers is read to the letter") {
  for (const char* answer :
       {"0123 missing\n", "0123 blob 5\nabc", "0123 blob x\nabc\n", "0123 blob 3\nab", "no line"})
    CHECK(parse_git_batch(std::string_view(answer), "p").error().code == "git-damaged");
}

TEST_CASE("addresses of lockfiles lead to what git takes, https first on the forges") {
  const std::string commit(40, 'a');
  auto addresses = [&](const std::string& location) {
    auto source = git_source_of(location + "#" + commit);
    return source ? source->addresses : std::vector<std::string>{source.error().code};
  };
  using List = std::vector<std::string>;
  CHECK(addresses("git+ssh://git@github.com/a/b.git") ==
        List{"https://github.com/a/b.git", "ssh://git@github.com/a/b.git"});
  CHECK(addresses("github:a/b") == List{"https://github.com/a/b.git"});
  CHECK(addresses("git+https://git.example.org/a.git") == List{"https://git.example.org/a.git"});
  CHECK(addresses("git@git.example.org:a/b.git") == List{"ssh://git@git.example.org/a/b.git"});
  CHECK(addresses("git://github.com/a/b") == List{"https://github.com/a/b.git"});
  CHECK(addresses("git+file:///srv/a.git") == List{"file:///srv/a.git"});
  CHECK(addresses("git://git.example.org/a") == List{"git-protocol"});
  CHECK(addresses("git+http://git.example.org/a") == List{"git-protocol"});
  CHECK(addresses("git+ssh://-oProxyCommand=x/a") == List{"url-invalid"});
  CHECK(addresses("git+ssh://git@-oProxyCommand=x/a") == List{"url-invalid"});
  CHECK(git_source_of("github:a/b#98e8ff1").error().code == "git-commit");
}
