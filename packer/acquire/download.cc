#include "packer/acquire/download.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <deque>
#include <map>
#include <set>

#include "packer/acquire/registry.h"
#include "packer/acquire/transfer.h"
#include "packer/acquire/trust.h"

namespace ingot {
namespace {

using Clock = std::chrono::steady_clock;

// A request on its way through redirects and retries.
struct Errand {
  size_t request = 0;
  Url url;  // where it has been sent to by now
  std::optional<std::string> authorization;
  unsigned redirects = 0;
  unsigned attempts = 0;  // failed ones
  Clock::time_point not_before;
  std::unique_ptr<Transfer> transfer;
};

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Worth asking again: the same question may get another answer.
bool is_passing(long status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool is_distrust(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR;
}

// Nobody is there: the next request to the same place would fare no better.
bool is_unreachable(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
         code == CURLE_COULDNT_RESOLVE_PROXY || is_distrust(code);
}

// TLS on a connection that is gone raises SIGPIPE, which would end the process without a word.
// Blocked for this thread only; what came in meanwhile is taken away before it is unblocked.
class PipeSignalBlock {
 public:
  PipeSignalBlock() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalBlock() {
    timespec at_once{};
    if (!sigismember(&before_, SIGPIPE)) {
      while (sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalBlock(const PipeSignalBlock&) = delete;
  PipeSignalBlock& operator=(const PipeSignalBlock&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
};

class Downloads {
 public:
  Downloads(const std::vector<DownloadRequest>& requests, const TransferSettings& settings,
            ProgressSink& progress, const DownloadDone& done)
      : requests_(requests),
        settings_(settings),
        curl_(settings.curl),
        config_(settings.config),
        progress_(progress),
        done_(done),
        multi_(curl_.multi_init(), curl_.multi_cleanup) {
    INGOT_CHECK(multi_ != nullptr);
    seen_.files_total = requests.size();
    connections_ = std::max(1u, settings.limits.connections);
    if (config_.max_sockets > 0) connections_ = std::min<size_t>(connections_, config_.max_sockets);
  }

  void run() {
    for (size_t i = 0; i < requests_.size(); ++i) {
      Errand errand;
      errand.request = i;
      errand.url = requests_[i].url;
      errand.authorization = authorization_for(config_, errand.url);
      waiting_.push_back(std::move(errand));
    }
    while (seen_.files_done < requests_.size()) {
      start_what_is_due();
      int running = 0;
      INGOT_CHECK(curl_.multi_perform(multi_.get(), &running) == CURLM_OK);
      collect_finished();
      report();
      if (seen_.files_done < requests_.size() && !can_start())
        INGOT_CHECK(curl_.multi_poll(multi_.get(), nullptr, 0, wait_ms(), nullptr) == CURLM_OK);
    }
  }

 private:
  bool can_start() const { return active_.size() < connections_ && next_due() != waiting_.end(); }

  std::deque<Errand>::const_iterator next_due() const {
    Clock::time_point now = Clock::now();
    return std::find_if(waiting_.begin(), waiting_.end(),
                        [&](const Errand& errand) { return errand.not_before <= now; });
  }

  int wait_ms() const {
    Clock::duration wait = std::chrono::milliseconds(500);
    if (active_.size() < connections_)
      for (const Errand& errand : waiting_) wait = std::min(wait, errand.not_before - Clock::now());
    auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    return static_cast<int>(std::max<int64_t>(ms, 0));
  }

  void start_what_is_due() {
    while (active_.size() < connections_) {
      auto due = next_due();
      if (due == waiting_.end()) return;
      auto at = waiting_.begin() + (due - waiting_.cbegin());
      Errand errand = std::move(*at);
      waiting_.erase(at);
      start(std::move(errand));
    }
  }

  void start(Errand errand) {
    if (!may_connect(config_, errand.url)) {
      finish(errand, fail(error_of(errand, "url-insecure",
                                   "http is not used for anything but a registry that is "
                                   "configured with it")));
      return;
    }
    if (!is_read_alike(curl_, errand.url)) {
      finish(errand,
             fail(error_of(errand, "url-invalid", "libcurl takes this address for another")));
      return;
    }
    std::string origin = errand.url.scheme + "://" + errand.url.authority();
    if (unreachable_.contains(origin)) {
      finish(errand, fail(error_of(errand, "network-error", "this server could not be reached")));
      return;
    }
    errand.transfer = std::make_unique<Transfer>(settings_, errand.url, errand.authorization);
    CURL* handle = errand.transfer->handle();
    INGOT_CHECK(curl_.multi_add_handle(multi_.get(), handle) == CURLM_OK);
    active_.emplace(handle, std::move(errand));
  }

  void collect_finished() {
    int left = 0;
    while (CURLMsg* message = curl_.multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* handle = message->easy_handle;
      CURLcode code = message->data.result;
      auto found = active_.find(handle);
      INGOT_CHECK(found != active_.end());
      Errand errand = std::move(found->second);
      active_.erase(found);
      curl_.multi_remove_handle(multi_.get(), handle);
      judge(std::move(errand), code);
    }
  }

  // Decides what an exchange that came to its end means.
  void judge(Errand errand, CURLcode code) {
    Transfer& transfer = *errand.transfer;
    long status = transfer.status();
    if (transfer.is_too_large()) {
      finish(errand,
             fail(error_of(errand, "download-too-large",
                           "more than " + std::to_string(settings_.limits.max_bytes) + " bytes")));
    } else if (status == 200 && code == CURLE_OK) {
      seen_.bytes += transfer.received();
      Bytes body = transfer.take_body();
      finish(errand, std::move(body));
    } else if (is_redirect(status)) {
      follow(std::move(errand));
    } else if (status != 0 && status != 200) {
      unsigned wait_ms = transfer.retry_after_seconds() * 1000;
      if (is_passing(status) && errand.attempts < config_.retry.retries)
        retry(std::move(errand), wait_ms);
      else
        finish(errand, fail(answer_error(errand, status)));
    } else if (!is_distrust(code) && errand.attempts < config_.retry.retries) {
      retry(std::move(errand), 0);
    } else {
      if (is_unreachable(code))
        unreachable_.insert(errand.url.scheme + "://" + errand.url.authority());
      finish(errand, fail(connection_error(errand, code)));
    }
  }

  void retry(Errand errand, unsigned wanted_ms) {
    const RetrySettings& rules = config_.retry;
    uint64_t delay = rules.first_delay_ms;
    for (unsigned i = 0; i < errand.attempts && delay < rules.max_delay_ms; ++i)
      delay *= std::max(1u, rules.factor);
    delay = std::min<uint64_t>(std::max<uint64_t>(delay, wanted_ms), rules.max_delay_ms);
    ++errand.attempts;
    errand.not_before = Clock::now() + std::chrono::milliseconds(delay);
    errand.transfer.reset();
    waiting_.push_back(std::move(errand));
  }

  void follow(Errand errand) {
    auto target = Url::parse(errand.transfer->redirect_target());
    if (!target || ++errand.redirects > settings_.limits.max_redirects) {
      finish(errand,
             fail(error_of(errand, "registry-error",
                           target ? "too many redirects" : "a redirect that leads nowhere")));
      return;
    }
    // Neither out of encryption nor, from outside, into this machine.
    if ((errand.url.scheme == "https" && target->scheme != "https") ||
        (target->is_loopback() && !errand.url.is_loopback())) {
      finish(errand, fail(error_of(errand, "url-insecure",
                                   "it redirects to " + displayed_url(target->text()))));
      return;
    }
    // What was said to one host is never repeated to another, nor after a return from it.
    bool keeps_credentials = errand.authorization && target->same_origin(errand.url);
    errand.authorization = keeps_credentials ? authorization_for(config_, *target) : std::nullopt;
    errand.url = std::move(*target);
    errand.transfer.reset();
    waiting_.push_front(std::move(errand));
  }

  void finish(Errand& errand, Result<Bytes> body) {
    ++seen_.files_done;
    errand.transfer.reset();
    done_(errand.request, std::move(body));
  }

  void report() {
    FetchProgress now = seen_;
    for (const auto& [handle, errand] : active_) now.bytes += errand.transfer->received();
    progress_.on_fetch(now);
  }

  Error error_of(const Errand& errand, const char* code, const std::string& why) const {
    return input_error(code, "cannot get " + requests_[errand.request].what + " from " +
                                 displayed_url(errand.url.text()) + ": " + why);
  }

  Error answer_error(const Errand& errand, long status) const {
    std::string why = "the server answers " + std::to_string(status);
    if (status == 404 || status == 410)
      return error_of(errand, "registry-not-found", why)
          .hinted("check that the registry in .npmrc is the one that has this package");
    if (status != 401 && status != 403) return error_of(errand, "registry-error", why);
    std::string host = errand.url.authority();
    if (errand.authorization)
      return error_of(errand, "registry-unauthorized", why)
          .hinted("the credentials for " + host + " in .npmrc do not suffice");
    return error_of(errand, "registry-unauthorized", why)
        .hinted("no credentials were sent; put //" + host + "/:_authToken=${TOKEN} into .npmrc");
  }

  // libcurl's longer texts may quote a proxy's address with its password: the short one has to do.
  Error connection_error(const Errand& errand, CURLcode code) const {
    if (is_distrust(code))
      return error_of(errand, "network-untrusted", curl_.easy_strerror(code))
          .hinted("name the file of the certificates to trust: cafile=... in .npmrc");
    // Content with an answer that has no end of its head, libcurl has nothing to say.
    const char* why = code == CURLE_OK ? "the answer is not whole" : curl_.easy_strerror(code);
    return error_of(errand, "network-error", why)
        .hinted("check the network and the proxy settings, or use --offline with a filled store");
  }

  const std::vector<DownloadRequest>& requests_;
  const TransferSettings& settings_;
  const CurlLibrary& curl_;
  const NpmConfig& config_;
  ProgressSink& progress_;
  const DownloadDone& done_;
  std::unique_ptr<CURLM, decltype(CurlLibrary::multi_cleanup)> multi_;
  size_t connections_ = 1;
  std::deque<Errand> waiting_;
  std::map<CURL*, Errand> active_;  // its order reaches no output
  std::set<std::string> unreachable_;
  FetchProgress seen_;
};

}  // namespace

void download(const std::vector<DownloadRequest>& requests, const NpmConfig& config,
              const DownloadLimits& limits, ProgressSink& progress, const DownloadDone& done) {
  auto refuse_all = [&](const Error& error) {
    for (size_t i = 0; i < requests.size(); ++i) done(i, fail(error));
  };
  PipeSignalBlock block;
  auto curl = curl_library();
  if (!curl) return refuse_all(curl.error());
  const char* built_in = (*curl)->version_info(CURLVERSION_NOW)->cainfo;
  auto anchors =
      load_trust_anchors(config.trust, built_in != nullptr ? built_in : "", real_file_system());
  if (!anchors) return refuse_all(anchors.error());
  TransferSettings settings{**curl, config, limits, *anchors};
  Downloads(requests, settings, progress, done).run();
}

}  // namespace ingot
