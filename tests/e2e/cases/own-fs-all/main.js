// Every function of fs, fs.promises, FileHandle and Dir, called synchronously, with a callback and as a promise, on
// each kind of path there is. Prints what came back or all of what was thrown. Run over a read-only disk, that is what
// the application's own files have to be like.
const fs = require('node:fs');
const fsp = require('node:fs/promises');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const data = path.join(__dirname, 'data');
const at = (name) => path.join(data, name);
const file = at('lines.txt');
const kPaths = { file, folder: at('deep'), link: at('link.txt'), 'folder link': at('folder-link'), dangling: at('dangling'), tool: at('tools/tool.sh'),
  missing: at('none'), 'missing folder': at('none/x'), 'below a file': at('lines.txt/x'), slash: `${file}/`, 'slash, folder': `${at('deep')}/` };

const kind = (x) => ['File', 'Directory', 'SymbolicLink'].filter((name) => x[`is${name}`]()).join();
function show(value) {
  if (value instanceof fs.Stats || typeof value?.isFIFO === 'function' && 'size' in value) {
    return `${kind(value)} ${kind(value) === 'File' ? value.size : ''} ${(Number(value.mode) & 0o111) !== 0} ${typeof value.mtimeMs} ${typeof value.ino}`;
  }
  if (value instanceof fs.Dirent) return `${kind(value)} ${value.name} ${value.parentPath}`;
  if (Buffer.isBuffer(value)) return `Buffer ${value.toString('latin1')}`;
  if (Array.isArray(value)) return `[${value.map(show).sort().join(', ')}]`;
  if (typeof value === 'bigint') return `${value}n`;
  if (value?.bsize !== undefined) return `${value.constructor.name} ${Object.keys(value)} ${typeof value.bsize}`;
  return JSON.stringify(value);
}
const showError = (e) => describeError(e).replace(/new-\w{6}/g, 'new-<RANDOM>');
const describeError = (e) => `${e.constructor.name} ${e.name} ${e.code} ${e.errno} ${e.syscall} ${e.path} ${e.dest} | ${e.message} | ${/^(write|watch)$/.test(e.syscall) ? Object.keys(e).sort() : Object.keys(e)}`;

const callback = (f, args) => new Promise((resolve, reject) => f(...args, (error, ...values) => (error ? reject(error) : resolve(values[0]))));

// Where Node 26.10.0 itself differs between its forms or says something odd (rmSync: "Unknown error"), only what matters
// counts: whether it failed.
const isLoose = (form, name, args) => (name === 'realpath' && form !== 'promise') || (name === 'rm' && form === 'sync') ||
  (name === 'mkdir' && args[1]?.recursive) || (name === 'cp' && (form === 'sync' || args[1].endsWith('none/x')));
const codeOnly = (f) => async () => {
  try {
    return await f();
  } catch {
    return 'failed';
  }
};

// What Node answers on a path that no program asks about: a file with a slash behind it.
const kPointless = new Set(['realpath', 'rm']);

async function call(label, name, args) {
  if (kPointless.has(name) && /^slash,?|^below a file/.test(label)) return;
  const forms = [];
  for (let [form, f] of [['sync', () => fs[`${name}Sync`](...args)], ['callback', () => callback(fs[name], args)], ['promise', () => fsp[name](...args)]]) {
    if ((form === 'sync' && !fs[`${name}Sync`]) || (form === 'callback' && !fs[name]) || (form === 'promise' && !fsp[name])) continue;
    if (isLoose(form, name, args)) f = codeOnly(f);
    seen.add(form === 'sync' ? `fs.${name}Sync` : form === 'callback' ? `fs.${name}` : `promises.${name}`);
    let said;
    try {
      said = show(await f());
    } catch (e) {
      said = showError(e);
    }
    forms.push([form, said]);
  }
  const same = forms.every(([, said]) => said === forms[0][1]);
  console.log(`${name}(${label}): ${same ? forms[0][1] : forms.map(([form, said]) => `\n  ${form}: ${said}`).join('')}`);
}

const seen = new Set();
async function step(names, label, f) {
  for (const name of [names].flat()) seen.add(name);
  let said;
  try {
    said = show(await f());
  } catch (e) {
    said = showError(e);
  }
  console.log(`${[names].flat().join(', ')}${label ? `, ${label}` : ''}: ${said}`);
}

