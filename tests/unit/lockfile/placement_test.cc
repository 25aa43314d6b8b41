#include "lockfile/placement.h"

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "lockfile/bun_lockfile.h"
#include "lockfile/peer_instances.h"

using namespace ingot;

namespace {

// Instances by key "name@version"; the first is the project, "." .
class GraphBuilder {
 public:
  explicit GraphBuilder(std::vector<std::string> keys) {
    for (const std::string& key : keys) {
      PackageInstance instance;
      instance.key = key;
      if (key == ".") {
        instance.package.source.kind = SourceKind::kProject;
      } else if (key.starts_with("packages/")) {
        instance.package.name = key.substr(9);
        instance.package.install_path = key;
        instance.package.source = {SourceKind::kDirectory, key};
      } else {
        instance.package.name = key.substr(0, key.find('@', 1));
        instance.package.version = key.substr(key.find('@', 1) + 1);
      }
      graph.instances.push_back(std::move(instance));
    }
  }

  GraphBuilder& edge(const std::string& from, const std::string& to, std::string name = "",
                     DependencyKind kind = DependencyKind::kProduction) {
    PackageInstance& instance = graph.instances[index(from)];
    if (name.empty()) name = graph.instances[index(to)].package.name;
    instance.package.dependencies.push_back({name, "*", kind, {}});
    instance.targets.push_back(index(to));
    return *this;
  }
  GraphBuilder& peer(const std::string& of, const std::string& name) {
    graph.instances[index(of)].peers.push_back(name);
    return *this;
  }

  InstanceGraph graph;

 private:
  size_t index(const std::string& key) const {
    for (size_t i = 0; i < graph.instances.size(); ++i)
      if (graph.instances[i].key == key) return i;
    FAIL("no instance " << key);
    return kNoInstance;
  }
};

std::set<std::string> places(const Lockfile& lockfile) {
  std::set<std::string> out;
  for (const LockedPackage& package : lockfile.packages)
    if (!package.install_path.empty())
      out.insert(package.install_path +
                 (package.link_target ? " -> " + *package.link_target : " " + package.version));
  return out;
}

std::set<std::string> hoisted(const GraphBuilder& builder) {
  Diagnostics diagnostics;
  auto lockfile = place_hoisted(builder.graph, diagnostics);
  REQUIRE(lockfile);
  return places(*lockfile);
}

std::set<std::string> isolated(const InstanceGraph& graph, HoistedLinks hoist) {
  Diagnostics diagnostics;
  auto lockfile = place_isolated(graph, {"node_modules/.pnpm", hoist}, diagnostics);
  REQUIRE(lockfile);
  return places(*lockfile);
}

using Places = std::set<std::string>;

// In the isolated layout: folder -> the version of p that the q sees which that folder sees.
std::function<std::string(std::string_view)> isolated_peers(const GraphBuilder& builder) {
  auto expanded = with_peer_instances(builder.graph);
  REQUIRE(expanded);
  Diagnostics diagnostics;
  auto lockfile =
      place_isolated(*expanded, {"node_modules/.store", HoistedLinks::kNone}, diagnostics);
  REQUIRE(lockfile);
  return [lockfile = std::move(*lockfile)](std::string_view from) {
    const LockedPackage& q = lockfile.follow(*lockfile.look_up(from, "q"));
    return lockfile.follow(*lockfile.look_up(q.install_path, "p")).version;
  };
}

}  // namespace

TEST_CASE("a dependency of a dependency goes to the top when nothing is there") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0"});
  graph.edge(".", "a@1.0.0").edge("a@1.0.0", "b@1.0.0");
  CHECK(hoisted(graph) == Places{"node_modules/a 1.0.0", "node_modules/b 1.0.0"});
}

TEST_CASE("a second version stays below its dependent") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0", "b@2.0.0"});
  graph.edge(".", "a@1.0.0").edge(".", "b@1.0.0").edge("a@1.0.0", "b@2.0.0");
  CHECK(hoisted(graph) == Places{"node_modules/a 1.0.0", "node_modules/b 1.0.0",
                                 "node_modules/a/node_modules/b 2.0.0"});
}

