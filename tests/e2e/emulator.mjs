// Prepares the emulator for a target's executables and prints the script that starts a program in it; or makes a
// program of this machine out of an executable: a script that starts it so.
//
//   node tests/e2e/emulator.mjs TARGET DIR              DIR is the emulator's own folder, used again next time
//   node tests/e2e/emulator.mjs TARGET DIR EXE SCRIPT
//
// Exit code 77 and a sentence on stderr when this machine has no emulator for the target.
import fs from 'node:fs';
import path from 'node:path';
import { prepareQemu } from './lib/qemu.mjs';
import { shellQuote } from './lib/sandbox.mjs';
import { prepareWine } from './lib/wine.mjs';

const kPrepare = { 'linux-arm64': prepareQemu, 'win-x64': prepareWine };
const [target, dir, exe, script] = process.argv.slice(2);
if (!kPrepare[target] || !dir || (exe && !script)) {
  console.error(`usage: emulator.mjs ${Object.keys(kPrepare).join('|')} DIR [EXE SCRIPT]`);
  process.exit(2);
}
const emulator = kPrepare[target](path.resolve(dir));
if (emulator.why) {
  console.error(`${target}: ${emulator.why}`);
  process.exit(77);
}
const command = emulator.command.map(shellQuote).join(' ');
if (exe) fs.writeFileSync(script, `#!/bin/sh\nexec ${command} ${shellQuote(path.resolve(exe))} "$@"\n`, { mode: 0o755 });
else console.log(command);
