// What a person, or a program, wants to know after a build.
//
// Owns the wording of the summary; the facts are the build's.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "packer/cast/build.h"

namespace ingot {

std::string render(const BuildSummary& summary, double seconds, const std::string& current_folder);

std::string success_json(const BuildSummary& summary, double seconds,
                         const std::vector<Error>& warnings);

}  // namespace ingot
