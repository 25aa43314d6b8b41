#include "packer/commands/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "loader/program/programs.h"
#include "packer/attest/seal_signature.h"
#include "packer/cast/launcher.h"
#include "packer/commands/sealed_executable.h"
#include "packer/executable/compact.h"
#include "packer/executable/inject.h"
#include "packer/executable/signing/sign.h"
#include "packer/report/text.h"
#include "runtime/runtime.h"
#include "templates/pins.h"

#ifndef INGOT_VERSION
#error "the build defines INGOT_VERSION"
#endif

namespace ingot {
namespace {

constexpr std::string_view kUndoMagic = "INGOTUND";  // packer/executable/undo_record.h

// Goes through one executable, noting what was compared and what was wrong.
class Verifier {
 public:
  Verifier(SealedExecutable sealed, const PublicKey* key)
      : sealed_(std::move(sealed)), manifest_(sealed_.manifest), key_(key) {}

  Verification run() {
    check_runtime();
    check_presentation();
    check_signer();
    check_sealer();
    check_launcher();
    check_payload();
    check_entries();
    check_content();
    return {std::move(sealed_.manifest), std::move(checks_), std::move(problems_)};
  }

 private:
  void note_check(std::string name, std::string detail) {
    checks_.push_back({std::move(name), std::move(detail)});
  }
  void problem(std::string code, std::string message) {
    problems_.push_back(integrity_error(std::move(code), std::move(message)));
  }
  void problem_of(Error error) {
    error.kind = ErrorKind::kIntegrity;
    problems_.push_back(std::move(error));
  }

  // The file outside the blob.
  void check_runtime() {
    note_check("layout", "the rules of the system's loader");
    if (Status layout = check_executable(sealed_.file); !layout) problem_of(layout.error());
    auto original = digest_of_original(sealed_.file);
    if (!original) {
      problem_of(original.error());
      return;
    }
    std::string sha256 = original->hex();
    if (!manifest_.compact.sha256.empty()) {
      auto unpacked = check_loader(sha256);
      if (!unpacked) {
        problem_of(unpacked.error());
        return;
      }
      sha256 = *unpacked;
    }
    check_node(sha256);
  }

  // What a compact executable was cast from; returns the SHA-256 of the Node binary in it.
  Result<std::string> check_loader(const std::string& sha256) {
    const SealedCompact& sealed = manifest_.compact;
    auto target = find_target(manifest_.target);
    bool ours = target && sha256_hex(loader_program(*target)) == sealed.loader_sha256;
    note_check("loader", ours ? "the same as this ingot's, with the runtime compressed"
                              : fmt::format("of another build, ingot {}, by its sha256",
                                            manifest_.ingot_version));
    if (sha256 != sealed.sha256)
      problem("loader-altered",
              fmt::format("the loader with its runtime has the sha256 {}, not {} as was sealed",
                          sha256, sealed.sha256));
    auto parts = TRY(find_compact(sealed_.file));
    if (!parts)
      return fail(integrity_error("manifest-contradicted",
                                  "the manifest speaks of a compact executable; it is none"));
    // Ours is known by heart, so the sealed digest need not be believed.
    if (ours && TRY(digest_of_template(loader_program(*target), *parts)).hex() != sha256)
      problem("loader-altered", "the loader is not the one that was sealed");
    return TRY(digest_of_node(sealed_.file, *parts)).hex();
  }

  // `sha256`: of the binary that is Node.
  void check_node(const std::string& sha256) {
    // Without its symbols, the binary is one that only the pins know to be the official one's.
    bool stripped = !manifest_.node_stripped.empty();
    const TemplatePin* pin = find_template_pin_by_digest(stripped ? manifest_.node_sha256 : sha256);
    if (pin != nullptr && stripped && pin->stripped_sha256 != sha256) pin = nullptr;
    note_check("runtime",
               pin == nullptr
                   ? "of unknown origin"
                   : fmt::format("Node.js {} for {}, sha256 {}{}", pin->node_version, pin->target,
                                 pin->binary_sha256, stripped ? ", without its symbols" : ""));
    const std::string& sealed = stripped ? manifest_.node_stripped : manifest_.node_sha256;
    if (sha256 != sealed)
      problem("runtime-altered",
              fmt::format("the runtime's sha256 is {}, not {} as was sealed", sha256, sealed));
    if (pin == nullptr) {
      problem("runtime-unknown", "the runtime is no Node.js binary that this ingot knows");
    } else if (pin->target != manifest_.target || pin->node_version != manifest_.node_version) {
      problem("manifest-contradicted", fmt::format("the manifest speaks of Node.js {} for {}",
                                                   manifest_.node_version, manifest_.target));
    }
  }