const C = fs.constants;
const kCalls = {
  access: [[], [C.F_OK], [C.R_OK], [C.W_OK], [C.X_OK], [C.R_OK | C.W_OK]],
  stat: [[], [{ bigint: true }], [{ throwIfNoEntry: false }]],
  lstat: [[], [{ throwIfNoEntry: false }]],
  readFile: [[], ['utf8'], [{ encoding: 'hex' }], [{ flag: 'r+' }], ['none']],
  readdir: [[], [{ withFileTypes: true }], [{ recursive: true }], ['buffer'], [{ recursive: true, withFileTypes: true }], [{ encoding: 'hex' }]],
  readlink: [[], ['buffer']],
  realpath: [[], ['buffer']],
  statfs: [[], [{ bigint: true }]],
  chmod: [[0o644]],
  chown: [[0, 0]],
  lchown: [[0, 0]],
  utimes: [[1, 1]],
  lutimes: [[1, 1]],
  truncate: [[], [1]],
  unlink: [[]],
  rmdir: [[]],
  rm: [[], [{ force: true }], [{ recursive: true }], [{ recursive: true, force: true }]],
  mkdir: [[], [{ recursive: true }], [0o700]],
  writeFile: [['text'], ['text', { flag: 'a' }], ['text', { flag: 'wx' }]],
  appendFile: [['text']],
};
const kTwoPaths = { rename: [[]], copyFile: [[], [C.COPYFILE_EXCL]], link: [[]], symlink: [[]], cp: [[], [{ recursive: true }]] };

async function onePath() {
  for (const [name, calls] of Object.entries(kCalls)) {
    for (const [label, where] of Object.entries(kPaths)) {
      for (const more of calls) await call([label, ...more.map((x) => JSON.stringify(x))].join(), name, [where, ...more]);
    }
  }
  for (const prefix of [at('new-'), at('none/new-')]) for (const name of ['mkdtemp']) await call('', name, [prefix]);
  for (const name of ['readFile', 'stat', 'readdir', 'realpath', 'access']) {
    const where = name === 'readdir' ? data : file;
    await call('URL', name, [pathToFileURL(where)]);
    await call('Buffer', name, [Buffer.from(where)]);
    await call('dots', name, [`${data}/deep/../${where === file ? 'lines.txt' : '.'}`]);
    await call('relative', name, [path.relative(process.cwd(), where)]);
  }
  for (const wrong of [undefined, null, 7.5, {}, '', 'nul\0byte']) for (const name of ['stat', 'readFile', 'readdir']) await call(String(JSON.stringify(wrong)), name, [wrong]);
}

async function twoPaths() {
  const kPairs = [[file, at('new')], [file, at('lines.txt')], [at('none'), at('new')], [file, at('none/x')], [at('deep'), at('new')], [file, path.resolve('out')],
    [path.resolve('given.txt'), at('new')], [path.resolve('given.txt'), at('empty')], [at('none'), path.resolve('out')], [at('deep'), path.resolve('out')], [at('link.txt'), path.resolve('out')]];
  for (const [name, calls] of Object.entries(kTwoPaths)) {
    for (const [from, to] of kPairs) {
      for (const more of calls) {
        await call([path.basename(from), path.basename(to), JSON.stringify(more)].join(), name, [from, to, ...more]);
        fs.rmSync('out', { recursive: true, force: true });
      }
    }
  }
}

async function opens() {
  for (const flags of [undefined, 'r', 'rs', 'r+', 'w', 'wx', 'a', 'a+', 'ax', C.O_RDONLY, C.O_RDONLY | C.O_DIRECTORY, C.O_RDONLY | C.O_NOFOLLOW, C.O_WRONLY, C.O_RDWR | C.O_CREAT, 'bad']) {
    for (const [label, where] of Object.entries(kPaths)) {
      await step('fs.openSync', `${flags} ${label}`, () => { const fd = fs.openSync(where, flags); fs.closeSync(fd); return typeof fd; });
      await step(['fs.open', 'fs.close'], `${flags} ${label}`, async () => { const fd = await callback(fs.open, [where, flags]); await callback(fs.close, [fd]); return typeof fd; });
      await step('promises.open', `${flags} ${label}`, async () => { const h = await fsp.open(where, flags); await h.close(); return typeof h; });
    }
  }
}

