#include "loopback_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ingot {
namespace {

constexpr int kTickMs = 20;

bool is_readable(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return poll(&wanted, 1, kTickMs) > 0;
}

void send_all(int connection, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t sent = send(connection, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += static_cast<size_t>(sent);
  }
}

}  // namespace

std::string SeenRequest::header(const std::string& name) const {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  size_t at = lower.find("\r\n" + name + " ");
  if (at == std::string::npos) return "";
  at += name.size() + 3;
  return head.substr(at, head.find("\r\n", at) - at);
}

Answer http_answer(int status, const std::string& body, const std::string& headers) {
  return {"HTTP/1.1 " + std::to_string(status) +
          " Status\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n" + headers + "\r\n" + body};
}

LoopbackServer::LoopbackServer(Handler handler)
    : LoopbackServer(RawHandler(
          [this, handler = std::move(handler)](int connection) { answer(connection, handler); })) {}

LoopbackServer::LoopbackServer(RawHandler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, generic, &size) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
  stopping_ = true;
  acceptor_.join();
  connections_.clear();
  close(listener_);
}

std::string LoopbackServer::origin() const {
  return "http://" + authority();
}

std::string LoopbackServer::authority() const {
  return "127.0.0.1:" + std::to_string(port_);
}

std::vector<SeenRequest> LoopbackServer::requests() const {
  std::lock_guard lock(mutex_);
  return seen_;
}

void LoopbackServer::serve() {
  while (!stopping_) {
    if (!is_readable(listener_)) continue;
    int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    connections_.emplace_back([this, connection] {
      handler_(connection);
      // A plain close with unread input would reset the connection and lose what was sent.
      shutdown(connection, SHUT_WR);
      char piece[4096];
      while (!stopping_ && is_readable(connection) &&
             recv(connection, piece, sizeof(piece), 0) > 0) {
      }
      close(connection);
    });
  }
}

void LoopbackServer::answer(int connection, const Handler& handler) {
  std::string head;
  char piece[4096];
  while (!stopping_ && head.find("\r\n\r\n") == std::string::npos) {
    if (!is_readable(connection)) continue;
    ssize_t got = recv(connection, piece, sizeof(piece), 0);
    if (got <= 0) break;
    head.append(piece, static_cast<size_t>(got));
  }
  if (size_t space = head.find(' '); space != std::string::npos) {
    SeenRequest request{head.substr(space + 1, head.find(' ', space + 1) - space - 1), head};
    {
      std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    Answer said = handler(request);
    send_all(connection, said.bytes);
    // A client that goes away makes the socket readable.
    while (said.ending == Ending::kStayOpen && !stopping_ && !is_readable(connection)) {
    }
  }
}

}  // namespace ingot