  // What the system shows of the file: no part of Node's original any more, nor of the blob.
  void check_presentation() {
    auto found = digest_of_presentation(sealed_.file);
    if (!found) {
      problem_of(found.error());
      return;
    }
    if (*found) note_check("appearance", "icon, version information and console, by sha256");
    if ((*found ? (*found)->hex() : "") != manifest_.windows.sha256)
      problem("appearance-altered",
              "the icon, the version information or the console is not as was sealed");
  }

  // Not whether anybody trusts the signer: the system that runs the file knows whom it trusts.
  void check_signer() {
    auto signer = read_signer(sealed_.file);
    if (!signer)
      problem_of(signer.error());
    else if (*signer)
      note_check("signature", fmt::format("by {}, certificate issued by {}", (*signer)->owner,
                                          (*signer)->issuer));
  }

  // Who vouches for the manifest. Without a key to compare with, whether the signature fits.
  void check_sealer() {
    auto manifest = sealed_.reader.manifest();
    if (!manifest) return problem_of(manifest.error());
    auto sealer = check_seal(sealed_.reader.signature(), *manifest, key_);
    if (!sealer) return problem_of(sealer.error());
    if (*sealer)
      note_check("seal",
                 fmt::format("signed by {} key {}{}", (*sealer)->algorithm(), (*sealer)->id(),
                             key_ ? ", as asked for" : "; whose that is, --key tells"));
  }

  // The blob outside the payload: it has to be what casting writes around this payload.
  void check_launcher() {
    note_check("launcher", "Node's options and the script it starts");
    const SeaBlobView& sea = sealed_.sea;
    auto policy = find_node_options(manifest_.node_options);
    if (!policy)
      problem("manifest-contradicted",
              "no policy for Node's options is called " + manifest_.node_options);
    SeaContent expected = launcher_of(sea.main, source_of(sealed_.payload),
                                      policy.value_or(ExecArgvExtension::kNone));
    if (sha256_hex(sea.main) != manifest_.stub_sha256)
      problem("launcher-altered", "the script that Node starts is not the one that was sealed");
    if (!std::ranges::equal(sea.exec_argv, expected.exec_argv))
      problem("launcher-altered", "Node's own options are not the ones ingot gives it");
    if (sea.exec_argv_extension != expected.exec_argv_extension)
      problem("launcher-altered", "who may give Node options is not what was sealed");
    auto blob = make_sea_blob(std::move(expected), sealed_.blob_node_version);
    if (!blob) {
      problem_of(blob.error());
      return;
    }
    uint64_t at = 0;
    Status same = drain(blob->bytes, [&](ByteView bytes) -> Status {
      auto found = sealed_.blob.slice(at, bytes.size());
      if (!found || !std::ranges::equal(found->span(), bytes.span()))
        return fail(integrity_error(
            "launcher-altered",
            fmt::format("what Node starts is not what ingot writes, near byte {} of it", at)));
      at += bytes.size();
      return {};
    });
    if (!same) problem_of(same.error());
    if (same && at != sealed_.blob.size())
      problem("launcher-altered", "there are bytes after what Node starts");
  }

  // The payload outside the files.
  void check_payload() {
    note_check("manifest",
               fmt::format("sha256, {}", counted(manifest_.count_foreign(), "package")));
    note_check("index", "module table, formats, names and modes, by sha256");
    digests_ = sealed_.reader.digests();
    sound_before_ = problems_.size();
    if (digests_.index != manifest_.payload.index)
      problem("index-altered",
              "its index is not the one that was sealed: what modules and folders lead to");
    if (sealed_.reader.header().size != sealed_.payload.size())
      problem("payload-damaged", "there are bytes after the payload");
    if (Status outside = sealed_.reader.check_outside_files(); !outside)
      problem_of(outside.error());
    const RuntimeParts& runtime = sealed_.reader.runtime();
    bool ours = sealed_.sea.main.text() == runtime_stub().text();
    for (size_t i = 0; i < kRuntimeParts; ++i)
      ours = ours && runtime[i].script.text() == runtime_scripts()[i].text();
    note_check("ingot's code", ours ? "the same as this ingot's"
                                    : fmt::format("of another build, ingot {}, by its sha256",
                                                  manifest_.ingot_version));
    const RuntimeDigests actual = digests_of(runtime);
    if (actual.scripts != manifest_.runtime_sha256)
      problem("runtime-script-altered", "ingot's own JavaScript is not the one that was sealed");
    if (actual.caches != manifest_.runtime_cache_sha256)
      problem("runtime-script-altered", "the code cache of ingot's own JavaScript was changed");
    if (sealed_.reader.main_path() != manifest_.entry)
      problem("entry-altered", fmt::format("it runs {}, not {} as was sealed",
                                           sealed_.reader.main_path(), manifest_.entry));
  }

