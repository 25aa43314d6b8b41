// What a program sees of a terminal.
const { spawnSync } = require('node:child_process');
const readline = require('node:readline');
const tty = require('node:tty');
const { stdin, stdout, stderr } = process;

const commands = {
  facts() {
    console.log(stdin.isTTY, stdout.isTTY, stderr.isTTY, tty.isatty(0), stdout instanceof tty.WriteStream, typeof stdin.setRawMode, stdin.isRaw);
    console.log(stdout.columns, stdout.rows, stdout.getWindowSize().join(), stdout.getColorDepth({ TERM: 'xterm-256color' }), stdout.hasColors(16, { TERM: 'dumb' }));
    console.log(spawnSync(process.execPath, ['-p', 'process.stdout.isTTY + " " + process.stdout.columns'], { stdio: 'inherit' }).status);
  },
  raw() {
    stdin.setRawMode(true);
    console.log('ready', stdin.isRaw);
    let seen = '';
    stdin.on('data', (d) => {
      seen += d.toString('hex');
      if (!d.includes('q')) return;
      stdin.setRawMode(false);
      console.log('keys', seen, stdin.isRaw);
      process.exit(0);
    });
  },
  resize() {
    stdout.on('resize', () => { console.log('now', stdout.columns, stdout.rows); process.exit(0); });
    process.on('SIGWINCH', () => console.log('SIGWINCH'));
    spawnSync('stty', ['cols', '70', 'rows', '20'], { stdio: 'inherit' });
    setTimeout(() => process.exit(1), 20_000);
  },
  interrupt() {
    process.on('SIGINT', () => { console.log('interrupted'); process.exitCode = 5; stdin.destroy(); });
    stdin.resume();
    console.log('ready');
  },
  'interrupt-plain': () => { console.log('ready'); setTimeout(() => process.exit(1), 20_000); },
  suspend() { process.on('SIGTSTP', () => { console.log('asked to stop'); process.exit(6); }); console.log('ready'); setTimeout(() => process.exit(1), 20_000); },
  ask() {
    const rl = readline.createInterface({ input: stdin, output: stdout });
    rl.question('ready? ', (answer) => { console.log('answer', answer); rl.close(); });
  },
  'end-of-input': () => { stdin.on('end', () => { console.log('end'); process.exit(0); }); stdin.resume(); console.log('ready'); },
  repl() { require('node:repl').start({ prompt: 'ready> ', terminal: false, useColors: false }); },
};
commands[process.argv[2]]();
