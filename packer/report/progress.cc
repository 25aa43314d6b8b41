#include "packer/report/progress.h"

#include <fmt/format.h>

#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";
// A terminal is slow, and nobody reads faster.
constexpr std::chrono::milliseconds kBetweenFetches{50};

}  // namespace

ProgressReporter::ProgressReporter(ProgressStyle style, size_t width, Sink sink)
    : style_(style), width_(width), sink_(std::move(sink)) {}

void ProgressReporter::on_stage(std::string_view what) {
  stage_ = what;
  last_fetch_ = {};
  if (style_ == ProgressStyle::kLines) sink_(stage_ + "\n");
  if (style_ == ProgressStyle::kOneLine) draw(stage_);
}

void ProgressReporter::on_fetch(const FetchProgress& progress) {
  if (style_ == ProgressStyle::kNone || progress.files_total == 0) return;
  std::string line =
      fmt::format("{}: {} of {}, {}", stage_, progress.files_done,
                  counted(progress.files_total, "download"), megabytes(progress.bytes));
  bool last = progress.files_done == progress.files_total;
  if (style_ == ProgressStyle::kLines) {
    if (last) sink_(line + "\n");
    return;
  }
  auto now = std::chrono::steady_clock::now();
  if (!last && now - last_fetch_ < kBetweenFetches) return;
  last_fetch_ = now;
  draw(line);
}

void ProgressReporter::clear() {
  if (drawn_) sink_(kEraseLine);
  drawn_ = false;
}

void ProgressReporter::draw(const std::string& line) {
  // The last column is left free: some terminals wrap as soon as it is filled.
  sink_(std::string(kEraseLine) + elided(line, width_ > 0 ? width_ - 1 : 0));
  drawn_ = true;
}

}  // namespace ingot
