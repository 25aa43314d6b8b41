#include "packer/acquire/download.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "loopback_server.h"
#include "test_config.h"

using namespace ingot;

namespace {

struct Outcome {
  std::string body;  // or
  std::string code;
  std::string message;
  std::string hint;
};

std::vector<Outcome> get_all(const std::vector<std::string>& addresses, const NpmConfig& config,
                             const DownloadLimits& limits = {},
                             ProgressSink& progress = silent_progress()) {
  std::vector<DownloadRequest> requests;
  for (const std::string& address : addresses)
    requests.push_back({"thing@1.0.0", Url::parse(address).value()});
  std::vector<Outcome> outcomes(requests.size());
  size_t calls = 0;
  download(requests, config, limits, progress, [&](size_t at, Result<Bytes> body) {
    ++calls;
    if (body)
      outcomes[at].body.assign(body->begin(), body->end());
    else
      outcomes[at] = {"", body.error().code, body.error().message, body.error().hint};
  });
  CHECK(calls == requests.size());
  return outcomes;
}

Outcome get(const std::string& address, const NpmConfig& config,
            const DownloadLimits& limits = {}) {
  return get_all({address}, config, limits)[0];
}

}  // namespace

TEST_CASE("a file that is there is got whole") {
  std::string body(3 << 20, 'x');
  LoopbackServer server([&](const SeenRequest&) { return http_answer(200, body); });
  CHECK(get(server.origin() + "/a?b=c", config_for(server.origin())).body == body);
  CHECK(server.requests().at(0).path == "/a?b=c");
  CHECK(server.requests().at(0).header("authorization:") == "");
}

TEST_CASE("a file of no bytes is a file") {
  LoopbackServer server([](const SeenRequest&) { return http_answer(200, ""); });
  CHECK(get(server.origin(), config_for(server.origin())).code == "");
}