async function descriptors() {
  const kOps = { fchmod: [0o600], fchown: [0, 0], fdatasync: [], fsync: [], ftruncate: [2], futimes: [1, 1], fstat: [], read: [Buffer.alloc(4), 0, 4, 6], readv: [[Buffer.alloc(3), Buffer.alloc(2)], 1],
    write: ['text'], writev: [[Buffer.from('x')]], readFile: ['utf8'], writeFile: ['text'], appendFile: ['text'] };
  for (const [label, where] of [['file', file], ['folder', at('deep')]]) {
    for (const [name, args] of Object.entries(kOps)) {
      await step([`fs.${name}Sync`, 'fs.openSync', 'fs.closeSync'], label, () => { const fd = fs.openSync(where); try { return fs[`${name}Sync`](fd, ...args); } finally { fs.closeSync(fd); } });
      if (name === 'readFile' && label === 'folder') continue; // Node 26.10.0 gives ''
      await step(`fs.${name}`, label, async () => { const fd = fs.openSync(where); try { return await callback(fs[name], [fd, ...args]); } finally { fs.closeSync(fd); } });
    }
  }
  await step('fs.readSync', 'forms', () => {
    const fd = fs.openSync(file);
    const b = Buffer.alloc(8);
    const out = [fs.readSync(fd, b), fs.readSync(fd, b, { position: 0, length: 3 }), fs.readSync(fd, b, 2, 2, null), fs.readSync(fd, b, { offset: 4 }), fs.readSync(fd, new DataView(b.buffer, b.byteOffset, 8), 0, 2, 0n), fs.readSync(fd, b, 0, 4, 1000), fs.readSync(fd, b, 0, 0)];
    fs.closeSync(fd);
    return `${out} ${b}`;
  });
  for (const bad of [[Buffer.alloc(2), 0, 5], [Buffer.alloc(2), -1, 1], [Buffer.alloc(2), 3, 1], ['text'], [Buffer.alloc(2), 0, 1, 'x'], [Buffer.alloc(0)]]) {
    await step('fs.readSync', JSON.stringify(bad), () => { const fd = fs.openSync(file); try { return fs.readSync(fd, ...bad); } finally { fs.closeSync(fd); } });
  }
  await step('fs.closeSync', 'twice', () => { const fd = fs.openSync(file); fs.closeSync(fd); fs.closeSync(fd); });
  await step('fs.readSync', 'after close', () => { const fd = fs.openSync(file); fs.closeSync(fd); fs.readSync(fd, Buffer.alloc(1)); });
  await step('fs.fstat', 'after close', () => { const fd = fs.openSync(file); fs.closeSync(fd); return callback(fs.fstat, [fd]); });
  await step('fs.fstatSync', 'bigint', () => { const fd = fs.openSync(file); try { return typeof fs.fstatSync(fd, { bigint: true }).size; } finally { fs.closeSync(fd); } });
}

const withHandle = async (where, f) => { const h = await fsp.open(where); try { return await f(h); } finally { await h.close(); } };
const drain = async (stream) => { const out = []; for await (const chunk of stream) out.push(Buffer.from(chunk)); return `${out.length} ${Buffer.concat(out)}`; };

