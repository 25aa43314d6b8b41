// The YAML that lockfiles are written in, as the tree that JSON gives too (base/json.h).
//
// Owns turning one document into a tree in which every scalar is a string, as YAML's failsafe
// schema has it: "1.10", "5e3" and "no" are versions and names here, never numbers. Refuses what no
// lockfile needs and what makes a small file a large tree or a text that means two things: anchors
// and aliases, tags, directives, keys that are no scalar, a key twice, a second document, nesting
// deeper than the library's limit or `kMaxJsonDepth`, invalid UTF-8. Parsing is libfyaml's, but for
// texts that need none of it (base/simple_yaml.h).
//
// Source of the format: YAML 1.2.2. Errors, with a position: "yaml-syntax", "yaml-unsupported",
// "yaml-duplicate-key", "yaml-too-deep", "yaml-too-large".
#pragma once

#include "base/json.h"

namespace ingot {

// `name` is what positions call the document. An empty text is an empty object.
Result<JsonDocument> parse_yaml(std::string text, std::string name);

}  // namespace ingot
