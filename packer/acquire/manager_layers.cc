#include "packer/acquire/manager_layers.h"

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/yaml.h"
#include "packer/acquire/toml_file.h"
#include "packer/acquire/url.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxFile = 1 << 20;

Error invalid(const std::string& file, const std::string& what) {
  return input_error("npm-config-invalid", what).at({file, 0, 0});
}

// One registry, as both managers describe it. Empty: not said.
struct Account {
  std::string registry, token, user, password;
  std::string ident;  // "user:password", or that in base64
};

// The settings of one file as npm's.
class LayerWriter {
 public:
  explicit LayerWriter(std::string file) : layer_{std::move(file), {}} {}

  void set(const std::string& key, const std::string& value) {
    if (!value.empty()) layer_.values[key] = {value};
  }

  // `scope`: "@org", or "" for everything; without a registry of its own, `otherwise` is meant.
  Status account(const std::string& scope, Account account, const std::string& otherwise) {
    set(scope.empty() ? "registry" : scope + ":registry", account.registry);
    std::string where = account.registry.empty() ? otherwise : account.registry;
    if (account.token.empty() && account.ident.empty() && account.user.empty()) return {};
    if (where.starts_with("//")) where.insert(0, "https:");
    auto url = Url::parse(where);
    if (!url) return fail(invalid(layer_.name, "a registry is not a http or https address"));
    std::string dart = "//" + url->authority() + url->path;
    if (!dart.ends_with('/')) dart += '/';
    set(dart + ":_authToken", account.token);
    if (account.ident.empty() && !account.user.empty())
      account.ident = account.user + ":" + account.password;
    bool plain = account.ident.find(':') != std::string::npos;
    set(dart + ":_auth", plain ? to_base64(std::string_view(account.ident)) : account.ident);
    return {};
  }

  NpmLayer finish() { return std::move(layer_); }

 private:
  NpmLayer layer_;
};

// "${NAME}", "${NAME-otherwise}", "${NAME:-otherwise}".
Result<std::string> expand_berry(std::string_view text, const Environment& environment,
                                 const std::string& file) {
  std::string out;
  while (true) {
    size_t start = text.find("${");
    size_t end = start == std::string_view::npos ? start : text.find('}', start);
    out += text.substr(0, end == std::string_view::npos ? text.size() : start);
    if (end == std::string_view::npos) return out;
    std::string_view inside = text.substr(start + 2, end - start - 2);
    size_t dash = inside.find('-');
    std::string name(inside.substr(0, dash));
    bool or_empty = name.ends_with(':');
    if (or_empty) name.pop_back();
    auto found = environment.find(name);
    if (found != environment.end() && !(or_empty && found->second.empty()))
      out += found->second;
    else if (dash != std::string_view::npos)
      out += inside.substr(dash + 1);
    else
      return fail(invalid(file, "the variable " + name + " is not set"));
    text.remove_prefix(end + 1);
  }
}

// "$NAME" and "${NAME}"; what is not set is nothing.
std::string expand_bun(std::string_view text, const Environment& environment) {
  if (!text.starts_with('$')) return std::string(text);
  std::string_view name = text.substr(1);
  if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
  return find_variable(environment, name).value_or("");
}

class BerryFile {
 public:
  BerryFile(const JsonDocument& document, const std::string& path, const Environment& environment)
      : root_(document.root()), path_(path), environment_(environment), writer_(path) {}

  Result<std::string> server() const { return text(root_, "npmRegistryServer"); }

  // `server`: what credentials are for that stand beside none.
  Result<NpmLayer> run(const std::string& server) {
    TRY(writer_.account("", TRY(account(root_)), server));
    if (auto scopes = root_.find("npmScopes"))
      for (JsonCursor scope : *scopes)
        TRY(writer_.account("@" + std::string(scope.key()), TRY(account(scope)), server));
    if (auto registries = root_.find("npmRegistries"))
      for (JsonCursor registry : *registries) {
        Account one = TRY(account(registry));
        one.registry.clear();
        TRY(writer_.account("", one, std::string(registry.key())));
      }
    writer_.set("proxy", TRY(text(root_, "httpProxy")));
    writer_.set("https-proxy", TRY(text(root_, "httpsProxy")));
    writer_.set("strict-ssl", TRY(text(root_, "enableStrictSsl")));
    for (auto [key, ours] : {std::pair("httpsCaFilePath", "cafile"),
                             {"caFilePath", "cafile"},
                             {"httpsCertFilePath", "certfile"},
                             {"httpsKeyFilePath", "keyfile"}})
      if (std::string file = TRY(text(root_, key)); !file.empty())
        writer_.set(ours, normal_path(join_path(parent_path(path_), file)));
    return writer_.finish();
  }

