// Reads a folder into a FileTree and prints what ingot makes of its modules, for compare.cjs.
//
//   modules_probe table FOLDER    one JSON line per JavaScript file, then a line of timings
//   modules_probe ask FOLDER      reads lines of ["require"|"import", parent, specifier] and prints
//                                 a JSON line for each: a path of the tree, or null
//   modules_probe scan FILE...    time of the scanner alone
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "base/file_system.h"
#include "base/json.h"
#include "folder_tree.h"
#include "resolver/modules/cjs_resolution.h"
#include "resolver/modules/esm_resolution.h"
#include "resolver/modules/resolution_table.h"

using namespace ingot;

namespace {

constexpr uint64_t kMaxFileSize = uint64_t{1} << 30;

std::string_view format_name(ModuleFormat format) {
  switch (format) {
    case ModuleFormat::kOther:
      return "other";
    case ModuleFormat::kCommonjs:
      return "commonjs";
    case ModuleFormat::kModule:
      return "module";
    case ModuleFormat::kJson:
      return "json";
    case ModuleFormat::kAddon:
      return "addon";
    case ModuleFormat::kWasm:
      return "wasm";
    case ModuleFormat::kAmbiguous:
      return "ambiguous";
    case ModuleFormat::kCommonjsTypescript:
      return "commonjs-typescript";
    case ModuleFormat::kModuleTypescript:
      return "module-typescript";
    case ModuleFormat::kTypescript:
      return "typescript";
  }
  return "";
}

Status print_table(const FileTree& tree) {
  auto start = std::chrono::steady_clock::now();
  ResolutionTable table = TRY(resolve_modules(tree));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  uint64_t bytes = 0;
  for (const FileResolution& file : table.files) {
    const FileNode& node = tree.nodes()[file.node];
    bytes += node.content.size();
    std::string line =
        fmt::format(R"({{"file":{},"format":"{}","detected":"{}","esm":{},"computed":{},"rows":[)",
                    json_quote(node.path), format_name(file.format), format_name(file.detected),
                    file.has_esm_syntax, file.computed.size());
    for (const ResolutionRow& row : file.rows)
      line += fmt::format(R"({}["{}",{},{}])", line.ends_with('[') ? "" : ",",
                          row.kind == RequestKind::kRequire ? "require" : "import",
                          json_quote(row.specifier), json_quote(tree.nodes()[row.target].path));
    line += R"(],"unresolved":[)";
    for (const LiteralSpecifier& literal : file.unresolved) {
      bool require =
          literal.kind == SpecifierKind::kRequire || literal.kind == SpecifierKind::kRequireResolve;
      line += fmt::format(R"({}["{}",{}])", line.ends_with('[') ? "" : ",",
                          require ? "require" : "import", json_quote(literal.text));
    }
    std::puts((line + "]}").c_str());
  }
  fmt::print(R"({{"files":{},"bytes":{},"seconds":{:.3f}}})"
             "\n",
             table.files.size(), bytes, seconds.count());
  return {};
}

Status answer(const FileTree& tree) {
  ModuleWorld world(tree);
  for (std::string line; std::getline(std::cin, line);) {
    JsonDocument document = TRY(JsonDocument::parse(line, "question"));
    std::vector<std::string> question;
    for (JsonCursor part : document.root()) question.emplace_back(part.text());
    if (question.size() != 3) return fail(input_error("question", line));
    const FileNode* file = question[0] == "require" ? cjs_resolve(world, question[2], question[1])
                                                    : esm_resolve(world, question[2], question[1]);
    std::puts(file ? json_quote(file->path).c_str() : "null");
  }
  return {};
}

Status time_scans(const std::vector<std::string>& files) {
  for (const std::string& path : files) {
    std::string text = TRY(real_file_system().read(path, kMaxFileSize));
    auto start = std::chrono::steady_clock::now();
    ModuleScan scan = scan_module(text);
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    fmt::print("{}: {} bytes, {} literal, {} computed, {}, {:.0f} MB/s\n", path, text.size(),
               scan.literals.size(), scan.computed.size(), scan.certain ? "certain" : "lost",
               static_cast<double>(text.size()) / 1e6 / seconds.count());
  }
  return {};
}

Status run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return fail(usage_error("usage", "modules_probe table|ask FOLDER"));
  if (arguments[0] == "scan") return time_scans({arguments.begin() + 1, arguments.end()});
  FileTree tree = TRY(read_folder(arguments[1]));
  return arguments[0] == "table" ? print_table(tree) : answer(tree);
}

}  // namespace

int main(int argc, char** argv) {
  Status status = run({argv + 1, argv + argc});
  if (status) return 0;
  fmt::print(stderr, "{}: {}\n", status.error().code, status.error().message);
  return exit_code(status.error().kind);
}
