#include "packer/acquire/publication.h"

#include <charconv>
#include <chrono>
#include <map>

#include "base/json.h"
#include "packer/acquire/registry.h"

namespace ingot {
namespace {

constexpr std::string_view kStoreKind = "published";

std::string store_key(const PublishedVersion& version, const NpmConfig& config) {
  std::string text =
      registry_of(config, version.name) + "\n" + version.name + "\n" + version.version;
  return sha256_hex(std::string_view(text));
}

std::optional<uint64_t> number_in(std::string_view text) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The "time" of each version that is in the document.
Result<std::map<std::string, uint64_t>> read_times(Bytes body, const std::string& name) {
  auto document = JsonDocument::parse(std::string(body.begin(), body.end()), name + ".json",
                                      JsonSyntax::kLastKeyWins);
  auto times = document ? document->root().find("time") : std::nullopt;
  if (!times)
    return fail(input_error("registry-error", "the registry does not say when versions of " + name +
                                                  " were published")
                    .hinted("\"minimumAgeDays\" in the policy needs a registry that does"));
  std::map<std::string, uint64_t> out;
  for (JsonCursor time : *times)
    if (auto seconds = parse_utc_time(time.text())) out.emplace(time.key(), *seconds);
  return out;
}

}  // namespace

std::optional<uint64_t> parse_utc_time(std::string_view text) {
  if (text.size() < 20 || text.back() != 'Z') return std::nullopt;
  for (auto [at, separator] :
       {std::pair{4, '-'}, {7, '-'}, {10, 'T'}, {13, ':'}, {16, ':'}, {19, text[19]}})
    if (text[static_cast<size_t>(at)] != separator) return std::nullopt;
  auto part = [&](size_t at, size_t size) { return number_in(text.substr(at, size)); };
  auto year = part(0, 4), month = part(5, 2), day = part(8, 2);
  auto hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                   std::chrono::month(static_cast<unsigned>(*month)),
                                   std::chrono::day(static_cast<unsigned>(*day))};
  auto days = std::chrono::sys_days(date).time_since_epoch().count();
  if (!date.ok() || days < 0) return std::nullopt;
  return static_cast<uint64_t>(days) * 86400 + *hour * 3600 + *minute * 60 + *second;
}

Result<std::vector<std::optional<uint64_t>>> publication_times(
    const std::vector<PublishedVersion>& versions, const FetchSettings& settings) {
  std::vector<std::optional<uint64_t>> times(versions.size());
  std::map<std::string, std::vector<size_t>> unknown;  // by name
  for (size_t i = 0; i < versions.size(); ++i) {
    auto entry =
        TRY(settings.store.find_derived(kStoreKind, store_key(versions[i], settings.config)));
    if (entry) times[i] = number_in(entry->content.text());
    if (!times[i]) unknown[versions[i].name].push_back(i);
  }
  if (unknown.empty() || settings.network == Network::kOffline) return times;

  std::vector<DownloadRequest> requests;
  std::vector<const std::vector<size_t>*> asked_for;
  for (const auto& [name, indices] : unknown) {
    requests.push_back({name, TRY(package_document_url(settings.config, name))});
    asked_for.push_back(&indices);
  }
  Status status;
  download(requests, settings.config, settings.limits, settings.progress,
           [&](size_t at, Result<Bytes> body) {
             auto read = [&]() -> Status {
               auto known = TRY(read_times(TRY(std::move(body)), requests[at].what));
               for (size_t i : *asked_for[at]) {
                 auto found = known.find(versions[i].version);
                 if (found == known.end()) continue;
                 times[i] = found->second;
                 TRY(settings.store.put_derived(kStoreKind, store_key(versions[i], settings.config),
                                                std::string_view(std::to_string(found->second))));
               }
               return {};
             };
             if (auto done = read(); !done && status) status = std::move(done);
           });
  TRY(std::move(status));
  return times;
}

}  // namespace ingot
