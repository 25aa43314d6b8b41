#include "packer/attest/build_statement.h"

#include "base/json.h"
#include "base/json_writer.h"

namespace ingot {
namespace {

constexpr std::string_view kStatement = "https://in-toto.io/Statement/v1";
constexpr std::string_view kPredicate = "https://slsa.dev/provenance/v1";

void write_resource(const BuildResource& resource, JsonWriter& json) {
  json.open_object().member("name", resource.name);
  if (!resource.uri.empty()) json.member("uri", resource.uri);
  json.key("digest").open_object();
  for (const auto& [algorithm, hex] : resource.digest) json.member(algorithm, hex);
  json.close_object().close_object();
}

void write_resources(std::string_view key, const std::vector<BuildResource>& resources,
                     JsonWriter& json) {
  json.key(key).open_array();
  for (const BuildResource& resource : resources) write_resource(resource, json);
  json.close_array();
}

Error malformed(const std::string& what) {
  return input_error("provenance-malformed", "what is signed is no SLSA provenance: " + what)
      .hinted("name a file that 'ingot build --provenance' has written");
}

}  // namespace

std::string write_statement(const BuildStatement& statement) {
  JsonWriter json;
  json.open_object().member("_type", kStatement);
  write_resources("subject", statement.subjects, json);
  json.member("predicateType", kPredicate).key("predicate").open_object();
  json.key("buildDefinition").open_object().member("buildType", kBuildType);
  json.key("externalParameters").open_object();
  for (const auto& [name, words] : statement.parameters) {
    json.key(name).open_array();
    for (const std::string& word : words) json.value(word);
    json.close_array();
  }
  json.close_object();
  write_resources("resolvedDependencies", statement.dependencies, json);
  json.close_object().key("runDetails").open_object();
  json.key("builder").open_object().member("id", statement.builder_id);
  json.key("version").open_object().member("ingot", statement.ingot_version);
  json.close_object().close_object();
  if (!statement.started_on.empty())
    json.key("metadata").open_object().member("startedOn", statement.started_on).close_object();
  return json.close_object().close_object().close_object().finish();
}

Result<BuildClaim> claim_about(const Envelope& envelope, std::string_view sha256) {
  if (envelope.type != kStatementType) return fail(malformed("it is of type " + envelope.type));
  JsonDocument document = TRY(JsonDocument::parse(envelope.body, "the statement"));
  JsonCursor root = document.root();
  if (root.find_text("_type") != kStatement || root.find_text("predicateType") != kPredicate)
    return fail(malformed("it is another kind of statement"));
  auto predicate = root.find("predicate"), subjects = root.find("subject");
  auto definition = predicate ? predicate->find("buildDefinition") : std::nullopt;
  auto details = predicate ? predicate->find("runDetails") : std::nullopt;
  auto builder = details ? details->find("builder") : std::nullopt;
  auto id = builder ? builder->find_text("id") : std::nullopt;
  if (!subjects || !definition || !id) return fail(malformed("a part is missing"));
  if (definition->find_text("buildType") != kBuildType)
    return fail(malformed("it is about another kind of build"));
  auto dependencies = definition->find("resolvedDependencies");
  for (JsonCursor subject : *subjects) {
    auto digest = subject.find("digest");
    if (!digest || digest->find_text("sha256") != sha256) continue;
    return BuildClaim{std::string(*id), std::string(subject.find_text("name").value_or("")),
                      dependencies ? dependencies->size() : 0};
  }
  return fail(integrity_error("provenance-other-file",
                              "the provenance is about other files: none "
                              "of them has the sha256 " +
                                  std::string(sha256)));
}

Result<BuildClaim> find_claim(std::string_view lines, const std::string& name,
                              std::string_view sha256, const PublicKey& key) {
  std::optional<Error> first;
  while (!lines.empty()) {
    size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto envelope = open_envelope(std::string(line), name, key);
    auto claim = envelope ? claim_about(*envelope, sha256)
                          : Result<BuildClaim>(fail(std::move(envelope.error())));
    if (claim) return claim;
    if (!first) first = std::move(claim.error());
  }
  if (!first) first = malformed("there is nothing in it");
  return fail(std::move(*first));
}

}  // namespace ingot