  void check_entries() {
    std::map<std::string_view, const SealedFile*> promised;
    for (const SealedFile& file : manifest_.files) {
      if (!promised.emplace(file.path, &file).second)
        problem("manifest-contradicted", "the manifest names " + file.path + " twice");
    }
    for (const PayloadEntryView& entry : sealed_.reader.entries()) {
      if (entry.kind == EntryKind::kDirectory) continue;
      auto found = promised.find(entry.path);
      if (found == promised.end()) {
        problem("file-unsealed", std::string(entry.path) + " is not in the manifest");
        continue;
      }
      if (entry.kind == EntryKind::kSymlink)
        check_link(entry, *found->second);
      else
        check_file(entry, *found->second);
      promised.erase(found);
    }
    for (const auto& [path, file] : promised)
      problem("file-missing", std::string(path) + " is in the manifest, but not here");
    note_check("files", fmt::format("{}, {}, by size, mode and sha256", counted(files_, "file"),
                                    megabytes(bytes_)));
    note_check("code caches", fmt::format("{}, by sha256", counted(caches_, "code cache")));
    if (links_ > 0) note_check("links", fmt::format("{}, by target", counted(links_, "link")));
  }

  // Of the bytes as they are stored. What is found above has a name; this finds the rest, as a file
  // compressed anew.
  void check_content() {
    note_check("payload", "all but its manifest, by sha256");
    if (digests_.content != manifest_.payload.content && problems_.size() == sound_before_)
      problem("payload-altered",
              "the payload is stored in other bytes than was sealed, though each file is the same");
  }

  void check_link(const PayloadEntryView& entry, const SealedFile& sealed) {
    ++links_;
    if (sealed.link != entry.link_target)
      problem("file-altered", fmt::format("{} leads to {}, not to {} as was sealed", entry.path,
                                          entry.link_target, sealed.link));
  }

  void check_file(const PayloadEntryView& entry, const SealedFile& sealed) {
    ++files_;
    bytes_ += entry.size;
    if (entry.executable != sealed.executable)
      problem("file-altered", fmt::format("{} has another mode than was sealed", entry.path));
    check_code_cache(entry, sealed);
    check_stripped(entry, sealed);
    auto content = sealed_.reader.content(entry);
    if (!content) {
      Error error = content.error();
      if (error.code != "file-damaged")
        error = integrity_error("file-damaged", std::string(entry.path) + " is damaged")
                    .note(error.message);
      problem_of(std::move(error));
      return;
    }
    if (content->size() != sealed.size || sha256_hex(*content) != sealed.sha256)
      problem("file-altered", fmt::format("{} has another content than was sealed", entry.path));
  }

  void check_stripped(const PayloadEntryView& entry, const SealedFile& sealed) {
    if (auto text = sealed_.reader.stripped(entry); !text) problem_of(text.error());
    if ((entry.stripped ? sha256_hex(*entry.stripped) : "") != sealed.stripped)
      problem("file-altered",
              fmt::format("what was made of {} is not what was sealed", entry.path));
  }

  void check_code_cache(const PayloadEntryView& entry, const SealedFile& sealed) {
    std::string found = entry.code_cache.empty() ? "" : sha256_hex(entry.code_cache);
    if (!found.empty()) ++caches_;
    if (found != sealed.code_cache)
      problem("code-cache-altered",
              fmt::format("the code cache of {} is not the one that was sealed", entry.path));
  }

  SealedExecutable sealed_;
  const SealedManifest& manifest_;
  const PublicKey* key_;
  std::vector<Check> checks_;
  std::vector<Error> problems_;
  PayloadDigests digests_;
  size_t sound_before_ = 0;  // problems that are not the payload's
  size_t files_ = 0;
  size_t caches_ = 0;
  size_t links_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace

Result<Verification> verify_executable(ByteView file, const PublicKey* key) {
  auto sealed = open_sealed(file);
  if (!sealed) {
    Error error = std::move(sealed.error());
    // What was ours once and cannot be opened now is damaged, and not just a wrong file.
    if (error.code != "executable-not-ingot" && file.find(kUndoMagic))
      error.kind = ErrorKind::kIntegrity;
    return fail(std::move(error));
  }
  return Verifier(std::move(*sealed), key).run();
}

}  // namespace ingot
