// The "overrides" of a project's package.json.
//
// Owns npm's rules for them: which rule applies to an edge that lies somewhere in the tree, and
// what the edge then asks for. A lockfile does not record overrides, so they matter only when it is
// compared with package.json (lockfile/drift.h). Never changes a tree.
//
// Source: npm's documentation, package.json "overrides". A rule holds for the package it names;
// rules nested in it hold for everything below that package, and inner rules win over outer ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ingot {

struct OverrideRule {
  const OverrideRule* parent = nullptr;  // nullptr: the set of all rules
  std::string name;
  std::string key_range;  // of "name@^2": "^2"; "*" when the key is just a name
  std::string value;      // what is asked for instead; `key_range` when only nested rules count
  std::vector<std::unique_ptr<OverrideRule>> children;
  Place position;
};

class OverrideRules {
 public:
  OverrideRules() : root_(std::make_unique<OverrideRule>()) {}

  bool empty() const { return root_->children.empty(); }
  // Where a walk begins: the rules that hold for the project's own dependencies.
  const OverrideRule* root() const { return root_.get(); }
  OverrideRule* mutable_root() { return root_.get(); }

  // The rule for an edge `name` -> `range` out of a package reached under `context`; it is also the
  // context of what lies below. Returns `context` itself when none applies.
  static const OverrideRule* rule_for(const OverrideRule* context, std::string_view name,
                                      std::string_view range);

 private:
  std::unique_ptr<OverrideRule> root_;
};

// Oddities: "manifest-bad-field".
OverrideRules read_overrides(const JsonCursor& manifest, std::vector<Error>& oddities);

}  // namespace ingot
