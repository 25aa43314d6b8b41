// A tiny HTTP server on 127.0.0.1 that says exactly what a test tells it to, well-formed or not.
//
// One answer per connection. Keeps what it was asked, so that a test can see what was sent.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ingot {

struct SeenRequest {
  std::string path;
  std::string head;  // the request as it came, up to the empty line

  // The value of a header (name in lower case, with ':'); empty when it was not sent.
  std::string header(const std::string& name) const;
};

enum class Ending { kClose, kStayOpen };

struct Answer {
  std::string bytes;               // sent as they are
  Ending ending = Ending::kClose;  // kStayOpen: say nothing more until the client goes away
};

Answer http_answer(int status, const std::string& body, const std::string& headers = "");

class LoopbackServer {
 public:
  using Handler = std::function<Answer(const SeenRequest&)>;

  // Speaks for itself with what has connected, in any protocol; the server closes it.
  using RawHandler = std::function<void(int connection)>;

  explicit LoopbackServer(Handler handler);
  explicit LoopbackServer(RawHandler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string origin() const;                 // "http://127.0.0.1:12345"
  std::string authority() const;              // "127.0.0.1:12345"
  std::vector<SeenRequest> requests() const;  // so far

 private:
  void serve();
  void answer(int connection, const Handler& handler);

  RawHandler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::vector<std::jthread> connections_;
  std::jthread acceptor_;
};

}  // namespace ingot
