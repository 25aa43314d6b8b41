#include "packer/bill/license_policy.h"

#include <algorithm>

#include "base/ascii.h"

namespace ingot {
namespace {

using Kind = LicenseExpression::Kind;

// A licence's name in its parts: "GFDL-1.2-invariants-or-later" is version 1.2 of "GFDL" with
// "invariants", and later ones. Only numbers with a dot are versions: BSD-3-Clause has none.
struct LicenseFamily {
  std::string name;
  std::string rest;
  std::vector<unsigned> version;
  bool or_later = false;
};

bool take_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

// The numbers of "1.2"; none for what is no version.
std::vector<unsigned> version_of(std::string_view text) {
  std::vector<unsigned> numbers{0};
  for (char c : text) {
    if (c == '.')
      numbers.push_back(0);
    else if (ascii::is_digit(c) && numbers.back() < 100'000)
      numbers.back() = numbers.back() * 10 + static_cast<unsigned>(c - '0');
    else
      return {};
  }
  return numbers.size() > 1 ? numbers : std::vector<unsigned>();
}

LicenseFamily family_of(const LicenseTerm& term) {
  LicenseFamily family;
  std::string id = term.id;
  family.or_later = take_suffix(id, "-or-later") || term.or_later;
  take_suffix(id, "-only");
  for (size_t from = 0; from <= id.size();) {
    size_t end = std::min(id.find('-', from), id.size());
    std::string_view part = std::string_view(id).substr(from, end - from);
    std::string& into = family.version.empty() ? family.name : family.rest;
    auto version = family.version.empty() ? version_of(part) : std::vector<unsigned>();
    if (version.empty())
      into.append("-").append(part);
    else
      family.version = std::move(version);
    from = end + 1;
  }
  return family;
}

bool same_family(const LicenseFamily& a, const LicenseFamily& b) {
  return a.name == b.name && a.rest == b.rest && a.version.empty() == b.version.empty();
}

bool is_allowed(const LicensePolicy& policy, const LicenseTerm& term) {
  if (!policy.restricted) return true;
  LicenseFamily wanted = family_of(term);
  return std::ranges::any_of(policy.allowed, [&](const LicenseTerm& allowed) {
    LicenseFamily offered = family_of(allowed);
    if (allowed.exception != term.exception || !same_family(offered, wanted)) return false;
    return wanted.version == offered.version ||
           (wanted.version < offered.version ? wanted.or_later : offered.or_later);
  });
}

bool is_denied(const LicensePolicy& policy, const LicenseTerm& term) {
  LicenseFamily found = family_of(term);
  return std::ranges::any_of(policy.denied, [&](const LicenseTerm& denied) {
    LicenseFamily refused = family_of(denied);
    if (!denied.exception.empty() && denied.exception != term.exception) return false;
    return same_family(refused, found) && (refused.version == found.version ||
                                           (refused.or_later && refused.version < found.version));
  });
}

bool accepts(const LicensePolicy& policy, const LicenseExpression& expression) {
  auto part_accepted = [&](const LicenseExpression& part) { return accepts(policy, part); };
  switch (expression.kind) {
    case Kind::kTerm:
      return is_allowed(policy, expression.term) && !is_denied(policy, expression.term);
    case Kind::kAnd:
      return std::ranges::all_of(expression.parts, part_accepted);
    case Kind::kOr:
      return std::ranges::any_of(expression.parts, part_accepted);
  }
  return false;
}

Status add_terms(const LicenseExpression& expression, std::vector<LicenseTerm>& terms) {
  if (expression.kind == Kind::kAnd)
    return fail(
        input_error("license-policy", "'" + license_text(expression) + "' is no list of licences")
            .hinted("name each licence by itself, or join them with OR"));
  if (expression.kind == Kind::kTerm) terms.push_back(expression.term);
  for (const LicenseExpression& part : expression.parts) TRY(add_terms(part, terms));
  return {};
}

Status read_terms(std::span<const std::string> texts, std::vector<LicenseTerm>& terms,
                  bool& unknown) {
  for (const std::string& text : texts) {
    if (text == kUnknownLicense)
      unknown = true;
    else
      TRY(add_terms(TRY(parse_license_expression(text)), terms));
  }
  return {};
}

}  // namespace

Result<LicensePolicy> read_license_policy(std::span<const std::string> allowed,
                                          std::span<const std::string> denied) {
  LicensePolicy policy;
  policy.restricted = !allowed.empty();
  TRY(read_terms(allowed, policy.allowed, policy.unknown_allowed));
  TRY(read_terms(denied, policy.denied, policy.unknown_denied));
  return policy;
}

bool accepts(const LicensePolicy& policy, const DeclaredLicense& license) {
  if (license.expression) return accepts(policy, *license.expression);
  return !policy.unknown_denied && (!policy.restricted || policy.unknown_allowed);
}

}  // namespace ingot