async function handles() {
  const kOps = { appendFile: ['x'], chmod: [0o600], chown: [0, 0], datasync: [], sync: [], stat: [], truncate: [], utimes: [1, 1], write: ['x'], writev: [[Buffer.from('x')]], writeFile: ['x'],
    readFile: ['utf8'], read: [], readv: [[Buffer.alloc(3)]] };
  for (const [label, where] of [['file', file], ['folder', at('deep')]]) {
    for (const [name, args] of Object.entries(kOps)) await step(`FileHandle.${name}`, label, () => withHandle(where, async (h) => { const r = await h[name](...args); return name === 'read' ? [r.bytesRead, r.buffer.length] : r; }));
  }
  await step('FileHandle.read', 'forms', () => withHandle(file, async (h) => {
    const b = Buffer.alloc(8);
    const n = (r) => r.bytesRead;
    return [n(await h.read(b)), n(await h.read({ buffer: b, position: 0, length: 3 })), n(await h.read(b, { offset: 4 })), n(await h.read(b, 2, 2, null)), n(await h.read(new Uint16Array(2))), n(await h.read(b, 0, 0)), n(await h.read(b, 0, 4, 1000)), `${b}`].join();
  }));
  for (const bad of [[Buffer.alloc(2), 0, 5], [Buffer.alloc(2), -1, 1], ['text'], [Buffer.alloc(2), 0, 1, 'x']]) await step('FileHandle.read', JSON.stringify(bad), () => withHandle(file, async (h) => (await h.read(...bad)).bytesRead));
  await step('FileHandle.readLines', '', () => withHandle(file, async (h) => { const out = []; for await (const line of h.readLines()) out.push(line); return out; }));
  await step('FileHandle.readableWebStream', '', () => withHandle(file, (h) => drain(h.readableWebStream())));
  await step('FileHandle.readableWebStream', 'bytes', () => withHandle(file, (h) => drain(h.readableWebStream({ autoClose: false }))));
  await step('FileHandle.createReadStream', '', () => withHandle(file, (h) => drain(h.createReadStream({ start: 2, end: 12, highWaterMark: 4 }))));
  await step('FileHandle.createWriteStream', '', () => withHandle(file, (h) => new Promise((resolve, reject) => h.createWriteStream().on('error', reject).on('close', resolve).end('x'))));
  await step('FileHandle.readFile', 'twice', () => withHandle(file, async (h) => `${await h.readFile('utf8')}|${await h.readFile('utf8')}`));
  await step('FileHandle.readFile', 'after read', () => withHandle(file, async (h) => { await h.read(Buffer.alloc(6)); return h.readFile('utf8'); }));
  await step('FileHandle.stat', 'bigint', () => withHandle(file, async (h) => typeof (await h.stat({ bigint: true })).size));
  await step(['FileHandle.fd', 'FileHandle.getAsyncId'], '', () => withHandle(file, (h) => `${typeof h.fd} ${h.fd > 2} ${typeof h.getAsyncId()} ${h.constructor.name}`));
  await step('FileHandle.close', 'read afterwards', async () => { const h = await fsp.open(file); const closed = new Promise((resolve) => h.on('close', resolve)); await h.close(); await closed; console.log(h.fd); return h.read(Buffer.alloc(1)); });
  await step('FileHandle.close', 'twice', async () => { const h = await fsp.open(file); await h.close(); return h.close(); });
  await step('FileHandle', 'asyncDispose', async () => { let kept; { await using h = await fsp.open(file); kept = h; } return kept.fd; });
  await step('FileHandle', 'by fs functions with its fd', () => withHandle(file, (h) => [fs.readFileSync(h.fd, 'utf8').length, fs.fstatSync(h.fd).size]));
  await step('promises.readFile', 'of a handle', () => withHandle(file, (h) => fsp.readFile(h, 'utf8')));
  await step('promises.writeFile', 'to a handle', () => withHandle(file, (h) => fsp.writeFile(h, 'x')));
  await step('promises.appendFile', 'to a handle', () => withHandle(file, (h) => fsp.appendFile(h, 'x')));
  await step('promises.readFile', 'of a missing file of the user', () => fsp.readFile('none').catch((e) => e.stack.split('\n').length));
  await step('promises.readFile', 'with a signal', () => fsp.readFile(file, { signal: AbortSignal.abort() }));
}

async function streams() {
  for (const options of [{}, { start: 3 }, { start: 3, end: 9 }, { end: 4, encoding: 'utf8' }, { highWaterMark: 5 }, { start: 1000 }, { flags: 'r+' }, { autoClose: false }, { fd: 'open' }, { fs }]) {
    await step(['fs.createReadStream', 'fs.ReadStream', 'fs.FileReadStream'], JSON.stringify(Object.keys(options)) + (options.start ?? ''), () => {
      const more = options.fd ? { ...options, fd: fs.openSync(file) } : options;
      return drain(fs.createReadStream(file, more));
    });
  }
  for (const [label, where] of Object.entries(kPaths)) {
    await step('fs.createReadStream', label, () => drain(fs.createReadStream(where)));
    await step(['fs.createWriteStream', 'fs.WriteStream', 'fs.FileWriteStream'], label, () => new Promise((resolve, reject) => fs.createWriteStream(where).on('error', reject).on('close', () => resolve('closed')).end('x')));
  }
  await step('fs.ReadStream', 'events', () => new Promise((resolve) => {
    const said = [];
    const s = new fs.ReadStream(file);
    for (const name of ['open', 'ready', 'data', 'end', 'close']) s.on(name, () => { said.push(name); if (name === 'close') resolve(`${said} ${s.bytesRead} ${s.path === file} ${s.pending}`); });
  }));
  await step('fs.Utf8Stream', '', () => new Promise((resolve, reject) => { const s = new fs.Utf8Stream({ dest: at('new.log'), sync: true }); s.on('error', reject).on('ready', () => resolve('ready')); }));
  await step('fs.Utf8Stream', 'a real file', () => new Promise((resolve, reject) => { const s = new fs.Utf8Stream({ dest: 'real.log', sync: true }); s.on('error', reject).on('ready', () => { s.write('x\n'); s.flushSync(); s.end(); }).on('close', () => resolve(fs.readFileSync('real.log', 'utf8'))); }));
}

