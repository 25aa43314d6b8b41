// Tells people who wait what a build is doing.
//
// Owns the one line on a terminal that is rewritten, or the plain lines elsewhere. Whoever writes
// to the same place calls `clear` first. Never says anything that is needed later: results and
// errors go elsewhere.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "packer/cast/build.h"

namespace ingot {

enum class ProgressStyle {
  kNone,
  kLines,    // one line per stage
  kOneLine,  // rewritten in place
};

class ProgressReporter final : public StageListener {
 public:
  using Sink = std::function<void(std::string_view)>;

  // `width`: columns; a line of kOneLine never gets longer, as it could not be rewritten then.
  ProgressReporter(ProgressStyle style, size_t width, Sink sink);
  ~ProgressReporter() override { clear(); }
  ProgressReporter(const ProgressReporter&) = delete;
  ProgressReporter& operator=(const ProgressReporter&) = delete;

  void on_stage(std::string_view what) override;
  void on_fetch(const FetchProgress& progress) override;
  // Takes the rewritten line away.
  void clear();

 private:
  void draw(const std::string& line);

  ProgressStyle style_;
  size_t width_;
  Sink sink_;
  std::string stage_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_fetch_{};
};

}  // namespace ingot