TEST_CASE("of several versions the one with most dependents gets the top") {
  GraphBuilder graph({".", "a@1.0.0", "c@1.0.0", "d@1.0.0", "x@1.0.0", "x@2.0.0"});
  graph.edge(".", "a@1.0.0").edge(".", "c@1.0.0").edge(".", "d@1.0.0");
  graph.edge("a@1.0.0", "x@1.0.0").edge("c@1.0.0", "x@2.0.0").edge("d@1.0.0", "x@2.0.0");
  Places found = hoisted(graph);
  CHECK(found.contains("node_modules/x 2.0.0"));
  CHECK(found.contains("node_modules/a/node_modules/x 1.0.0"));
}

TEST_CASE("nothing is put between a dependent and the version it already sees") {
  // m@2 needs n@1 from the top; below a, where m@2 lies, there is n@2.
  GraphBuilder graph({".", "a@1.0.0", "m@1.0.0", "m@2.0.0", "n@1.0.0", "n@2.0.0"});
  graph.edge(".", "a@1.0.0").edge(".", "m@1.0.0").edge(".", "n@1.0.0");
  graph.edge("a@1.0.0", "m@2.0.0").edge("a@1.0.0", "n@2.0.0").edge("m@2.0.0", "n@1.0.0");
  Diagnostics diagnostics;
  auto lockfile = place_hoisted(graph.graph, diagnostics);
  REQUIRE(lockfile);
  const LockedPackage* m = lockfile->look_up("node_modules/a", "m");
  REQUIRE(m);
  CHECK(m->version == "2.0.0");
  CHECK(lockfile->look_up(m->install_path, "n")->version == "1.0.0");
  CHECK(lockfile->look_up("node_modules/a", "n")->version == "2.0.0");
}

TEST_CASE("nothing is put into a dependent's own folder before what it sees above") {
  auto found =
      hoisted(GraphBuilder({".", "a@1", "b@1", "b@2", "b@3", "p@1", "p@2", "u@1", "u@2", "u@3"})
                  .edge(".", "a@1")
                  .edge(".", "b@1")
                  .edge(".", "p@1")
                  .edge(".", "u@1")
                  .edge("a@1", "p@2")
                  .edge("a@1", "u@2")
                  .edge("p@2", "b@2")
                  .edge("p@2", "u@3")
                  .edge("u@3", "b@3"));
  CHECK(found.contains("node_modules/a/node_modules/b 2"));
  CHECK(found.contains("node_modules/a/node_modules/p/node_modules/u 3"));
  CHECK(found.contains(
      "node_modules/a/node_modules/p/node_modules/u/node_modules/b 3"));  // and not beside u
}

TEST_CASE("packages that depend on each other are placed once") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0"});
  graph.edge(".", "a@1.0.0").edge("a@1.0.0", "b@1.0.0").edge("b@1.0.0", "a@1.0.0");
  CHECK(hoisted(graph).size() == 2);
}

TEST_CASE("a workspace's conflicting version lies in the workspace's own node_modules") {
  GraphBuilder graph({".", "packages/w", "b@1.0.0", "b@2.0.0"});
  graph.edge(".", "packages/w").edge(".", "b@1.0.0").edge("packages/w", "b@2.0.0");
  CHECK(hoisted(graph) == Places{"node_modules/w -> packages/w", "packages/w ",
                                 "node_modules/b 1.0.0", "packages/w/node_modules/b 2.0.0"});
}

TEST_CASE("an alias keeps its folder in both layouts") {
  GraphBuilder graph({".", "real@1.0.0"});
  graph.edge(".", "real@1.0.0", "alias");
  CHECK(hoisted(graph) == Places{"node_modules/alias 1.0.0"});
  CHECK(isolated(graph.graph, HoistedLinks::kNone) ==
        Places{"node_modules/alias -> node_modules/.pnpm/real@1.0.0/node_modules/real",
               "node_modules/.pnpm/real@1.0.0/node_modules/real 1.0.0"});
}

