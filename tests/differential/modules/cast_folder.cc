// Casts a folder as it lies on disk, without a lockfile or packages, for run_time.cjs: trees that
// no install would make reach the runtime, too.
//
//   cast_folder TEMPLATE FOLDER ENTRY OUTPUT STORE
#include <fmt/format.h>

#include <cstdio>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "folder_tree.h"
#include "loader/payload_writer.h"
#include "packer/cast/launcher.h"
#include "packer/compile/compiled_tree.h"
#include "packer/executable/inject.h"
#include "packer/pack/pack.h"
#include "resolver/modules/resolution_table.h"
#include "runtime/runtime.h"
#include "templates/pins.h"

using namespace ingot;

namespace {

Status cast(const std::string& program, const std::string& folder, const std::string& entry,
            const std::string& output, const std::string& store) {
  MappedFile runtime = TRY(MappedFile::open(program));
  FileTree tree = TRY(read_folder(folder));
  CompilerTemplate compiler{program, sha256_hex(runtime.bytes())};
  StrippedTypes stripped = TRY(strip_types(tree, compiler, Store(store)));
  ResolutionTable modules = TRY(resolve_modules(tree, stripped.texts));
  CompiledTree compiled = TRY(compile_tree(tree, modules, stripped, compiler, Store(store)));
  PackedTree packed = TRY(pack_tree(tree, modules, compiled));
  PayloadInput input;
  input.files = with_caches(packed, compiled);
  input.main_path = entry;
  input.runtime = compiled.runtime;
  input.manifest = [](const PayloadDigests&) { return Bytes{'{', '}'}; };
  Payload payload = TRY(write_payload(input));
  SeaContent launcher =
      launcher_of(runtime_stub(), source_of(payload.pieces()), ExecArgvExtension::kNone);
  SeaBlob blob = TRY(make_sea_blob(std::move(launcher), kDefaultNodeVersion));
  AtomicFile file = TRY(AtomicFile::create(output, 0755));
  TRY(cast_executable(runtime.bytes(), host_target(), blob.bytes, file));
  return file.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "cast_folder TEMPLATE FOLDER ENTRY OUTPUT STORE\n");
    return 2;
  }
  Status status = cast(argv[1], argv[2], argv[3], argv[4], argv[5]);
  if (status) return 0;
  fmt::print(stderr, "{}: {}\n", status.error().code, status.error().message);
  return exit_code(status.error().kind);
}