 private:
  Result<std::string> text(const JsonCursor& holder, std::string_view key) const {
    return expand_berry(holder.find_text(key).value_or(""), environment_, path_);
  }
  Result<Account> account(const JsonCursor& holder) const {
    Account out;
    out.registry = TRY(text(holder, "npmRegistryServer"));
    out.token = TRY(text(holder, "npmAuthToken"));
    out.ident = TRY(text(holder, "npmAuthIdent"));
    return out;
  }

  JsonCursor root_;
  const std::string& path_;
  const Environment& environment_;
  LayerWriter writer_;
};

// The folder, those above it, and the user's, without repetition.
std::vector<std::string> folders_upwards(std::string folder, const Environment& environment) {
  std::vector<std::string> out;
  while (!folder.empty()) {
    out.push_back(folder);
    if (folder == "/") break;
    folder = parent_path(folder);
  }
  auto home = find_variable(environment, "HOME");
  if (home && std::ranges::find(out, *home) == out.end()) out.push_back(*home);
  return out;
}

// The .yarnrc.yml files that count for a project, by path; highest precedence first.
Result<std::vector<std::pair<std::string, JsonDocument>>> berry_documents(
    const FileSystem& files, const Environment& environment, const std::string& project) {
  std::vector<std::pair<std::string, JsonDocument>> documents;
  for (const std::string& folder : folders_upwards(project, environment)) {
    std::string path = join_path(folder, ".yarnrc.yml");
    if (auto text = files.read(path, kMaxFile))
      documents.emplace_back(path, TRY(parse_yaml(std::move(*text), path)));
  }
  return documents;
}

// A folder that yarn's configuration names, or "".
Result<std::string> berry_folder(const std::vector<std::pair<std::string, JsonDocument>>& documents,
                                 std::string_view key, const std::string& variable,
                                 const Environment& environment) {
  if (auto folder = find_variable(environment, variable)) return *folder;
  for (const auto& [path, document] : documents)
    if (auto written = document.root().find_text(key))
      return normal_path(
          join_path(parent_path(path), TRY(expand_berry(*written, environment, path))));
  return std::string();
}

Result<std::vector<NpmLayer>> berry_layers(const FileSystem& files, const Environment& environment,
                                           const std::string& project, std::string server) {
  Account main{.registry = find_variable(environment, "YARN_NPM_REGISTRY_SERVER").value_or(""),
               .token = find_variable(environment, "YARN_NPM_AUTH_TOKEN").value_or(""),
               .user = {},
               .password = {},
               .ident = find_variable(environment, "YARN_NPM_AUTH_IDENT").value_or("")};
  auto documents = TRY(berry_documents(files, environment, project));
  bool is_known = !main.registry.empty();
  if (is_known) server = main.registry;
  for (const auto& [path, document] : documents) {
    std::string named = TRY(BerryFile(document, path, environment).server());
    if (is_known || named.empty()) continue;
    server = named;
    is_known = true;
  }
  std::vector<NpmLayer> out;
  LayerWriter environment_writer("the environment");
  TRY(environment_writer.account("", main, server));
  out.push_back(environment_writer.finish());
  for (const auto& [path, document] : documents)
    out.push_back(TRY(BerryFile(document, path, environment).run(server)));
  return out;
}

