// A tree of a few files, and questions to it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "resolver/modules/cjs_resolution.h"
#include "resolver/modules/esm_resolution.h"

namespace ingot::testing {

// Path to content; "-> target" is a symbolic link.
using Files = std::map<std::string, std::string>;

struct TestTree {
  explicit TestTree(const Files& files) {
    for (const auto& [path, text] : files) {
      FileNode node;
      node.path = path;
      if (text.starts_with("-> ")) {
        node.kind = FileNodeKind::kSymlink;
        node.link_target = text.substr(3);
      } else {
        auto bytes = std::make_shared<Bytes>(text.begin(), text.end());
        node.content = ByteView(*bytes);
        tree.keep(std::move(bytes));
      }
      tree.add(std::move(node));
    }
    INGOT_CHECK(tree.seal().has_value());
    world = std::make_unique<ModuleWorld>(tree);
  }

  // "" when there is no answer.
  std::string require(std::string_view specifier, std::string_view parent = "app.js") const {
    const FileNode* file = cjs_resolve(*world, specifier, parent);
    return file ? file->path : "";
  }
  std::string import(std::string_view specifier, std::string_view parent = "app.js") const {
    const FileNode* file = esm_resolve(*world, specifier, parent);
    return file ? file->path : "";
  }

  FileTree tree;
  std::unique_ptr<ModuleWorld> world;
};

}  // namespace ingot::testing
