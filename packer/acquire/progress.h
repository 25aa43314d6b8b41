// How long work tells somebody how far it has come.
//
// Owns only the interface and an implementation that says nothing; a reporter implements it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ingot {

struct FetchProgress {
  size_t files_total = 0;  // tarballs to get over the network
  size_t files_done = 0;   // finished, well or not
  uint64_t bytes = 0;      // received so far, over all files
};

class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  // Called often, always from one thread at a time; the last call has files_done == files_total.
  virtual void on_fetch(const FetchProgress& progress) = 0;
};

// Says nothing.
ProgressSink& silent_progress();

}  // namespace ingot