async function folders() {
  for (const [label, where] of Object.entries(kPaths)) {
    await step(['fs.opendirSync', 'Dir.readSync', 'Dir.closeSync', 'Dir.path', 'fs.Dir', 'fs.Dirent'], label, () => {
      if (!fs.statSync(where, { throwIfNoEntry: false })?.isDirectory()) return codeOnly(() => fs.opendirSync(where))(); // its errors name no path
      const d = fs.opendirSync(where); const out = []; for (let e; (e = d.readSync()) !== null;) out.push(e); d.closeSync(); return [d.path, ...out]; });
    await step(['fs.opendir', 'Dir.read', 'Dir.close'], label, async () => { const d = await callback(fs.opendir, [where]); const out = []; for (let e; (e = await d.read()) !== null;) out.push(e); await d.close(); return out; });
    await step(['promises.opendir', 'Dir.entries'], label, async () => { const out = []; for await (const e of (await fsp.opendir(where)).entries()) out.push(e); return out; });
  }
  await step('fs.opendirSync', 'recursive', () => { const d = fs.opendirSync(data, { recursive: true }); const out = []; for (let e; (e = d.readSync()) !== null;) out.push(e); d.closeSync(); return out; });
  await step('promises.opendir', 'recursive', async () => { const out = []; for await (const e of await fsp.opendir(data, { recursive: true, bufferSize: 1 })) out.push(e); return out; });
  await step('Dir.read', 'callbacks', async () => { const d = fs.opendirSync(at('deep')); const first = await new Promise((resolve, reject) => d.read((e, v) => (e ? reject(e) : resolve(v)))); await new Promise((resolve, reject) => d.close((e) => (e ? reject(e) : resolve()))); return first instanceof fs.Dirent; });
  await step('Dir.closeSync', 'twice', () => { const d = fs.opendirSync(data); d.closeSync(); d.closeSync(); });
  await step('Dir.readSync', 'after close', () => { const d = fs.opendirSync(data); d.closeSync(); return d.readSync(); });
  await step('Dir.close', 'twice', async () => { const d = fs.opendirSync(data); await d.close(); await d.close(); });
  await step('Dir', 'instance', () => { using d = fs.opendirSync(data); return d instanceof fs.Dir; });
  // Who goes up and lists each folder may find nothing in those above, but gets no error.
  await step(['fs.readdirSync', 'fs.readdir', 'promises.readdir', 'promises.opendir'], 'above', async () => {
    for (let before = __dirname, above = path.dirname(before); above !== before; before = above, above = path.dirname(above)) {
      fs.readdirSync(above, { withFileTypes: true });
      await callback(fs.readdir, [above]);
      await fsp.readdir(above, { recursive: false });
      await (await fsp.opendir(above)).close();
      fs.opendirSync(above).closeSync();
    }
    return 'no error';
  });
  const patterns = ['**/*.txt', '*', 'deep/**', '**', '{deep,tools}/*', 'none*', '[kl]*', '**/er/', 'link*/**', './deep/*.json', 'deep/../*.txt'];
  for (const pattern of patterns) {
    await step('fs.globSync', pattern, () => fs.globSync(pattern, { cwd: data }));
    await step('fs.glob', pattern, () => callback(fs.glob, [pattern, { cwd: data }]));
    await step('promises.glob', pattern, async () => { const out = []; for await (const x of fsp.glob(pattern, { cwd: data })) out.push(x); return out; });
  }
  await step('fs.globSync', 'types', () => fs.globSync('**', { cwd: data, withFileTypes: true }));
  await step('fs.globSync', 'absolute', () => fs.globSync(`${data}/**/*.json`));
  await step('fs.globSync', 'exclude', () => fs.globSync('**', { cwd: pathToFileURL(data), exclude: (name) => name === 'deep' }));
  await step('fs.globSync', 'exclude patterns', () => fs.globSync('**', { cwd: data, exclude: ['deep/**'] }));
}

