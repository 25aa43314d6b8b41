#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/file_system.h"
#include "packer/cast/build.h"
#include "packer/commands/command.h"
#include "packer/commands/command_line.h"
#include "packer/report/build_report.h"
#include "packer/report/progress.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nPatterns are those of \"files\" in package.json, relative to the project.\n"
    "\nExamples:\n"
    "  ingot build                          the project in this folder -> dist/\n"
    "  ingot build app -o app.bin           the project in app/ -> app.bin\n"
    "  ingot build --bin eslint -o eslint   a dependency's command\n"
    "  ingot build --entry tools/run.js     another file than package.json says\n"
    "  ingot build --include 'assets/**'    files that \"files\" leaves out\n"
    "  ingot build --offline                only what is in the store and in npm's cache";

// The command line as it was typed.
struct BuildArguments {
  std::string project = ".";
  std::string output;
  std::string target;
  std::string store;
  std::string template_path;
  std::string template_sha256;
  bool verbose = false;
  BuildOptions options;
};

Result<Target> castable_target(const std::string& name) {
  std::vector<std::string> names;
  for (const Target& target : kTargets) names.emplace_back(target.name);
  auto target = find_target(name);
  if (!target) {
    std::string meant = closest_word(name, names);
    return fail(usage_error("target-unknown", "there is no target " + name)
                    .hinted(meant.empty()
                                ? "'ingot targets' lists them"
                                : "did you mean " + meant + "? 'ingot targets' lists them all"));
  }
  if (target->os != Os::kLinux)
    return fail(usage_error("target-unsupported", "ingot cannot cast for " + name +
                                                      " yet, only for linux-x64 and "
                                                      "linux-arm64")
                    .hinted("leave --target out, or see 'ingot targets'"));
  return *target;
}

Status read_template(const BuildArguments& arguments, const Console& console,
                     BuildOptions& options) {
  if (arguments.template_path.empty() && arguments.template_sha256.empty()) return {};
  if (arguments.template_path.empty() || arguments.template_sha256.empty())
    return fail(
        usage_error("template-digest-missing", "--template and --template-sha256 go together")
            .hinted("the digest says which binary you mean: 'sha256sum FILE' prints it"));
  auto digest = from_hex(arguments.template_sha256);
  if (!digest || digest->size() != digest_size(DigestAlgorithm::kSha256))
    return fail(usage_error("template-digest-malformed",
                            "--template-sha256 takes the 64 hexadecimal digits of a SHA-256")
                    .hinted("'sha256sum FILE' prints it"));
  options.user_template = UserTemplate{console.absolute(arguments.template_path), to_hex(*digest)};
  return {};
}

Result<BuildOptions> read_options(const BuildArguments& arguments, const Console& console) {
  BuildOptions options = arguments.options;
  if (options.entry && options.bin)
    return fail(usage_error("entry-twice", "--entry and --bin both say what to run")
                    .hinted("leave one of them out"));
  options.project = console.absolute(arguments.project);
  if (!arguments.output.empty()) options.output = console.absolute(arguments.output);
  if (real_file_system().is_directory(options.output))
    return fail(usage_error("output-is-folder", arguments.output + " is a folder")
                    .hinted("-o takes the path of the executable itself"));
  if (!arguments.target.empty()) options.target = TRY(castable_target(arguments.target));
  TRY(read_template(arguments, console, options));
  return options;
}

ProgressStyle progress_style(const Console& console, bool verbose) {
  if (console.json) return ProgressStyle::kNone;
  if (verbose) return ProgressStyle::kLines;
  return console.err.interactive ? ProgressStyle::kOneLine : ProgressStyle::kNone;
}

int run(const BuildArguments& arguments, Console& console) {
  auto started = std::chrono::steady_clock::now();
  auto options = read_options(arguments, console);
  if (!options) return console.fail(options.error());
  auto store_folder = arguments.store.empty() ? default_store_folder(console.environment)
                                              : console.absolute(arguments.store);
  if (!store_folder) return console.fail(store_folder.error());

  console.base_folder = options->project;
  Store store(*store_folder);
  ProgressReporter progress(progress_style(console, arguments.verbose), console.err.width,
                            [&](std::string_view text) { console.write_note(text); });
  Diagnostics diagnostics;
  auto summary = build(*options, {store, console.environment, progress}, diagnostics);
  progress.clear();
  if (!summary) return console.fail(summary.error(), diagnostics);
  if (diagnostics.has_errors()) {
    Findings findings{diagnostics.errors(), diagnostics.warnings()};
    return console.fail(findings);
  }

  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  console.warn(diagnostics.warnings());
  console.write_result(console.json ? success_json(*summary, seconds, diagnostics.warnings())
                                    : render(*summary, seconds, console.current_folder));
  return kExitDone;
}

}  // namespace

void add_build_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("build", "Cast a project into an executable");
  auto arguments = std::make_shared<BuildArguments>();
  BuildOptions& options = arguments->options;
  command->add_option("DIR", arguments->project, "The project's folder; else this one")
      ->type_name("");
  command->add_option("-o,--output", arguments->output, "The executable; else dist/<name>-<target>")
      ->type_name("FILE");
  command->add_option("--target", arguments->target, "linux-x64 or linux-arm64; else linux-x64")
      ->type_name("NAME");

  const char* what = "What it runs";
  command->add_option("--entry", options.entry, "A file, in the project or in node_modules/")
      ->type_name("PATH")
      ->group(what);
  command->add_option("--bin", options.bin, "A command of the project or of a dependency")
      ->type_name("NAME")
      ->group(what);

  const char* files = "What it carries";
  command->add_option("--include", options.include, "More of the project's files; repeatable")
      ->type_name("GLOB")
      ->group(files)
      ->expected(1)
      ->take_all();
  command->add_option("--exclude", options.exclude, "Fewer of the project's files; repeatable")
      ->type_name("GLOB")
      ->group(files)
      ->expected(1)
      ->take_all();
  command->add_option("--template", arguments->template_path, "Another Node.js binary")
      ->type_name("FILE")
      ->group(files);
  command->add_option("--template-sha256", arguments->template_sha256, "What it has to be")
      ->type_name("HEX")
      ->group(files);

  const char* bytes = "Where bytes come from";
  command->add_option("--store", arguments->store, "ingot's store; else $INGOT_STORE")
      ->type_name("DIR")
      ->group(bytes);
  command->add_flag("--offline", options.offline, "Never use the network")->group(bytes);
  command
      ->add_flag("--allow-unverified", options.allow_unverified,
                 "Take packages without a digest in the lockfile")
      ->group(bytes);
  command
      ->add_flag("--allow-missing-addons", options.allow_missing_addons,
                 "Take packages whose addon was never built")
      ->group(bytes);

  const char* output = "What is said";
  command->add_flag("--json", line.console.json, "One JSON object, for programs")->group(output);
  command->add_flag("-v,--verbose", arguments->verbose, "A line for each stage")->group(output);
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