TEST_CASE("in the isolated layout each package sees its own dependencies and no others") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0"});
  graph.edge(".", "a@1.0.0").edge("a@1.0.0", "b@1.0.0");
  Diagnostics diagnostics;
  auto lockfile =
      place_isolated(graph.graph, {"node_modules/.pnpm", HoistedLinks::kNone}, diagnostics);
  REQUIRE(lockfile);
  CHECK(lockfile->look_up("", "b") == nullptr);
  const LockedPackage& a = lockfile->follow(*lockfile->look_up("", "a"));
  CHECK(lockfile->follow(*lockfile->look_up(a.install_path, "b")).version == "1.0.0");
}

TEST_CASE("undeclared dependencies of dependencies are found by links that nobody depends on") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0", "c@1.0.0"});
  graph.edge(".", "a@1.0.0")
      .edge("a@1.0.0", "b@1.0.0")
      .edge(".", "c@1.0.0", "", DependencyKind::kDevelopment);
  Places found = isolated(graph.graph, HoistedLinks::kDependencies);
  CHECK(
      found.contains("node_modules/.pnpm/node_modules/b -> "
                     "node_modules/.pnpm/b@1.0.0/node_modules/b"));
  // What the project depends on itself gets none.
  CHECK_FALSE(
      found.contains("node_modules/.pnpm/node_modules/a -> "
                     "node_modules/.pnpm/a@1.0.0/node_modules/a"));
}

TEST_CASE("each choice of peers is an instance of its own") {
  GraphBuilder graph({".", "packages/w", "p@1.0.0", "p@2.0.0", "q@1.0.0"});
  graph.edge(".", "p@1.0.0").edge(".", "q@1.0.0").edge("packages/w", "p@2.0.0");
  graph.edge("packages/w", "q@1.0.0").peer("q@1.0.0", "p");
  auto peer_of = isolated_peers(graph);
  CHECK(peer_of("") == "1.0.0");
  CHECK(peer_of("packages/w") == "2.0.0");
}

TEST_CASE("in the flat layout a package goes no higher than its peers, whatever it is called") {
  GraphBuilder graph({".", "packages/w", "p@1.0.0", "p@2.0.0", "a@1.0.0", "z@1.0.0"});
  graph.edge(".", "p@1.0.0").edge("packages/w", "p@2.0.0").edge("packages/w", "a@1.0.0");
  graph.edge("packages/w", "z@1.0.0")
      .edge(".", "z@1.0.0")
      .peer("a@1.0.0", "p")
      .peer("z@1.0.0", "a");
  graph.peer("z@1.0.0", "p");
  Diagnostics diagnostics;
  auto lockfile = place_hoisted(graph.graph, diagnostics);
  REQUIRE(lockfile);
  CHECK(places(*lockfile) == std::set<std::string>{"node_modules/p 1.0.0", "node_modules/z 1.0.0",
                                                   "packages/w ", "packages/w/node_modules/a 1.0.0",
                                                   "packages/w/node_modules/p 2.0.0",
                                                   "packages/w/node_modules/z 1.0.0"});
}

TEST_CASE("a provided peer wins over a package's own dependency, which else stands in for it") {
  GraphBuilder graph({".", "packages/w", "p@1.0.0", "p@2.0.0", "q@1.0.0"});
  graph.edge(".", "p@1.0.0").edge(".", "q@1.0.0").edge("packages/w", "q@1.0.0");
  graph.edge("q@1.0.0", "p@2.0.0").peer("q@1.0.0", "p");
  auto peer_of = isolated_peers(graph);
  CHECK(peer_of("") == "1.0.0");
  CHECK(peer_of("packages/w") == "2.0.0");
}

