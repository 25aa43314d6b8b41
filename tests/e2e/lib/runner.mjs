// What to put before a program's name to run it on this machine, for scripts: runner.mjs TARGET DIR prints it.
//
// Only for targets whose programs see this machine's paths as they are, and take what they are given on pipes: under
// wine they do not, which is what emulated.mjs is for.
import { prepareQemu } from './qemu.mjs';

const [target, dir] = process.argv.slice(2);
const kHost = `linux-${process.arch}`;
const refuse = (why) => {
  console.error(`dev: executables for ${target} cannot be run here: ${why}`);
  process.exit(1);
};

if (target === 'linux-arm64' && kHost !== target) {
  const { command, why } = prepareQemu(dir);
  if (why) refuse(why);
  console.log(command.join(' '));
} else if (target !== kHost) {
  refuse(target === 'win-x64' ? 'tests/e2e/emulated.mjs --all runs the end-to-end cases under wine' : 'there is no emulator for it');
}
