#include "packer/report/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file_system.h"
#include "packer/report/hints.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

enum class Ink { kError, kWarning, kMessage, kPlace, kHint };

constexpr std::string_view kPlain = "\x1b[0m";

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::kError:
      return "\x1b[1;31m";
    case Ink::kWarning:
      return "\x1b[1;33m";
    case Ink::kMessage:
      return "\x1b[1m";
    case Ink::kPlace:
      return "\x1b[34m";
    case Ink::kHint:
      return "\x1b[32m";
  }
  return "";
}

std::string paint(std::string text, Ink ink, const DiagnosticStyle& style) {
  if (!style.colours) return text;
  return fmt::format("{}{}{}", escape_of(ink), text, kPlain);
}

std::string place_of(const Position& position, const DiagnosticStyle& style) {
  std::string file = position.file;
  if (!file.starts_with('/') && !style.base_folder.empty()) {
    std::string below = join_path(style.base_folder, file);
    if (real_file_system().is_file(below)) file = below;
  }
  std::string text = shown_path(file, style.current_folder);
  if (position.line > 0) text += fmt::format(":{}", position.line);
  if (position.line > 0 && position.column > 0) text += fmt::format(":{}", position.column);
  return printable(text);
}

std::string render(const Error& error, Ink ink, const DiagnosticStyle& style) {
  std::string_view word = ink == Ink::kError ? "error" : "warning";
  std::string out = paint(fmt::format("{}[{}]:", word, error.code), ink, style) + " " +
                    paint(printable(error.message), Ink::kMessage, style) + "\n";
  if (error.position)
    out += fmt::format("  {} {}\n", paint("-->", Ink::kPlace, style),
                       place_of(*error.position, style));
  for (const std::string& note : error.notes) out += fmt::format("  note: {}\n", printable(note));
  if (!error.hint.empty())
    out += fmt::format("  {} {}\n", paint("hint:", Ink::kHint, style), printable(error.hint));
  return out;
}

bool same(const Error& a, const Error& b) {
  auto place = [](const Error& error) {
    Position position = error.position.value_or(Position{});
    return std::tuple(position.file, position.line, position.column);
  };
  return a.code == b.code && a.message == b.message && place(a) == place(b);
}

}  // namespace

void advise(std::vector<Error>& errors) {
  for (Error& error : errors)
    if (error.hint.empty())
      error.hint = general_hint(error.code, error.position ? error.position->file : "");
}

std::vector<Error> without_repeats(const std::vector<Error>& errors) {
  std::vector<Error> kept;
  for (const Error& error : errors) {
    auto is_same = [&](const Error& other) { return same(error, other); };
    if (std::ranges::none_of(kept, is_same)) kept.push_back(error);
  }
  return kept;
}

Findings findings_of(const Error& failure, const Diagnostics& diagnostics) {
  std::vector<Error> errors = {failure};
  errors.insert(errors.end(), diagnostics.errors().begin(), diagnostics.errors().end());
  Findings findings{without_repeats(errors), without_repeats(diagnostics.warnings())};
  advise(findings.errors);
  return findings;
}

int exit_code(const Findings& findings) {
  int code = 0;
  for (const Error& error : findings.errors) code = std::max(code, exit_code(error.kind));
  return code;
}

std::string render(const Findings& findings, const DiagnosticStyle& style) {
  std::string out;
  for (const Error& warning : findings.warnings) out += render(warning, Ink::kWarning, style);
  for (const Error& error : findings.errors) out += render(error, Ink::kError, style);
  return out;
}

void write_json(const std::vector<Error>& errors, JsonWriter& json) {
  json.open_array();
  for (const Error& error : errors) {
    Position position = error.position.value_or(Position{});
    json.open_object().member("code", error.code).member("message", error.message);
    json.text_or_null("file", position.file);
    for (auto [name, number] : {std::pair("line", position.line), {"column", position.column}}) {
      json.key(name);
      number == 0 ? json.null() : json.value(number);
    }
    json.key("notes").open_array();
    for (const std::string& note : error.notes) json.value(std::string_view(note));
    json.close_array().text_or_null("hint", error.hint).close_object();
  }
  json.close_array();
}

std::string failure_json(const Findings& findings) {
  JsonWriter json;
  json.open_object().member("ok", false).key("errors");
  write_json(findings.errors, json);
  json.key("warnings");
  write_json(findings.warnings, json);
  return json.close_object().finish();
}

}  // namespace ingot
