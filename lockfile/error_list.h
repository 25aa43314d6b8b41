// Several errors on the way to one stage boundary.
//
// Owns collecting what is wrong with one input so that a person sees all of it at once, and handing
// it over: the first error becomes the result, the others go to the diagnostics.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/result.h"

namespace ingot {

class ErrorList {
 public:
  // A hostile file could hold a million errors; nobody reads more than this.
  static constexpr size_t kMaxErrors = 100;

  explicit ErrorList(size_t most = kMaxErrors) : most_(most) {}

  void add(Error error) {
    if (errors_.size() < most_) {
      errors_.push_back(std::move(error));
      return;
    }
    ++dropped_;
    // The kind that decides the exit code is not dropped for one that came earlier.
    if (error.kind == ErrorKind::kIntegrity) errors_.back() = std::move(error);
  }
  bool empty() const { return errors_.empty(); }

  // The first error; the others are left in `diagnostics`.
  Status finish(Diagnostics& diagnostics) {
    if (errors_.empty()) return {};
    if (dropped_ > 0)
      errors_.back().notes.push_back("and " + std::to_string(dropped_) + " more errors");
    for (size_t i = 1; i < errors_.size(); ++i) diagnostics.error(std::move(errors_[i]));
    return fail(std::move(errors_[0]));
  }

  // The same with wrong bytes first, which are worse news than missing ones.
  Status finish_worst_first(Diagnostics& diagnostics) {
    auto worst = std::ranges::find(errors_, ErrorKind::kIntegrity, &Error::kind);
    if (worst != errors_.end()) std::rotate(errors_.begin(), worst, worst + 1);
    return finish(diagnostics);
  }

 private:
  size_t most_;
  std::vector<Error> errors_;
  size_t dropped_ = 0;
};

}  // namespace ingot
