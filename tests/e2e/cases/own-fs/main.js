// Every way to read a file, over the application's own files. Each step prints what it saw, or the error's code.
const fs = require('node:fs');
const fsp = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { promisify } = require('node:util');

const data = path.join(__dirname, 'data');
const lines = path.join(data, 'lines.txt');
const kind = (x) => (x.isSymbolicLink() ? 'link' : x.isDirectory() ? 'folder' : x.isFile() ? 'file' : 'other');
const collect = async (stream) => { const out = []; for await (const c of stream) out.push(c); return Buffer.concat(out.map((c) => Buffer.from(c))).toString(); };

// As packages that match patterns go, from a folder down to another one, by entries with types.
async function leadsTo(target, list) {
  let at = path.parse(target).root;
  for (const name of target.slice(at.length).split(path.sep)) {
    const entry = (await list(at)).find((one) => one.name === name);
    if (!entry?.isDirectory()) return `${name} is none`;
    at = path.join(entry.parentPath, name, path.sep);
  }
  return at === target + path.sep;
}
const typed = { withFileTypes: true };

const steps = {
  'readdirSync from the root of the disk': () => leadsTo(data, (folder) => fs.readdirSync(folder, typed)),
  'readdir from the root of the disk': () => leadsTo(data, (folder) => promisify(fs.readdir)(folder, typed)),
  'promises.readdir from the root of the disk': () => leadsTo(data, (folder) => fsp.readdir(folder, typed)),
  'the null device is one': () => [fs.statSync('/dev/null').isDirectory(), fs.readdirSync('/dev').includes('null')],
  readFileSync: () => fs.readFileSync(lines, 'utf8'),
  'readFileSync of binary': () => fs.readFileSync(path.join(data, 'binary.bin')).toString('hex'),
  'readFileSync of a URL': () => fs.readFileSync(pathToFileURL(lines), 'latin1').length,
  'readFileSync of a Buffer path': () => fs.readFileSync(Buffer.from(lines), { encoding: 'base64' }),
  'readFileSync of an empty file': () => fs.readFileSync(path.join(data, 'empty')).length,
  'readFileSync of a name outside ASCII': () => fs.readFileSync(path.join(data, 'nämé ✓.txt'), 'utf8'),
  'readFile callback': () => promisify(fs.readFile)(lines, 'utf8'),
  'promises.readFile': () => fsp.readFile(lines, 'utf8'),
  'readFile through a link': () => fs.readFileSync(path.join(data, 'link.txt'), 'utf8').length,
  'readFile through a linked folder': () => fs.readFileSync(path.join(data, 'folder-link/er/leaf.txt'), 'utf8'),
  'readFile of a path with dots': () => fs.readFileSync(`${data}/deep/../deep/./er//leaf.txt`, 'utf8'),
  readdirSync: () => fs.readdirSync(data).sort(),
  'readdirSync with types': () => fs.readdirSync(data, { withFileTypes: true }).map((d) => [d.name, kind(d), path.relative(__dirname, d.parentPath)]).sort(),
  'readdirSync recursive': () => fs.readdirSync(data, { recursive: true }).sort(),
  'promises.readdir': async () => (await fsp.readdir(path.join(data, 'deep'))).sort(),
  'readdir callback': async () => (await promisify(fs.readdir)(__dirname)).filter((n) => n !== 'node_modules' && n !== 'package-lock.json').sort(),
  opendirSync: () => { const d = fs.opendirSync(data); const out = []; for (let e; (e = d.readSync());) out.push([e.name, kind(e)]); d.closeSync(); return out.sort(); },
  opendir: async () => { const out = []; for await (const e of await fsp.opendir(data)) out.push(e.name); return out.sort(); },
  statSync: () => { const s = fs.statSync(lines); return [kind(s), s.size, s.mtime instanceof Date]; },
  'statSync of a folder': () => kind(fs.statSync(data)),
  'statSync bigint': () => typeof fs.statSync(lines, { bigint: true }).size,
  'statSync without throwing': () => fs.statSync(path.join(data, 'none'), { throwIfNoEntry: false }) === undefined,
  'stat of a link': () => [kind(fs.statSync(path.join(data, 'link.txt'))), kind(fs.lstatSync(path.join(data, 'link.txt')))],
  'promises.stat and lstat': async () => [kind(await fsp.stat(path.join(data, 'folder-link'))), kind(await fsp.lstat(path.join(data, 'folder-link')))],
  'executable bit': () => [fs.statSync(path.join(__dirname, 'scripts/tool.sh')).mode & 0o100, fs.statSync(lines).mode & 0o100],
  realpathSync: () => fs.realpathSync(path.join(data, 'folder-link/er')),
  'realpathSync.native': () => fs.realpathSync.native(path.join(data, 'link.txt')),
  'promises.realpath': () => fsp.realpath(path.join(data, 'link.txt')),
  readlinkSync: () => fs.readlinkSync(path.join(data, 'link.txt')),
  existsSync: () => [fs.existsSync(lines), fs.existsSync(data), fs.existsSync(path.join(data, 'none'))],
  accessSync: () => fs.accessSync(lines, fs.constants.R_OK) === undefined,
  'promises.access': () => fsp.access(lines).then(() => 'readable'),
  createReadStream: () => collect(fs.createReadStream(lines, { encoding: 'utf8' })),
  'createReadStream of a range': () => collect(fs.createReadStream(lines, { start: 6, end: 16 })),
  'createReadStream in small pieces': () => collect(fs.createReadStream(lines, { highWaterMark: 3 })),
  'open, read, fstat, close': () => { const fd = fs.openSync(lines, 'r'); const b = Buffer.alloc(6); const n = fs.readSync(fd, b, 0, 6, 11); const size = fs.fstatSync(fd).size; fs.closeSync(fd); return [n, b.toString(), size]; },
  'read moves on': () => { const fd = fs.openSync(lines); const b = Buffer.alloc(5); fs.readSync(fd, b); fs.readSync(fd, b); fs.closeSync(fd); return b.toString(); },
  'readFileSync of a descriptor': () => { const fd = fs.openSync(lines); try { return fs.readFileSync(fd, 'utf8').length; } finally { fs.closeSync(fd); } },
  'file handle': async () => { const h = await fsp.open(lines); try { const { bytesRead, buffer } = await h.read(Buffer.alloc(4), 0, 4, 0); return [bytesRead, buffer.toString(), (await h.stat()).size]; } finally { await h.close(); } },
  'handle.readLines': async () => { const h = await fsp.open(lines); const out = []; for await (const l of h.readLines()) out.push(l); return out; },
  'handle.readFile': async () => { const h = await fsp.open(lines); try { return (await h.readFile('utf8')).length; } finally { await h.close(); } },
  copyFileSync: () => { fs.copyFileSync(lines, 'copied.txt'); return fs.readFileSync('copied.txt', 'utf8').length; },
  'promises.copyFile': async () => { await fsp.copyFile(path.join(data, 'binary.bin'), 'copied.bin'); },
  cpSync: () => { fs.cpSync(path.join(data, 'deep'), 'deep-copy', { recursive: true }); },
  'promises.cp': async () => { await fsp.cp(path.join(data, 'deep'), 'deep-copy-2', { recursive: true }); },
  'pipe into a file': () => new Promise((res, rej) => fs.createReadStream(lines).pipe(fs.createWriteStream('piped.txt')).on('finish', () => res('done')).on('error', rej)),
  openAsBlob: async () => (await (await fs.openAsBlob(lines)).text()).length,
  'missing file': () => fs.readFileSync(path.join(data, 'none.txt')),
  'missing file, promise': () => fsp.readFile(path.join(data, 'none.txt')),
  'missing file, stream': () => collect(fs.createReadStream(path.join(data, 'none.txt'))),
  'file as a folder': () => fs.readFileSync(path.join(lines, 'x')),
  'folder as a file': () => fs.readFileSync(data),
  'readdir of a file': () => fs.readdirSync(lines),
  'readlink of a file': () => fs.readlinkSync(lines),
  'real files beside': () => { fs.writeFileSync('real.txt', 'real'); fs.mkdirSync('sub'); fs.renameSync('real.txt', 'sub/moved.txt'); return fs.readdirSync('.').includes('sub'); },
  'temporary folder': () => { const d = fs.mkdtempSync(path.join(os.tmpdir(), 'x-')); fs.rmdirSync(d); return true; },
};

(async () => {
  for (const [name, step] of Object.entries(steps)) {
    let seen;
    try {
      seen = JSON.stringify(await step());
    } catch (e) {
      seen = `${e.code} ${e.syscall ?? ''} ${e.message}`;
    }
    console.log(`${name}: ${seen}`);
  }
})();
