// Runs Windows programs: a wine prefix of the tests' own, and a script that starts a program in it.
//
// Debian 12's wine 8.0 lacks two things, which are put right in copies of our own, never in the system:
// its kernelbase.dll offers a VirtualAlloc2 that cannot do what V8 asks of it, where V8 gets along without
// the function, so the copy has it under another name and lies over the original in a mount namespace of
// the program's; and there is no bcryptprimitives.dll, which programs in Go and Rust load.
//
// wine gives a program no standard streams on Unix pipes that Node could use: the script puts files in
// between. Files of this machine are on drive Z:.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const kLoader = ['/usr/lib/wine/wine64', '/usr/bin/wine64'].find((file) => fs.existsSync(file));
const kServer = ['/usr/lib/wine/wineserver64', '/usr/bin/wineserver'].find((file) => fs.existsSync(file));
const kKernelBase = '/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernelbase.dll';
const kPath = '/usr/sbin:/usr/bin:/sbin:/bin';

// Where a program sees a path of this machine.
export const windowsPath = (file) => `Z:${file.replaceAll('/', '\\')}`;

// Reads a 64-bit DLL's header far enough to name the functions it exports: [name, offset of the name].
function* exportsOf(dll) {
  const header = dll.readUInt32LE(0x3c) + 24;
  const sections = header + dll.readUInt16LE(header - 4);
  const offsetOf = (address) => {
    for (let at = sections; at < sections + 40 * dll.readUInt16LE(header - 18); at += 40) {
      const start = dll.readUInt32LE(at + 12);
      if (address >= start && address < start + dll.readUInt32LE(at + 16)) return address - start + dll.readUInt32LE(at + 20);
    }
    throw new Error(`${kKernelBase}: no section has address ${address}`);
  };
  const table = offsetOf(dll.readUInt32LE(header + 112));
  const names = offsetOf(dll.readUInt32LE(table + 32));
  for (let i = 0; i < dll.readUInt32LE(table + 24); i++) {
    const at = offsetOf(dll.readUInt32LE(names + 4 * i));
    yield [dll.latin1Slice(at, dll.indexOf(0, at)), at];
  }
}

// The names are sorted, and stay so.
function withoutVirtualAlloc2(dll) {
  for (const [name, at] of exportsOf(dll)) if (name === 'VirtualAlloc2') dll.write('1', at + name.length - 1);
  return dll;
}

// A DLL that consists of one exported name, which stands for a function of another DLL.
function makeForwarder(file, name, target) {
  const dll = Buffer.alloc(0x400);
  const base = 0x1000; // address of the only section, at 0x200 in the file
  dll.write('MZ', 0);
  dll.writeUInt32LE(0x40, 0x3c);
  dll.write('PE', 0x40);
  dll.writeUInt16LE(0x8664, 0x44); // x86-64
  dll.writeUInt16LE(1, 0x46); // sections
  dll.writeUInt16LE(240, 0x54); // size of the optional header
  dll.writeUInt16LE(0x2022, 0x56); // a DLL, executable, for large addresses
  const optional = 0x58;
  dll.writeUInt16LE(0x20b, optional);
  dll.writeBigUInt64LE(0x3_1c000_0000n, optional + 24); // image base
  dll.writeUInt32LE(0x1000, optional + 32); // alignment in memory
  dll.writeUInt32LE(0x200, optional + 36); // and in the file
  dll.writeUInt16LE(6, optional + 40); // version of the system
  dll.writeUInt16LE(6, optional + 48); // and of the subsystem
  dll.writeUInt32LE(0x2000, optional + 56); // size of the image
  dll.writeUInt32LE(0x200, optional + 60); // and of the headers
  dll.writeUInt16LE(3, optional + 68); // console
  dll.writeUInt16LE(0x140, optional + 70); // may be moved, no code from data
  dll.writeUInt32LE(16, optional + 108); // directories
  dll.writeUInt32LE(base, optional + 112); // exports
  dll.writeUInt32LE(0x200, optional + 116);
  const section = optional + 240;
  dll.write('.edata', section);
  dll.writeUInt32LE(0x200, section + 8);
  dll.writeUInt32LE(base, section + 12);
  dll.writeUInt32LE(0x200, section + 16);
  dll.writeUInt32LE(0x200, section + 20);
  dll.writeUInt32LE(0x40000040, section + 36); // readable data
  const at = 0x200;
  dll.writeUInt32LE(base + 0x80, at + 12); // its own name
  dll.writeUInt32LE(1, at + 16); // first ordinal
  dll.writeUInt32LE(1, at + 20);
  dll.writeUInt32LE(1, at + 24);
  dll.writeUInt32LE(base + 0x40, at + 28); // functions
  dll.writeUInt32LE(base + 0x50, at + 32); // names
  dll.writeUInt32LE(base + 0x60, at + 36); // ordinals
  dll.writeUInt32LE(base + 0xc0, at + 0x40);
  dll.writeUInt32LE(base + 0xa0, at + 0x50);
  dll.write(file, at + 0x80);
  dll.write(name, at + 0xa0);
  dll.write(target, at + 0xc0);
  return dll;
}

