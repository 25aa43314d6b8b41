#include "packer/acquire/progress.h"

namespace ingot {
namespace {

class SilentProgress final : public ProgressSink {
 public:
  void on_fetch(const FetchProgress&) override {}
};

}  // namespace

ProgressSink& silent_progress() {
  static SilentProgress silent;
  return silent;
}

}  // namespace ingot
