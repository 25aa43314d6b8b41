#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ingot {

Status parallel_for(size_t count, const std::function<Status(size_t)>& work, unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  size_t workers = std::min<size_t>(threads, count);

  std::atomic<size_t> next{0};
  std::atomic<bool> stopped{false};
  std::mutex mutex;
  std::optional<Error> first_error;
  size_t first_index = count;

  auto run = [&] {
    while (!stopped.load(std::memory_order_relaxed)) {
      size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= count) return;
      Status status = work(index);
      if (status) continue;
      std::lock_guard lock(mutex);
      stopped.store(true, std::memory_order_relaxed);
      if (index < first_index) {
        first_index = index;
        first_error = std::move(status.error());
      }
    }
  };

  if (workers <= 1) {
    run();
  } else {
    std::vector<std::jthread> pool;
    for (size_t i = 0; i < workers; ++i) pool.emplace_back(run);
  }
  if (first_error) return fail(std::move(*first_error));
  return {};
}

}  // namespace ingot
