#include "resolver/platform.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/ascii.h"

namespace ingot {
namespace {

bool list_allows(const std::vector<std::string>& list, std::string_view value) {
  if (list.empty() || (list.size() == 1 && list[0] == "any")) return true;
  bool all_negated = true, named = false;
  for (const std::string& entry : list) {
    if (entry.starts_with('!')) {
      if (std::string_view(entry).substr(1) == value) return false;
    } else {
      all_negated = false;
      named = named || entry == value;
    }
  }
  return named || all_negated;
}

std::string needs(std::string_view what, const std::vector<std::string>& list) {
  std::string out = "needs " + std::string(what);
  for (size_t i = 0; i < list.size(); ++i) out += (i == 0 ? " " : " or ") + list[i];
  return out;
}

struct Word {
  std::string_view word;
  std::string_view meaning;  // npm's word for it; "" for what no target has
};

constexpr Word kOsWords[] = {{"linux", "linux"},
                             {"linuxmusl", "linux"},
                             {"linuxglibc", "linux"},
                             {"darwin", "darwin"},
                             {"macos", "darwin"},
                             {"mac", "darwin"},
                             {"osx", "darwin"},
                             {"win32", "win32"},
                             {"windows", "win32"},
                             {"win", "win32"},
                             {"win64", "win32"},
                             {"android", ""},
                             {"freebsd", ""},
                             {"netbsd", ""},
                             {"openbsd", ""},
                             {"sunos", ""},
                             {"aix", ""},
                             {"openharmony", ""},
                             {"wasm", ""},
                             {"wasm32", ""},
                             {"wasi", ""},
                             {"fsevents", "darwin"},
                             {"linuxstatic", "linux"}};

constexpr Word kCpuWords[] = {
    {"x64", "x64"},      {"amd64", "x64"}, {"64", "x64"},      {"86", ""},
    {"x86", ""},         {"ia32", ""},     {"i386", ""},       {"i686", ""},
    {"386", ""},         {"32", ""},       {"arm64", "arm64"}, {"aarch64", "arm64"},
    {"arm", ""},         {"armv6", ""},    {"armv7", ""},      {"armv7l", ""},
    {"armhf", ""},       {"ppc64", ""},    {"ppc64le", ""},    {"powerpc64le", ""},
    {"s390x", ""},       {"riscv64", ""},  {"riscv64gc", ""},  {"loong64", ""},
    {"loongarch64", ""}, {"mips64el", ""}, {"mipsel", ""}};

constexpr Word kLibcWords[] = {
    {"gnu", "glibc"},     {"glibc", "glibc"},    {"gnueabihf", "glibc"},
    {"gnueabi", "glibc"}, {"musl", "musl"},      {"musleabihf", "musl"},
    {"musleabi", "musl"}, {"linuxmusl", "musl"}, {"linuxglibc", "glibc"}};

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  for (char c : name) {
    if (ascii::is_letter_or_digit(c)) {
      word += ascii::lower(c);
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  // "x86_64" is one word.
  for (size_t i = 1; i < words.size(); ++i)
    if (words[i - 1] == "x86" && words[i] == "64") words[i - 1] = "x64";
  return words;
}

enum class Hint { kNone, kFits, kContradicts };

Hint hint_of(const std::vector<std::string>& words, std::span<const Word> table,
             std::string_view value) {
  Hint hint = Hint::kNone;
  for (const std::string& word : words) {
    auto at = std::ranges::find(table, word, &Word::word);
    if (at == table.end()) continue;
    if (at->meaning == value) return Hint::kFits;
    hint = Hint::kContradicts;
  }
  return hint;
}

}  // namespace

std::optional<std::string> why_unsupported(const PlatformConstraint& constraint,
                                           const Target& target) {
  if (!list_allows(constraint.os, target.npm_os())) return needs("os", constraint.os);
  if (!list_allows(constraint.cpu, target.npm_cpu())) return needs("cpu", constraint.cpu);
  if (constraint.libc.empty()) return std::nullopt;
  if (target.npm_libc().empty() || !list_allows(constraint.libc, target.npm_libc()))
    return needs("libc", constraint.libc);
  return std::nullopt;
}

NamedPlatform platform_of_name(std::string_view package_name, const Target& target) {
  // A scope says who, not what for: "@esbuild/…", but also "@linux-tools/…".
  size_t slash = package_name.find('/');
  std::vector<std::string> words =
      words_of(slash == std::string_view::npos ? package_name : package_name.substr(slash + 1));
  Hint os = hint_of(words, kOsWords, target.npm_os());
  Hint cpu = hint_of(words, kCpuWords, target.npm_cpu());
  Hint libc = hint_of(words, kLibcWords, target.npm_libc());
  if (os == Hint::kContradicts) return NamedPlatform::kAnother;
  if (os == Hint::kNone) return NamedPlatform::kUnknown;
  // "gnu" is also how builds for Windows by the GNU compiler are called; only Linux has a choice.
  if (target.npm_libc().empty()) libc = Hint::kNone;
  return cpu == Hint::kContradicts || libc == Hint::kContradicts ? NamedPlatform::kAnother
                                                                 : NamedPlatform::kThisTarget;
}

}  // namespace ingot
