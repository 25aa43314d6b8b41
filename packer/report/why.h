// Why something is inside, as a person or a program reads it.
//
// Owns the wording; the facts are packer/cast/provenance.h's.
#pragma once

#include <string>
#include <vector>

#include "packer/cast/provenance.h"

namespace ingot {

std::string render(const Provenance& provenance, const std::vector<Explanation>& explanations);

// {"ok":true,"explanations":[{"path","package":{...},"rule","isEntry","ways":[[...]],"wayCount",
//  "requests":[{"from","specifier","kind"}]}]}
std::string explanations_json(const Provenance& provenance,
                              const std::vector<Explanation>& explanations);

}  // namespace ingot
