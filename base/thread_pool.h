// Runs independent pieces of work on as many threads as the machine has cores.
//
// `parallel_for` is the whole interface: it keeps no threads alive between calls, passes results by
// index, and so never lets the order of completion reach an output.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace ingot {

// Calls `work(i)` for every i < count, on up to `threads` threads (0: one per core). Returns the
// error of the lowest index that failed; after a failure no new work is started.
Status parallel_for(size_t count, const std::function<Status(size_t)>& work, unsigned threads = 0);

}  // namespace ingot
