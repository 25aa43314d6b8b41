// What a person, or a program, wants to know after a build.
//
// Owns the wording of the summary; the facts are the build's.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "packer/cast/build.h"

namespace ingot {

// "sha512" -> "by sha512", "parent" -> "inside another package's tarball", and so on.
std::string proof_phrase(std::string_view proof);

// "86 by sha512, 1 without a digest"; "80 from ingot's store, 7 from the network".
std::string proofs_phrase(const std::vector<std::pair<std::string, size_t>>& proofs);
std::string origins_phrase(const std::vector<std::pair<std::string, size_t>>& origins);

// As an object, name by name.
void write_counts(const std::vector<std::pair<std::string, size_t>>& counts, JsonWriter& json);

std::string render(const BuildSummary& summary, double seconds, const std::string& current_folder);

std::string success_json(const BuildSummary& summary, double seconds,
                         const std::vector<Error>& warnings);

}  // namespace ingot
