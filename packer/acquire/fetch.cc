#include "packer/acquire/fetch.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/thread_pool.h"
#include "lockfile/cache_key.h"
#include "lockfile/error_list.h"
#include "packer/acquire/clone.h"
#include "packer/acquire/local_sources.h"
#include "packer/acquire/promise.h"

namespace ingot {
namespace {

// More than anybody reads; the rest is counted.
constexpr size_t kMaxReportedErrors = 20;

// One tarball, however many places of the graph it is for. Each has its own slot, so that threads
// share nothing and results come out in the order of the graph.
struct Job {
  TarballRequest request;
  std::optional<FoundBytes> found;
  std::optional<Error> error;
  std::vector<Error> warnings;

  bool is_missing() const { return !found && !error; }
  void refuse(Error why) {
    if (request.position && !why.position) why.position = request.position;
    error = std::move(why);
  }
};

// Hands finished downloads to the threads that verify and store them.
class Arrivals {
 public:
  void push(size_t job, Result<Bytes> body) {
    std::lock_guard lock(mutex_);
    waiting_.emplace_back(job, std::move(body));
    arrived_.notify_one();
  }
  std::pair<size_t, Result<Bytes>> pop() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !waiting_.empty(); });
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<size_t, Result<Bytes>>> waiting_;
};

Error missing_integrity(const TarballRequest& request) {
  return integrity_error("integrity-missing",
                         "the lockfile promises nothing about the bytes of " + title_of(request))
      .hinted("remove its entry from the lockfile, and let the package manager write it anew");
}

Error unpinned_git(const TarballRequest& request) {
  return integrity_error("git-unpinned", title_of(request) +
                                             " comes from git and is pinned by a commit only, "
                                             "which is not enough with --strict")
      .hinted("'ingot verify --pin' writes a digest of its files into ingot.lock.json");
}

void check_request(Job& job, const FetchSettings& settings) {
  const TarballRequest& request = job.request;
  if (request.source.kind == SourceKind::kGit && request.integrity.empty()) {
    if (settings.git_proof == GitProof::kPinnedDigest) job.refuse(unpinned_git(request));
  } else if (!has_promise(request, settings) && settings.unverified == Unverified::kRefused) {
    job.refuse(missing_integrity(request));
  }
}

void look_up(std::vector<Job>& jobs, const FetchSettings& settings) {
  auto work = [&](size_t i) -> Status {
    Job& job = jobs[i];
    check_request(job, settings);
    if (!job.is_missing()) return {};
    auto found = find_locally(job.request, settings, job.warnings);
    if (!found)
      job.refuse(std::move(found.error()));
    else if (*found)
      job.found = std::move(**found);
    return {};
  };
  INGOT_CHECK(parallel_for(jobs.size(), work).has_value());
}

void accept_download(Job& job, Bytes body, const Url& url, const FetchSettings& settings) {
  std::string location = displayed_url(url.text());
  auto digest = check_promise(job.request, body, settings);
  if (!digest) {
    digest.error().message =
        title_of(job.request) + " from " + location + ": " + digest.error().message;
    return job.refuse(std::move(digest.error()));
  }
  auto owner = std::make_shared<const Bytes>(std::move(body));
  ByteView bytes(*owner);
  FoundBytes found{std::move(owner), bytes, ByteOrigin::kNetwork, std::move(location),
                   std::move(*digest)};
  if (auto status = keep_in_store(settings.store, found); !status)
    return job.refuse(std::move(status.error()));
  job.found = std::move(found);
}

// One after the other: git uses all cores by itself, and packages from git are few.
void clone_missing(std::vector<Job>& jobs, const FetchSettings& settings) {
  for (Job& job : jobs) {
    if (!job.is_missing() || job.request.source.kind != SourceKind::kGit) continue;
    auto found = clone(job.request, settings);
    if (found)
      job.found = std::move(*found);
    else
      job.refuse(std::move(found.error()));
  }
}

void get_missing(std::vector<Job>& jobs, const FetchSettings& settings) {
  std::vector<DownloadRequest> requests;
  std::vector<size_t> job_of;
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (!jobs[i].is_missing() || jobs[i].request.source.kind == SourceKind::kGit) continue;
    auto url = address_of(jobs[i].request, settings.config);
    if (!url) {
      jobs[i].refuse(std::move(url.error()));
      continue;
    }
    requests.push_back({title_of(jobs[i].request), std::move(*url)});
    job_of.push_back(i);
  }
  if (requests.empty()) return;

  // The first piece of work is the downloading itself; each of the others takes in one arrival. It
  // is started first and there are at least two threads, so nobody waits for what never comes.
  Arrivals arrivals;
  auto work = [&](size_t piece) -> Status {
    if (piece == 0) {
      download(requests, settings.config, settings.limits, settings.progress,
               [&](size_t at, Result<Bytes> body) { arrivals.push(at, std::move(body)); });
      return {};
    }
    auto [at, body] = arrivals.pop();
    Job& job = jobs[job_of[at]];
    if (body)
      accept_download(job, std::move(*body), requests[at].url, settings);
    else
      job.refuse(std::move(body.error()));
    return {};
  };
  unsigned threads = std::max(1u, std::thread::hardware_concurrency()) + 1;
  INGOT_CHECK(parallel_for(requests.size() + 1, work, threads).has_value());
}

std::optional<Error> offline_error(const std::vector<Job>& jobs) {
  std::vector<std::string> titles;
  for (const Job& job : jobs)
    if (job.is_missing()) titles.push_back(title_of(job.request));
  if (titles.empty()) return std::nullopt;
  Error error =
      input_error("offline-missing", std::to_string(titles.size()) +
                                         (titles.size() == 1 ? " package is" : " packages are") +
                                         " nowhere on this machine, and this is offline");
  error.notes = std::move(titles);
  error.hint =
      "run 'ingot fetch' with the network to fill the store, or name a folder with --tarballs";
  return error;
}

