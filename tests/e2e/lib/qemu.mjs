// Runs linux-arm64 programs under qemu's user mode.
//
// A program's children are to run under qemu, too. The kernel sees to that (binfmt_misc) once it is told,
// which would be told to the whole machine; since Linux 6.7 a user namespace can have a table of its own.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const kQemu = '/usr/bin/qemu-aarch64-static';
const kLibraries = '/usr/aarch64-linux-gnu'; // of libc6-arm64-cross
const kTable = '/proc/sys/fs/binfmt_misc';
// An ELF header of a 64-bit little-endian executable for AArch64, and which of its bytes count. F: opened now.
const kRule = ':arm64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00' +
  ':\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:' + kQemu + ':F';

const startScript = `#!/bin/sh
# run PROGRAM ARGS...: runs a program for arm64, its children included.
export QEMU_LD_PREFIX=${kLibraries}
exec /usr/bin/unshare --user --map-root-user --mount /bin/sh -c '
  PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin mount -t binfmt_misc none ${kTable} &&
  printf "%s" "$1" >${kTable}/register && shift && exec "$@"' sh '${kRule}' "$@"
`;

// Writes the script that starts a program into `dir`. Returns { command }, or { why } when there is no running
// arm64 programs here.
export function prepareQemu(dir) {
  if (!fs.existsSync(kQemu)) return { why: 'qemu is not installed (package qemu-user-static)' };
  if (!fs.existsSync(path.join(kLibraries, 'lib/libatomic.so.1'))) {
    return { why: 'no libraries for arm64 (packages libc6-arm64-cross, libstdc++6-arm64-cross, libatomic1-arm64-cross)' };
  }
  fs.mkdirSync(dir, { recursive: true });
  const script = path.join(dir, 'run');
  fs.writeFileSync(script, startScript, { mode: 0o755 });
  const { status, stderr } = spawnSync(script, ['/bin/true'], { encoding: 'utf8' });
  if (status !== 0) return { why: `no binfmt_misc of one's own here, which needs Linux 6.7: ${stderr.trim()}` };
  return { command: [script], stop() {} };
}