TEST_CASE("an answer that will not change is not asked for twice") {
  struct Row {
    int status;
    const char* code;
  };
  for (Row row : {Row{404, "registry-not-found"}, Row{410, "registry-not-found"},
                  Row{401, "registry-unauthorized"}, Row{403, "registry-unauthorized"},
                  Row{400, "registry-error"}, Row{204, "registry-error"},
                  Row{206, "registry-error"}, Row{304, "registry-error"}}) {
    LoopbackServer server([&](const SeenRequest&) { return http_answer(row.status, ""); });
    CAPTURE(row.status);
    CHECK(get(server.origin(), config_for(server.origin())).code == row.code);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("an answer that may change is asked for again, as often as npm is told to") {
  for (int status : {408, 429, 500, 503}) {
    std::atomic<int> asked = 0;
    LoopbackServer server([&](const SeenRequest&) {
      return ++asked < 3 ? http_answer(status, "", "Retry-After: 9999\r\n")
                         : http_answer(200, "ok");
    });
    NpmConfig config = config_for(server.origin());
    CAPTURE(status);
    CHECK(get(server.origin(), config).body == "ok");
    CHECK(asked == 3);

    asked = 0;
    config.retry.retries = 1;
    CHECK(get(server.origin(), config).code == "registry-error");
    CHECK(asked == 2);
  }
}

TEST_CASE("a connection that is cut is tried again and then given up") {
  std::atomic<int> asked = 0;
  LoopbackServer server([&](const SeenRequest&) {
    if (++asked == 2) return http_answer(200, "whole");
    return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"};
  });
  NpmConfig config = config_for(server.origin());
  CHECK(get(server.origin(), config).body == "whole");
  asked = 2;
  CHECK(get(server.origin(), config).code == "network-error");
  CHECK(asked == 5);
}

TEST_CASE("a server that says nothing more is given up") {
  LoopbackServer server([](const SeenRequest&) {
    return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", Ending::kStayOpen};
  });
  NpmConfig config = config_for(server.origin());
  config.retry.retries = 0;
  DownloadLimits limits;
  limits.stall_seconds = 1;
  CHECK(get(server.origin(), config, limits).code == "network-error");
}

TEST_CASE("a server that nobody runs is found out once, not once per file") {
  std::string origin;
  {
    LoopbackServer gone([](const SeenRequest&) { return http_answer(200, ""); });
    origin = gone.origin();
  }
  DownloadLimits limits;
  limits.connections = 1;
  auto outcomes = get_all({origin + "/a", origin + "/b"}, config_for(origin), limits);
  CHECK(outcomes[0].code == "network-error");
  CHECK(outcomes[1].code == "network-error");
  CHECK(outcomes[1].message.find("could not be reached") != std::string::npos);
}

TEST_CASE("a file larger than the cap is not taken, whether its size is told or not") {
  std::string body(100'000, 'x');
  LoopbackServer server([&](const SeenRequest& request) {
    if (request.path == "/told") return http_answer(200, body);
    return Answer{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body};
  });
  DownloadLimits limits;
  limits.max_bytes = 99'999;
  NpmConfig config = config_for(server.origin());
  CHECK(get(server.origin() + "/told", config, limits).code == "download-too-large");
  CHECK(get(server.origin() + "/untold", config, limits).code == "download-too-large");
  limits.max_bytes = 100'000;
  CHECK(get(server.origin() + "/untold", config, limits).body == body);
}

TEST_CASE("an endless error page is cut off") {
  LoopbackServer server([&](const SeenRequest&) {
    return Answer{"HTTP/1.1 404 No\r\n\r\n" + std::string(1 << 20, 'x'), Ending::kStayOpen};
  });
  CHECK(get(server.origin(), config_for(server.origin())).code == "registry-not-found");
}

TEST_CASE("credentials are sent, also after a redirect on the same host") {
  LoopbackServer server([](const SeenRequest& request) {
    if (request.path == "/a") return http_answer(302, "", "Location: /b\r\n");
    return http_answer(200, "ok");
  });
  NpmConfig config = config_for(server.origin());
  config.accounts["//" + server.authority() + "/"] = {"t0ken", ""};
  CHECK(get(server.origin() + "/a", config).body == "ok");
  for (const SeenRequest& request : server.requests())
    CHECK(request.header("authorization:") == "Bearer t0ken");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a redirect to another host is followed without any credentials") {
  LoopbackServer other([](const SeenRequest&) { return http_answer(200, "ok"); });
  LoopbackServer server([&](const SeenRequest&) {
    return http_answer(302, "", "Location: " + other.origin() + "/b\r\n");
  });
  NpmConfig config = config_for(server.origin());
  config.accounts["//" + server.authority() + "/"] = {"t0ken", ""};
  // Even what is configured for the other host is not for the first one to make us send.
  config.accounts["//" + other.authority() + "/"] = {"0ther", ""};
  CHECK(get(server.origin() + "/a", config).body == "ok");
  REQUIRE(other.requests().size() == 1);
  CHECK(other.requests()[0].header("authorization:") == "");
  CHECK(server.requests().at(0).header("authorization:") == "Bearer t0ken");
}

TEST_CASE("credentials do not come back after a detour over another host") {
  std::string back;
  LoopbackServer other(
      [&](const SeenRequest&) { return http_answer(302, "", "Location: " + back + "/end\r\n"); });
  LoopbackServer server([&](const SeenRequest& request) {
    if (request.path == "/end") return http_answer(200, "ok");
    return http_answer(307, "", "Location: " + other.origin() + "/\r\n");
  });
  back = server.origin();
  NpmConfig config = config_for(server.origin());
  config.accounts["//" + server.authority() + "/"] = {"t0ken", ""};
  CHECK(get(server.origin() + "/a", config).body == "ok");
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[1].header("authorization:") == "");
}

TEST_CASE("redirects end, and do not lead out of the web") {
  LoopbackServer server([](const SeenRequest& request) {
    if (request.path == "/loop") return http_answer(301, "", "Location: /loop\r\n");
    if (request.path == "/none") return http_answer(301, "");
    if (request.path == "/plain")
      return http_answer(302, "", "Location: http://plain.example.org/\r\n");
    return http_answer(302, "", "Location: file:///etc/passwd\r\n");
  });
  NpmConfig config = config_for(server.origin());
  DownloadLimits limits;
  CHECK(get(server.origin() + "/loop", config, limits).code == "registry-error");
  CHECK(server.requests().size() == limits.max_redirects + 1);
  CHECK(get(server.origin() + "/none", config).code == "registry-error");
  CHECK(get(server.origin() + "/file", config).code == "registry-error");
  CHECK(get(server.origin() + "/plain", config).code == "url-insecure");
}

TEST_CASE("http to a host that no registry is on is refused before a connection") {
  NpmConfig config = config_for("https://registry.example.org");
  CHECK(get("http://other.example.org/a", config).code == "url-insecure");
}

TEST_CASE("no message shows a credential") {
  LoopbackServer server([](const SeenRequest&) { return http_answer(401, "s3cret"); });
  NpmConfig config = config_for(server.origin());
  config.accounts["//" + server.authority() + "/"] = {"s3cret", ""};
  config.proxy.for_http = "";
  std::string address = "http://me:s3cret@" + server.authority() + "/a?token=s3cret";
  Outcome refused = get(address, config);
  CHECK(refused.code == "registry-unauthorized");
  CHECK((refused.message + refused.hint).find("s3cret") == std::string::npos);

  config.proxy.for_http = "bad://me:s3cret@127.0.0.1:1";
  Outcome unreachable = get(address, config);
  CHECK(unreachable.code == "network-error");
  CHECK((unreachable.message + unreachable.hint).find("s3cret") == std::string::npos);
}

TEST_CASE("a proxy is asked for what is not excepted from it") {
  LoopbackServer proxy([](const SeenRequest&) { return http_answer(200, "by proxy"); });
  LoopbackServer server([](const SeenRequest&) { return http_answer(200, "direct"); });
  NpmConfig config = config_for(server.origin());
  config.proxy.for_http = proxy.origin();
  CHECK(get(server.origin() + "/a", config).body == "by proxy");
  CHECK(proxy.requests().at(0).path == server.origin() + "/a");
  config.proxy.except = "127.0.0.1";
  CHECK(get(server.origin() + "/a", config).body == "direct");
}

TEST_CASE("many files come at once and each is the right one") {
  LoopbackServer server([](const SeenRequest& request) { return http_answer(200, request.path); });
  std::vector<std::string> addresses;
  for (int i = 0; i < 60; ++i) addresses.push_back(server.origin() + "/" + std::to_string(i));

  struct Recorder final : ProgressSink {
    FetchProgress last;
    void on_fetch(const FetchProgress& progress) override { last = progress; }
  } recorder;
  auto outcomes = get_all(addresses, config_for(server.origin()), {}, recorder);
  for (int i = 0; i < 60; ++i) CHECK(outcomes[i].body == "/" + std::to_string(i));
  CHECK(recorder.last.files_total == 60);
  CHECK(recorder.last.files_done == 60);
  CHECK(recorder.last.bytes > 0);
}