// wine's server opens the files that its clients map, so it has to be started in there, too.
const insideScript = (prefix, patched) => `#!/bin/sh
# inside COMMAND...: runs a command where wine's kernelbase.dll is the patched one.
export PATH=${kPath} WINEPREFIX='${prefix}' WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= NODE_SKIP_PLATFORM_CHECK=1
export user=$(id -u) group=$(id -g)
exec unshare --user --map-root-user --mount sh -c '
  mount --bind "$0" "$1" && shift && exec unshare --user --map-user=$user --map-group=$group -- "$@"' \\
  '${patched}' ${kKernelBase} "$@"
`;

const runScript = (inside) => `#!/bin/sh
# run PROGRAM ARGS...: runs a Windows program with its streams in files.
PATH=${kPath}
io=$(mktemp -d) || exit 125
trap 'rm -rf "$io"' EXIT
cat >"$io/in"
'${inside}' ${kLoader} "$@" <"$io/in" >"$io/out" 2>"$io/err" &
program=$!
trap 'kill $program' TERM INT HUP
wait $program
code=$?
cat "$io/out"
cat "$io/err" >&2
exit $code
`;

function missing() {
  if (!kLoader || !kServer || !fs.existsSync(kKernelBase)) return 'wine is not installed (packages wine64 and wine)';
  const { status, stderr } = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no mount namespaces here (${stderr?.trim() ?? 'unshare is missing'})`;
}

const call = (...command) => spawnSync(command[0], command.slice(1), { stdio: 'ignore', timeout: 180_000 });

// Makes the prefix in `dir`, unless an earlier run has. Returns { command, consoleCommand, stop() }, of which the second is
// for a terminal, where wine makes a console of it, or { why } when there is
// no running Windows programs here.
export function prepareWine(dir) {
  const why = missing();
  if (why) return { why };
  const [prefix, patched, inside, run] = ['prefix', 'kernelbase.dll', 'inside', 'run'].map((name) => path.join(dir, name));
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(inside, insideScript(prefix, patched), { mode: 0o755 });
  fs.writeFileSync(run, runScript(inside), { mode: 0o755 });
  if (!fs.existsSync(path.join(prefix, 'ready'))) {
    fs.rmSync(prefix, { recursive: true, force: true });
    fs.writeFileSync(patched, withoutVirtualAlloc2(fs.readFileSync(kKernelBase)));
    call('/usr/bin/env', `HOME=${dir}`, inside, kLoader, 'wineboot', '-i'); // ends with 1, as there is no 32-bit wine
    call(inside, kServer, '-w');
    if (!fs.existsSync(path.join(prefix, 'system.reg'))) return { why: `wine makes no prefix at ${prefix}` };
    fs.writeFileSync(path.join(prefix, 'drive_c/windows/system32/bcryptprimitives.dll'),
      makeForwarder('bcryptprimitives.dll', 'ProcessPrng', 'advapi32.SystemFunction036'));
    fs.writeFileSync(path.join(prefix, 'ready'), '');
  }
  call(inside, kServer, '-p300'); // stays for the next program, which then starts at once
  return { command: [run], consoleCommand: [inside, kLoader], stop: () => call(inside, kServer, '-k') };
}
