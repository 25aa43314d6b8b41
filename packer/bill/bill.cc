#include "packer/bill/bill.h"

#include <charconv>
#include <ctime>
#include <map>

#include "packer/bill/bill_text.h"

namespace ingot {
namespace {

constexpr uint64_t kLastSecond = 253'402'300'799;  // of the year 9999

}  // namespace

Result<uint64_t> read_source_date(std::string_view text) {
  uint64_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds > kLastSecond)
    return fail(
        input_error("source-date-invalid", "SOURCE_DATE_EPOCH is no time: " + std::string(text))
            .hinted("it takes seconds since 1970, as 'date +%s' prints them"));
  return seconds;
}

std::string write_bill(const Bill& bill, BillFormat format) {
  auto write = format == BillFormat::kCycloneDx ? write_cyclonedx : write_spdx;
  return write(bill, uuid_of(write(bill, "")));
}

std::optional<Digest> digest_of_sri(std::string_view sri) {
  size_t dash = sri.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto algorithm = digest_algorithm(sri.substr(0, dash));
  auto bytes = from_base64(sri.substr(dash + 1));
  if (!algorithm || !bytes || bytes->size() != digest_size(*algorithm)) return std::nullopt;
  return Digest{*algorithm, std::move(*bytes)};
}

std::string_view commit_of(const BillComponent& component) {
  constexpr std::string_view kGit = "git:";
  std::string_view digest = component.digest;
  return digest.starts_with(kGit) ? digest.substr(kGit.size()) : "";
}

std::string utc_time(uint64_t seconds) {
  auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, size);
}

std::string uuid_of(std::string_view text) {
  Bytes bytes = digest_of(DigestAlgorithm::kSha256, text).bytes;
  bytes.resize(16);
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string hex = to_hex(bytes);
  for (size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

std::vector<std::string> made_unique(std::vector<std::string> names) {
  std::map<std::string, size_t> seen;
  for (std::string& name : names) {
    size_t count = ++seen[name];
    if (count == 1) continue;
    std::string candidate;
    do {
      candidate = name + "-" + std::to_string(count++);
    } while (seen.contains(candidate));
    seen.emplace(candidate, 1);
    name = std::move(candidate);
  }
  return names;
}

}  // namespace ingot