async function others() {
  await step('fs.existsSync', '', () => Object.values(kPaths).map((p) => fs.existsSync(p)).join());
  await step('fs.exists', '', async () => (await Promise.all(Object.values(kPaths).map((p) => new Promise((resolve) => fs.exists(p, resolve))))).join());
  for (const [label, where] of Object.entries(kPaths)) {
    if (/folder/.test(label) && label !== 'missing folder') continue; // a Blob that cannot be read
    await step('fs.openAsBlob', label, async () => { const b = await fs.openAsBlob(where, { type: 'text/plain' }); return `${b.size} ${b.type} ${b.constructor.name} ${await b.slice(2, 8).text()}`; });
    await step('fs.openAsBlobSync', label, async () => { const b = fs.openAsBlobSync(where); return `${b.size} ${await b.text()}`; });
    await step('fs.realpathSync.native', label, () => fs.realpathSync.native(where));
    await step('fs.realpath.native', label, () => callback(fs.realpath.native, [where]));
  }
  await step('fs.mkdtempDisposableSync', '', () => fs.mkdtempDisposableSync(at('new-')));
  await step('promises.mkdtempDisposable', '', () => fsp.mkdtempDisposable(at('new-')));
  await step('fs.mkdtempDisposableSync', 'real', () => { const d = fs.mkdtempDisposableSync('temp-'); const there = fs.existsSync(d.path); d.remove(); return [there, fs.existsSync(d.path)]; });
  await step('fs.lchmod', '', () => (fs.lchmod ? callback(fs.lchmod, [file, 0o600]) : 'none'));
  await step('fs.lchmodSync', '', () => (fs.lchmodSync ? fs.lchmodSync(file, 0o600) : 'none'));
  await step('promises.lchmod', '', () => fsp.lchmod(file, 0o600));
  await step('fs.watch', '', () => new Promise((resolve) => { const w = fs.watch(data, (...a) => console.log('changed', a)); w.on('close', () => resolve('closed')); setTimeout(() => w.close(), 20); }));
  await step('fs.watch', 'missing', () => fs.watch(at('none')));
  // Where the tree hangs there is nothing above it: missing folders, not broken ones.
  await step('fs.watch', 'above', () => { try { fs.watch(path.dirname(__dirname)).close(); return true; } catch (e) { return e.code === 'ENOENT'; } });
  await step('fs.watch', 'recursive, aborted', () => new Promise((resolve) => { const c = new AbortController(); fs.watch(data, { recursive: true, signal: c.signal }).on('close', () => resolve('closed')); c.abort(); }));
  await step(['fs.watchFile', 'fs.unwatchFile'], '', () => { const w = fs.watchFile(file, () => console.log('changed')); const kinds = `${w.constructor.name} ${typeof w.ref}`; fs.unwatchFile(file); return kinds; });
  await step('promises.watch', '', async () => { const c = new AbortController(); setTimeout(() => c.abort(), 20); try { for await (const e of fsp.watch(data, { signal: c.signal })) console.log(e); } catch (e) { return `${e.name} ${e.code} ${e.message}`; } return 'ended'; });
  await step(['fs.constants', 'promises.constants'], '', () => Object.keys(fs.constants).length === Object.keys(fsp.constants).length);
  await step(['fs.promises', 'fs._toUnixTimestamp', 'fs.Stats'], '', () => fs.promises === fsp && fs.statSync(file) instanceof fs.Stats);
}

(async () => {
  await ({ onePath, twoPaths, opens, descriptors, handles, streams, folders, others })[process.argv[2]]();
  if (process.argv[2] !== 'others') return;
  for (const f of [onePath, twoPaths, opens, descriptors, handles, streams, folders]) await quietly(f);
  const names = [...Object.keys(fs).map((n) => `fs.${n}`), ...Object.keys(fsp).map((n) => `promises.${n}`),
    ...Object.getOwnPropertyNames(Object.getPrototypeOf(await fsp.open(file))).map((n) => `FileHandle.${n}`), ...Object.getOwnPropertyNames(fs.Dir.prototype).map((n) => `Dir.${n}`)];
  console.log('called by nobody:', names.filter((n) => !seen.has(n) && !n.endsWith('.constructor')).join() || 'none');
})();

async function quietly(f) {
  const { log } = console;
  console.log = () => {};
  try { await f(); } finally { console.log = log; }
}