TEST_CASE("copies in a flat lockfile are one instance, with peers by dependent and not by place") {
  Diagnostics diagnostics;
  auto read = parse_bun_lockfile(R"({"lockfileVersion": 1, "configVersion": 1, "workspaces": {
      "": {"name": "app", "dependencies": {"p": "1", "q": "1"}},
      "packages/w": {"name": "w", "dependencies": {"p": "2", "q": "1"}}},
    "packages": {"p": ["p@1.0.0", "", {}, ""], "w": ["w@workspace:packages/w"],
      "w/p": ["p@2.0.0", "", {}, ""], "o": ["o@1.0.0", "", {}, ""],
      "q": ["q@1.0.0", "", {"peerDependencies": {"p": "*", "o": "*"}, "optionalPeers": ["o"]}, ""]}})",
                                 "bun.lock", diagnostics);
  REQUIRE(read);
  CHECK(read->isolated);
  auto expanded = with_peer_instances(instances_of(read->lockfile));
  REQUIRE(expanded);
  auto lockfile = place_isolated(*expanded, {"node_modules/.bun", HoistedLinks::kAll}, diagnostics);
  REQUIRE(lockfile);
  for (auto [from, version] : {std::pair("", "1.0.0"), {"packages/w", "2.0.0"}}) {
    const LockedPackage& q = lockfile->follow(*lockfile->look_up(from, "q"));
    CHECK(lockfile->follow(*lockfile->look_up(q.install_path, "p")).version == version);
    // Nobody provides this one: it is seen if it is there.
    const LockedPackage* o = lockfile->look_up(q.install_path, "o");
    REQUIRE(o);
    CHECK(o->hoisted);
  }
}

TEST_CASE("packages that are each other's peers come to an end") {
  GraphBuilder graph({".", "a@1.0.0", "b@1.0.0"});
  graph.edge(".", "a@1.0.0").edge(".", "b@1.0.0").peer("a@1.0.0", "b").peer("b@1.0.0", "a");
  auto expanded = with_peer_instances(graph.graph);
  REQUIRE(expanded);
  CHECK(expanded->instances.size() <= 5);
}

TEST_CASE("what pnpm hoists for the project to see lies beside its dependencies") {
  GraphBuilder graph({".", "a@1.0.0", "eslint@1.0.0", "other@1.0.0"});
  graph.edge(".", "a@1.0.0").edge("a@1.0.0", "eslint@1.0.0").edge("a@1.0.0", "other@1.0.0");
  auto links = [&](HoistedLinks hoist) {
    Diagnostics diagnostics;
    auto lockfile =
        place_isolated(graph.graph, {"node_modules/.pnpm", hoist, {"*eslint*"}}, diagnostics);
    REQUIRE(lockfile);
    Places found;
    for (const LockedPackage& package : lockfile->packages)
      if (package.hoisted) found.insert(package.install_path);
    return found;
  };
  CHECK(links(HoistedLinks::kDependencies) ==
        Places{"node_modules/eslint", "node_modules/.pnpm/node_modules/other"});
  CHECK(links(HoistedLinks::kNone) == Places{"node_modules/eslint"});
}

TEST_CASE("a dependency without an entry is refused when production needs it") {
  GraphBuilder graph({".", "a@1.0.0"});
  graph.edge(".", "a@1.0.0");
  auto& a = graph.graph.instances[1];
  Place third_line(std::make_shared<const TextLines>("f", "\n\n"), 2);
  a.package.dependencies.push_back({"gone", "^1.0.0", DependencyKind::kProduction, third_line});
  a.targets.push_back(kNoInstance);
  Diagnostics diagnostics;
  auto lockfile = place_hoisted(graph.graph, diagnostics);
  REQUIRE_FALSE(lockfile);
  CHECK(lockfile.error().code == "lockfile-dangling");
  graph.graph.instances[0].package.dependencies[0].kind = DependencyKind::kDevelopment;
  CHECK(place_hoisted(graph.graph, diagnostics));
}

TEST_CASE("the name of a store folder is safe on every file system") {
  CHECK(store_folder("a@1.0.0") == "a@1.0.0");
  CHECK(store_folder("/@s/a@1.0.0(react@18.2.0)(x@1.0.0)") == "@s+a@1.0.0_react@18.2.0_x@1.0.0");
  CHECK(store_folder("a@file:x:y") == "a@file+x+y");
  CHECK(store_folder("A@1.0.0") != store_folder("a@1.0.0"));
  CHECK(store_folder(std::string(4000, 'a')).size() <= 120);
  CHECK(store_folder(std::string(4000, 'a')) != store_folder(std::string(4001, 'a')));
}
