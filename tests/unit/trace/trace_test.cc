#include "resolver/trace/trace.h"

#include <catch2/catch.hpp>
#include <list>

#include "tests/unit/modules/tree_fixture.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// A project with packages a, b and c in node_modules; b depends on c.
class Application {
 public:
  explicit Application(Files files) {
    files.try_emplace("package.json", "{}");
    for (const char* name : {"a", "b", "c"}) {
      std::string folder = std::string("node_modules/") + name;
      files.try_emplace(folder + "/package.json", "{}");
      files.try_emplace(folder + "/index.js", "exports.x = 1;");
      files.try_emplace(folder + "/more.js", "exports.y = 1;");
      files.try_emplace(folder + "/README.md", "read me");
    }
    TestTree made(files);
    for (const char* path : {"", "node_modules/a", "node_modules/b", "node_modules/c"}) {
      LockedPackage& package = packages_.emplace_back();
      package.install_path = path;
      package.name = path;
      graph.packages.push_back({&package, 0, false, {}});
    }
    graph.packages[0].dependencies = {1};
    graph.packages[2].dependencies = {3};
    for (FileNode node : made.tree.nodes()) {
      for (uint32_t i = 1; i < 4; ++i)
        if (node.path.starts_with(packages_at(i))) node.package = i;
      auto bytes = std::make_shared<Bytes>(node.content.begin(), node.content.end());
      node.content = ByteView(*bytes);
      tree.keep(std::move(bytes));
      tree.add(std::move(node));
    }
    REQUIRE(tree.seal());
  }

  Trace trace(const std::string& entry = "main.js", const std::vector<WantedFile>& wanted = {}) {
    auto modules = resolve_modules(tree);
    REQUIRE(modules);
    return trace_files(tree, graph, *modules, {}, entry, wanted);
  }
  // What is kept of the project and below node_modules, without package.json files.
  std::vector<std::string> kept(const std::vector<WantedFile>& wanted = {}) {
    last = trace("main.js", wanted);
    std::vector<std::string> paths;
    for (uint32_t node : last.kept())
      if (!tree.nodes()[node].path.ends_with("package.json"))
        paths.push_back(tree.nodes()[node].path);
    return paths;
  }

  FileTree tree;
  PackageGraph graph;
  Trace last;

 private:
  std::string packages_at(uint32_t index) const {
    auto package = packages_.begin();
    std::advance(package, index);
    return package->install_path + "/";
  }
  std::list<LockedPackage> packages_;
};

using Paths = std::vector<std::string>;
const Paths kWholeA = {"main.js", "node_modules/a/README.md", "node_modules/a/index.js",
                       "node_modules/a/more.js"};

Paths kept_by(const std::string& main, Files files = {}) {
  files["main.js"] = main;
  return Application(std::move(files)).kept();
}

}  // namespace

TEST_CASE("modules that are named are kept, with what they name, and nothing else") {
  CHECK(kept_by("require('./lib/x'); require('a')",
                {{"lib/x.js", "require('./y')"}, {"lib/y.js", ""}, {"lib/z.js", ""}}) ==
        Paths{"lib/x.js", "lib/y.js", "main.js", "node_modules/a/index.js"});
  CHECK(kept_by("require('node:fs'); try { require('not-there') } catch {}") == Paths{"main.js"});
}

TEST_CASE("every package.json above a kept file is kept, and licences of its package") {
  Application application(Files{{"main.js", "require('b')"},
                                {"node_modules/b/LICENSE", ""},
                                {"node_modules/b/NOTICE.txt", ""},
                                {"node_modules/c/LICENSE", ""}});
  CHECK(application.kept() == Paths{"main.js", "node_modules/b/LICENSE",
                                    "node_modules/b/NOTICE.txt", "node_modules/b/index.js"});
  auto reason = [&](std::string_view path) {
    return application.last.reasons[static_cast<size_t>(application.tree.find(path) -
                                                        application.tree.nodes().data())];
  };
  CHECK(reason("main.js") == "the entry");
  CHECK_FALSE(reason("package.json").empty());
  CHECK_FALSE(reason("node_modules/b/package.json").empty());
  CHECK(reason("node_modules/c/package.json").empty());
  CHECK(reason("node_modules/b/index.js") == "required by main.js as b");
}

TEST_CASE("files and folders beside the code are kept where they are named") {
  Files files = {{"data/a.txt", ""}, {"data/b.txt", ""}, {"other.txt", ""}, {"work.js", ""}};
  CHECK(kept_by("read(__dirname + '/data/a.txt')", files) == Paths{"data/a.txt", "main.js"});
  CHECK(kept_by("list(require('path').join(__dirname, 'data'))", files) ==
        Paths{"data/a.txt", "data/b.txt", "main.js"});
  CHECK(kept_by("fork(path.join(__dirname, 'work'))", files) == Paths{"main.js", "work.js"});
}