Result<std::vector<NpmLayer>> bun_layers(const FileSystem& files, const Environment& environment,
                                         const std::string& project,
                                         const std::string& default_registry) {
  std::vector<NpmLayer> out;
  std::vector<std::string> paths = {join_path(project, "bunfig.toml")};
  for (const char* name : {"XDG_CONFIG_HOME", "HOME"})
    if (auto folder = find_variable(environment, name))
      paths.push_back(join_path(*folder, ".bunfig.toml"));
  for (const std::string& path : paths) {
    auto text = files.read(path, kMaxFile);
    if (!text) continue;
    std::map<std::string, Account> accounts;  // by scope
    LayerWriter writer(path);
    for (const TomlEntry& entry : TRY(parse_toml(*text, path))) {
      if (entry.path.size() < 2 || entry.path[0] != "install") continue;
      std::string value = expand_bun(entry.value, environment);
      if (entry.path[1] == "cafile" && entry.path.size() == 2)
        writer.set("cafile", normal_path(join_path(parent_path(path), value)));
      bool scoped = entry.path[1] == "scopes" && entry.path.size() > 2;
      if (!scoped && entry.path[1] != "registry") continue;
      std::string scope = scoped ? entry.path[2] : "";
      if (scoped && !scope.starts_with('@')) scope.insert(0, "@");
      size_t depth = scoped ? 3 : 2;
      std::string field = entry.path.size() > depth ? entry.path[depth] : "url";
      Account& account = accounts[scope];
      if (field == "url") account.registry = value;
      if (field == "token") account.token = value;
      if (field == "username") account.user = value;
      if (field == "password") account.password = value;
    }
    std::string server = accounts[""].registry;
    if (server.empty()) server = default_registry;
    for (const auto& [scope, account] : accounts) TRY(writer.account(scope, account, server));
    out.push_back(writer.finish());
  }
  return out;
}

// Lines of `key value`, either in quotes.
std::vector<NpmLayer> classic_layers(const FileSystem& files, const Environment& environment,
                                     const std::string& project) {
  std::vector<NpmLayer> out;
  for (const std::string& folder : folders_upwards(project, environment)) {
    std::string path = join_path(folder, ".yarnrc");
    auto text = files.read(path, kMaxFile);
    if (!text) continue;
    LayerWriter writer(path);
    for (std::string_view rest = *text; !rest.empty();) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      std::vector<std::string> words;
      for (size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) < line.size();) {
        bool quoted = line[at] == '"';
        size_t end = std::min(line.find_first_of(quoted ? "\"" : " \t\r", at + 1), line.size());
        words.emplace_back(line.substr(at + quoted, end - at - quoted));
        at = end + quoted;
      }
      if (words.size() != 2) continue;
      const std::string& key = words[0];
      if (key == "registry" || key.ends_with(":registry") || key == "proxy" ||
          key == "https-proxy" || key == "strict-ssl" || key == "cafile")
        writer.set(key, words[1]);
    }
    out.push_back(writer.finish());
  }
  return out;
}

}  // namespace

Result<std::vector<NpmLayer>> manager_layers(LockfileKind manager, const FileSystem& files,
                                             const Environment& environment,
                                             const std::string& project_folder,
                                             const std::string& default_registry) {
  switch (manager) {
    case LockfileKind::kYarnClassic:
      return classic_layers(files, environment, project_folder);
    case LockfileKind::kYarnBerry:
      return berry_layers(files, environment, project_folder, default_registry);
    case LockfileKind::kBun:
      return bun_layers(files, environment, project_folder, default_registry);
    case LockfileKind::kNpm:
    case LockfileKind::kPnpm:
      return std::vector<NpmLayer>();
  }
  return std::vector<NpmLayer>();
}

Result<std::vector<std::string>> berry_cache_folders(const FileSystem& files,
                                                     const Environment& environment,
                                                     const std::string& project_folder) {
  auto documents = TRY(berry_documents(files, environment, project_folder));
  std::vector<std::string> folders;
  std::string own = TRY(berry_folder(documents, "cacheFolder", "YARN_CACHE_FOLDER", environment));
  folders.push_back(join_path(project_folder, own.empty() ? ".yarn/cache" : own));
  std::string global =
      TRY(berry_folder(documents, "globalFolder", "YARN_GLOBAL_FOLDER", environment));
  if (global.empty()) {
    if (auto data = find_variable(environment, "XDG_DATA_HOME"))
      global = join_path(*data, "yarn/berry");
    else if (auto home = find_variable(environment, "HOME"))
      global = join_path(*home, ".yarn/berry");
  }
  if (!global.empty()) folders.push_back(join_path(global, "cache"));
  return folders;
}

}  // namespace ingot
