#include "lockfile/overrides.h"

#include "lockfile/package_name.h"
#include "lockfile/semver.h"
#include "lockfile/specification.h"

namespace ingot {
namespace {

void read_rules(const JsonCursor& object, OverrideRule& parent, std::vector<Error>& oddities) {
  for (JsonCursor member : object) {
    if (member.key() == ".") continue;
    auto rule = std::make_unique<OverrideRule>();
    rule->parent = &parent;
    rule->position = member.position();
    size_t at = member.key().find('@', 1);
    rule->name = member.key().substr(0, at);
    rule->key_range = at == std::string_view::npos ? "*" : member.key().substr(at + 1);
    if (rule->key_range.empty()) rule->key_range = "*";
    if (!is_package_name(rule->name) || (!member.is_string() && !member.is_object())) {
      oddities.push_back(input_error("manifest-bad-field",
                                     "the override " + json_quote(member.key()) + " means nothing")
                             .at(member.position()));
      continue;
    }
    std::string_view value =
        member.is_string() ? member.text() : member.find_text(".").value_or(rule->key_range);
    rule->value = value.empty() ? "*" : value;
    if (member.is_object()) read_rules(member, *rule, oddities);
    parent.children.push_back(std::move(rule));
  }
}

// Whether what the edge asks for could be one of the versions that the rule speaks of.
bool covers(const OverrideRule& rule, std::string_view range) {
  if (rule.key_range == "*") return true;
  Specification asked = parse_specification(range);
  std::string wanted = asked.text;
  if (asked.kind == SpecificationKind::kGit) {
    if (asked.range.empty()) return false;
    wanted = asked.range;
  } else if (asked.kind != SpecificationKind::kRange && asked.kind != SpecificationKind::kVersion &&
             asked.kind != SpecificationKind::kAlias) {
    return true;  // a folder or a tarball says nothing of its version
  }
  auto left = VersionRange::parse(wanted, {SemverMode::kLoose});
  auto right = VersionRange::parse(rule.key_range, {SemverMode::kLoose});
  return left && right && left->intersects(*right);
}

}  // namespace

const OverrideRule* OverrideRules::rule_for(const OverrideRule* context, std::string_view name,
                                            std::string_view range) {
  for (const OverrideRule* level = context; level != nullptr; level = level->parent) {
    for (const auto& rule : level->children)
      if (rule->name == name && covers(*rule, range)) return rule.get();
    if (level->parent != nullptr && level->name == name && covers(*level, range)) return level;
  }
  return context;
}

OverrideRules read_overrides(const JsonCursor& manifest, std::vector<Error>& oddities) {
  OverrideRules rules;
  auto overrides = manifest.find("overrides");
  if (!overrides || overrides->is_null()) return rules;
  if (!overrides->is_object()) {
    oddities.push_back(input_error("manifest-bad-field", "\"overrides\" is not an object")
                           .at(overrides->position()));
    return rules;
  }
  read_rules(*overrides, *rules.mutable_root(), oddities);
  return rules;
}

}  // namespace ingot
