'use strict';
// The user's key: how an executable knows that a command line was given to it by its own parent.
//
// A child that is to run as `node script` gets the key in its environment, bound to its command
// line. The key is in a file that only this user can read, so an outsider who can set environment
// variables (a web server, sudo with a kept environment, sshd's AcceptEnv) cannot use it to make the
// executable run another script; whoever can read the file could run any program as this user anyway.
// The child is told where the file is, as its environment may lead it to another folder than its parent's;
// it reads no file that is not one of ours, in folders that are private to the user.

const { KEY_VARIABLE, internal, internalBinding } = require('./internals');
const { draftOf, isInUserFolder, isPrivate, userFolder } = require('./user_folder');

const SIZE = 32; // bytes

let cached; // { file, text }

function read(file) {
  const fs = internal('fs');
  const fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile() || stats.size !== SIZE || !isPrivate(stats)) throw new Error(`${file} is not a key`);
    return fs.readFileSync(fd).toString('hex');
  } finally {
    fs.closeSync(fd);
  }
}

function create(file) {
  const fs = internal('fs');
  const draft = draftOf(file);
  fs.writeFileSync(draft, internal('crypto').randomBytes(SIZE), { mode: 0o600, flag: 'wx' });
  try {
    fs.linkSync(draft, file); // fails when another process was first; its key is as good
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    fs.unlinkSync(draft);
  }
}

function key() {
  if (cached !== undefined) return cached;
  const file = internal('path').join(userFolder('key'), 'key');
  try {
    cached = { file, text: read(file) };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    create(file);
    cached = { file, text: read(file) };
  }
  return cached;
}

// Whether a key is the one in a file of ours.
function isKey(text, file) {
  try {
    if (!isInUserFolder(file, 'key') || read(file) !== text) return false;
    cached = { file, text };
    return true;
  } catch {
    return false; // no key of ours: nobody can have been given it
  }
}

function fingerprint(args) {
  const { crc32 } = internalBinding('zlib');
  return `${args.length}-${crc32(args.join('\0'), 0).toString(16)}`;
}

// The variable's value for a child that is started with these arguments (without the program), in a
// folder of the tree if it is to be in one. `obeys`: the application has given it NODE_OPTIONS of its own.
function tokenFor(args, { folder = '', obeys = false } = {}) {
  const { file, text } = key();
  return [text, fingerprint(args), obeys ? 'obeys' : '', file, folder].map(encodeURIComponent).join(':');
}

// What the environment allows a process with these arguments: { as: 'node' } (its parent started just this
// command line as `node ...`) or { as: 'descendant' } (the application has started another program, a
// shell for one, that was told of this executable), both with `folder`, where it is to be, and `obeys`; or
// undefined. Takes the variable out of the environment if it is one of ours.
function permission(args) {
  const token = process.env[KEY_VARIABLE];
  if (token === undefined) return undefined;
  if (process.getuid?.() !== process.geteuid?.() || process.getgid?.() !== process.getegid?.()) return undefined;
  let parts;
  try {
    parts = token.split(':').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [given, bound, obeys, file, folder] = parts;
  if (folder === undefined || !isKey(given, file)) return undefined;
  delete process.env[KEY_VARIABLE];
  const as = bound === fingerprint(args) ? 'node' : 'descendant';
  return { as, obeys: obeys === 'obeys', folder };
}

module.exports = { permission, tokenFor };