void warn_of_weak_proofs(const std::vector<Job>& jobs, Diagnostics& diagnostics) {
  std::vector<std::string> titles;
  for (const Job& job : jobs)
    if (job.found && !job.request.integrity.empty() && !job.request.integrity.is_strong())
      titles.push_back(title_of(job.request));
  if (titles.empty()) return;
  Error warning =
      input_error("integrity-weak", std::to_string(titles.size()) +
                                        (titles.size() == 1 ? " package is" : " packages are") +
                                        " proved by sha1 only, which can be forged at a price");
  warning.notes = std::move(titles);
  diagnostics.warning(std::move(warning));
}

// Gets every job its bytes, or says all that is wrong.
Status run(std::vector<Job>& jobs, const FetchSettings& settings, Diagnostics& diagnostics) {
  look_up(jobs, settings);
  ErrorList errors(kMaxReportedErrors);
  if (settings.network == Network::kAllowed) {
    clone_missing(jobs, settings);
    get_missing(jobs, settings);
  } else if (auto error = offline_error(jobs)) {
    errors.add(std::move(*error));
  }

  for (Job& job : jobs) {
    for (Error& warning : job.warnings) diagnostics.warning(std::move(warning));
    if (job.error) errors.add(std::move(*job.error));
  }
  warn_of_weak_proofs(jobs, diagnostics);
  return errors.finish_worst_first(diagnostics);
}

VerifiedTarball tarball_of(const Job& job, size_t package) {
  VerifiedTarball out;
  out.package = package;
  out.owner = job.found->owner;
  out.bytes = job.found->bytes;
  out.proof.origin = job.found->origin;
  out.proof.location = job.found->location;
  out.proof.digest = job.found->digest;
  if (job.found->digest && job.request.integrity.empty()) {
    if (job.request.source.kind == SourceKind::kGit) {
      out.proof.commit = commit_of(job.request);
    } else if (auto archive = archive_digest(job.request)) {
      // Whether it was the tarball or the archive that was at hand shows nowhere.
      out.proof.archive = job.request.archive->cache_key + "/" + archive->hex();
      out.proof.digest = std::move(archive);
    }
  }
  return out;
}

bool has_tarball(const LockedPackage& package) {
  if (package.is_link()) return false;
  switch (package.source.kind) {
    case SourceKind::kRegistry:
    case SourceKind::kRemoteTarball:
    case SourceKind::kLocalTarball:
    case SourceKind::kGit:
      return true;
    case SourceKind::kProject:
    case SourceKind::kDirectory:
    case SourceKind::kBundled:
      return false;
  }
  return false;
}

// What makes two requests the same request.
std::string identity_of(const LockedPackage& package) {
  return package.name + "\n" + package.version + "\n" + package.source.location + "\n" +
         package.integrity.text() +
         (package.archive_checksum
              ? "\n" + package.archive_checksum->cache_key + "/" + package.archive_checksum->sha512
              : "");
}

}  // namespace

std::string_view origin_name(ByteOrigin origin) {
  switch (origin) {
    case ByteOrigin::kStore:
      return "store";
    case ByteOrigin::kTarballs:
      return "tarballs";
    case ByteOrigin::kNpmCache:
      return "npm cache";
    case ByteOrigin::kYarnCache:
      return "yarn cache";
    case ByteOrigin::kNetwork:
      return "network";
    case ByteOrigin::kLocalFile:
      return "local file";
  }
  return "";
}

TarballRequest request_for(const LockedPackage& package) {
  TarballRequest request{package.name,      package.version,  package.source,
                         package.integrity, package.position, package.archive_checksum};
  if (request.archive && !parse_cache_key(request.archive->cache_key)) request.archive.reset();
  return request;
}

Result<std::vector<VerifiedTarball>> fetch_packages(const PackageGraph& graph,
                                                    const FetchSettings& settings,
                                                    Diagnostics& diagnostics) {
  std::vector<Job> jobs;
  std::map<std::string, size_t> known;
  std::vector<std::pair<size_t, size_t>> wanted;  // package, job
  for (size_t i = 0; i < graph.packages.size(); ++i) {
    const LockedPackage& package = *graph.packages[i].package;
    if (!has_tarball(package)) continue;
    auto [entry, is_new] = known.emplace(identity_of(package), jobs.size());
    if (is_new) {
      Job job;
      job.request = request_for(package);
      jobs.push_back(std::move(job));
    }
    wanted.emplace_back(i, entry->second);
  }
  TRY(run(jobs, settings, diagnostics));

  std::vector<VerifiedTarball> out;
  for (const auto& [package, job] : wanted) out.push_back(tarball_of(jobs[job], package));
  return out;
}

Status load_bytes(VerifiedTarball& tarball) {
  if (tarball.owner) return {};
  auto file = std::make_shared<const MappedFile>(TRY(MappedFile::open(tarball.proof.location)));
  TRY(Integrity::of(*tarball.proof.digest).verify(file->bytes()));
  tarball.bytes = file->bytes();
  tarball.owner = std::move(file);
  return {};
}

Result<VerifiedTarball> fetch_tarball(const TarballRequest& request, const FetchSettings& settings,
                                      Diagnostics& diagnostics) {
  std::vector<Job> jobs(1);
  jobs[0].request = request;
  TRY(run(jobs, settings, diagnostics));
  return tarball_of(jobs[0], 0);
}

}  // namespace ingot