TEST_CASE("a package whose own place is computed is kept whole, and no other") {
  CHECK(kept_by("require('a')", {{"node_modules/a/index.js", "use(__dirname)"}}) == kWholeA);
  CHECK(kept_by("require('a')", {{"node_modules/a/index.js", "read(__dirname + '/gone.txt')"}}) ==
        kWholeA);
}

TEST_CASE("a computed request with a known beginning reaches the package that it names") {
  CHECK(kept_by("require('a')", {{"node_modules/a/index.js", "require('./x/' + y)"}}) == kWholeA);
  CHECK(kept_by("require('a/' + y)") == kWholeA);
  CHECK(kept_by("import(`a/${y}`)") == kWholeA);
  CHECK(kept_by("require('a')",
                {{"node_modules/a/index.js", "require(path.join(__dirname, y))"}}) == kWholeA);
}

TEST_CASE("a request that may be for anything keeps what is at hand") {
  Paths all = {"main.js"};
  for (const char* package : {"a", "b", "c"})
    for (const char* file : {"README.md", "index.js", "more.js"})
      all.push_back(std::string("node_modules/") + package + "/" + file);
  for (const char* source : {"require(x)", "import(x)", "f(require)", "Module._load(x)", "eval(x)",
                             "createRequire(x)('y')"}) {
    CAPTURE(source);
    CHECK(kept_by("require('b')", {{"node_modules/b/index.js", source}}) == all);
  }
}

TEST_CASE("what could not be followed is listed with its place") {
  Application application(Files{{"main.js", "require('a');\n  require(x); import(`./${y}`)"}});
  Trace trace = application.trace();
  REQUIRE(trace.unfollowed.size() == 2);
  CHECK(trace.unfollowed[0].line == 2);
  CHECK(trace.unfollowed[0].column == 3);
  CHECK(trace.unfollowed[0].what == "a computed require");
  CHECK(trace.unfollowed[1].what == "a computed import");
  for (const char* source :
       {"typeof require; require('a'); require.cache", "(function (require) {})",
        "function load(require, module) {}", "((require) => 1)", "x = { require: false }",
        "const createRequire = require('module').createRequire;",
        "const { createRequire } = require('module'); const require = createRequire(__filename)"}) {
    CAPTURE(source);
    CHECK(Application(Files{{"main.js", source}}).trace().unfollowed.empty());
  }
  CHECK(Application(Files{{"main.js", "use(require, () => 1)"}}).trace().unfollowed.size() == 1);
}

TEST_CASE("a package with native code is kept whole, with what it depends on") {
  Paths kept = kept_by("require('b')", {{"node_modules/b/x.node", ""}});
  CHECK(std::ranges::count_if(kept, [](auto& p) { return p.starts_with("node_modules/b/"); }) == 4);
  CHECK(std::ranges::count_if(kept, [](auto& p) { return p.starts_with("node_modules/c/"); }) == 3);
  CHECK(std::ranges::count_if(kept, [](auto& p) { return p.starts_with("node_modules/a/"); }) == 0);
}

TEST_CASE("a package whose path is taken is kept whole") {
  CHECK(kept_by("require.resolve('a')") == kWholeA);
  CHECK(kept_by("import.meta.resolve('a/more.js')") == kWholeA);
}

TEST_CASE("calls of a require under another name are followed by that name") {
  std::string head = "import { createRequire } from 'node:module';\n";
  CHECK(kept_by(head + "const load = createRequire(import.meta.url); load('a/more.js')") ==
        Paths{"main.js", "node_modules/a/more.js"});
  CHECK(kept_by(head + "const load = createRequire(import.meta.url); load.resolve('a')") ==
        kWholeA);
  Application application(
      Files{{"main.js", head + "const load = createRequire(import.meta.url); load(x)"}});
  CHECK(application.trace().unfollowed.size() == 1);
}

TEST_CASE("wanted files are kept with their reason, and what they name") {
  Application application(
      Files{{"main.js", ""}, {"plugin.js", "require('./part')"}, {"part.js", ""}, {"rest.js", ""}});
  CHECK(application.kept({{"plugin.js", "include: plugin.js"}}) ==
        Paths{"main.js", "part.js", "plugin.js"});
}

TEST_CASE("links to what is kept are kept, others not") {
  Application application(Files{{"main.js", "require('a')"},
                                {"node_modules/.bin/a", "-> ../a/index.js"},
                                {"node_modules/.bin/b", "-> ../b/index.js"},
                                {"node_modules/d", "-> a"}});
  CHECK(application.kept() ==
        Paths{"main.js", "node_modules/.bin/a", "node_modules/a/index.js", "node_modules/d"});
}
