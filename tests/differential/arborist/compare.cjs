// compare.cjs PROBE SHARED_FOLDER: our closure against npm's own, for every npm lockfile in the shared
// test data and every target. Exit code 0: equal; 1: not; 77: npm or the data is not here.
//
// npm's side is arborist's virtual tree with its own flag calculation, platform check and optional
// sets, which is what `npm ci --omit=dev` installs. Accepted differences are listed, with reasons.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { execFileSync } = require('node:child_process')

const [probe, shared] = process.argv.slice(2)
const nodeVersion = '26.10.0'
const targets = {
  'linux-x64': { os: 'linux', cpu: 'x64', libc: 'glibc' },
  'linux-arm64': { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  'darwin-x64': { os: 'darwin', cpu: 'x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64' },
  'win-x64': { os: 'win32', cpu: 'x64' },
}

// Lockfiles that we refuse and arborist reads, with the code of the refusal.
const refused = {
  'npm-arborist-locks/ancient-lockfile-invalid': 'lockfile-ancient', // npm fetches manifests to learn the edges
  'npm-arborist-locks/conflict-package-lock': 'lockfile-conflict', // npm merges the two sides by itself
  'npm-arborist-locks/external-link--root': 'lockfile-path-escapes', // links to folders outside the project
  'npm-arborist-locks/link-dep-nested--root': 'lockfile-path-escapes', // the same, version 1
  'npm-arborist-locks/link-meta-deps': 'lockfile-bad-name', // a link into the inside of another package
  'npm-arborist-locks/pnpm': 'lockfile-bad-name', // a tree made by pnpm, written down by npm
  'npm-arborist-locks/sax': 'lockfile-ancient',
  'npm-arborist-locks/optional-dep-install-fail': 'lockfile-incomplete', // package.json has moved on; `npm ci` refuses
  'npm-arborist-locks/workspaces-non-simplistic': 'dependency-missing', // the same
}
// For other targets than linux-x64, lockfiles that were made on linux-x64 and leave out what others
// need are refused with this code, as they should be.
const incomplete = 'lockfile-incomplete'

function skip (why) {
  console.log(`SKIPPED: ${why}`)
  process.exit(77)
}

// INGOT_NPM names npm's folder, else the one on PATH is taken.
function findArborist () {
  try {
    const npm = process.env.INGOT_NPM ?? path.join(
      execFileSync('npm', ['root', '-g'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(), 'npm')
    const folder = path.join(npm, 'node_modules', '@npmcli', 'arborist')
    return fs.existsSync(folder) ? folder : null
  } catch {
    return null
  }
}

function lockFolders () {
  const found = []
  for (const group of ['corpora/npm-arborist-locks', 'corpus/apps']) {
    const folder = path.join(shared, group)
    if (!fs.existsSync(folder)) continue
    for (const name of fs.readdirSync(folder).sort()) {
      const place = path.join(folder, name)
      if (['package-lock.json', 'npm-shrinkwrap.json'].some(f => fs.existsSync(path.join(place, f)))) found.push(place)
    }
  }
  return found
}

function ours (folders, target) {
  const out = execFileSync(probe, [target, nodeVersion, ...folders], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const trees = new Map(folders.map(folder => [folder, { packages: new Map() }]))
  for (const line of out.split('\n')) {
    if (!line) continue
    const row = JSON.parse(line)
    const tree = trees.get(row.folder)
    if (row.error) tree.error = row.error
    else if (row.path !== '') tree.packages.set(row.path, `${row.name}@${row.version}${row.link ? ' (link)' : ''}`)
  }
  return trees
}

// arborist looks for workspaces on disk, and the shared data has lockfiles without their folders: make
// each folder, with what the lockfile says of it, in a copy.
function copyWithWorkspaces (folder, copy) {
  fs.mkdirSync(copy, { recursive: true })
  for (const file of ['package.json', 'package-lock.json', 'npm-shrinkwrap.json']) {
    if (!fs.existsSync(path.join(folder, file))) continue
    fs.copyFileSync(path.join(folder, file), path.join(copy, file))
    if (file === 'package.json') continue
    const { packages = {} } = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))
    for (const [place, entry] of Object.entries(packages)) {
      if (place === '' || entry.link || place.includes('node_modules')) continue
      fs.mkdirSync(path.join(copy, place), { recursive: true })
      const name = entry.name ?? path.basename(place)
      fs.writeFileSync(path.join(copy, place, 'package.json'), JSON.stringify({ ...entry, name }))
    }
  }
  return copy
}

async function theirs (lib, folder, platform) {
  const Arborist = require(lib)
  const calcDepFlags = require(path.join(lib, 'lib', 'calc-dep-flags.js'))
  const resetDepFlags = require(path.join(lib, 'lib', 'reset-dep-flags.js'))
  const optionalSet = require(path.join(lib, 'lib', 'optional-set.js'))
  const npmModules = path.join(lib, '..', '..')
  const { checkPlatform, checkEngine } = require(path.join(npmModules, 'npm-install-checks'))
  const tree = await new Arborist({ path: folder }).loadVirtual()
  resetDepFlags(tree)
  calcDepFlags(tree)
  for (const node of tree.inventory.values()) {
    if (!node.optional || node.inert) continue
    try {
      // The empty string keeps npm from asking the machine it runs on.
      checkEngine(node.package, null, nodeVersion, false)
      checkPlatform(node.package, false, { libc: ' ', ...platform })
    } catch {
      for (const dead of optionalSet(node)) dead.inert = true
    }
  }
  const packages = new Map()
  for (const node of tree.inventory.values()) {
    if (node.isRoot || node.inert || node.extraneous || node.dev) continue
    const target = node.target ?? node
    packages.set(node.location, `${target.packageName || target.name}@${target.version ?? ''}${node.isLink ? ' (link)' : ''}`)
  }
  return packages
}

function differences (mine, npms) {
  const lines = []
  for (const [place, id] of npms) {
    if (!mine.has(place)) lines.push(`only npm has ${place} ${id}`)
    else if (mine.get(place) !== id) lines.push(`${place}: npm has ${id}, we have ${mine.get(place)}`)
  }
  for (const [place, id] of mine) {
    if (!npms.has(place)) lines.push(`only we have ${place} ${id}`)
  }
  return lines
}

async function main () {
  const lib = findArborist()
  if (!lib) skip('no npm with @npmcli/arborist inside')
  const folders = lockFolders()
  if (!folders.length) skip('the shared test data is not here')
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ingot-arborist-'))
  process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))
  let trees = 0
  let packages = 0
  let refusals = 0
  let wrong = 0
  for (const [target, platform] of Object.entries(targets)) {
    const all = ours(folders, target)
    for (const folder of folders) {
      const name = path.relative(path.dirname(path.dirname(folder)), folder)
      const mine = all.get(folder)
      const expected = refused[name] ?? (mine.error === incomplete && target !== 'linux-x64' ? incomplete : undefined)
      if (mine.error !== expected) {
        console.log(`${target} ${name}: refused with ${mine.error}, expected ${expected}`)
        wrong++
        continue
      }
      if (expected) {
        refusals++
        continue
      }
      const copy = copyWithWorkspaces(folder, path.join(scratch, name))
      const npms = await theirs(lib, copy, platform)
      const lines = differences(mine.packages, npms)
      trees++
      packages += npms.size
      if (lines.length) {
        wrong++
        console.log(`${target} ${name}:\n  ${lines.slice(0, 20).join('\n  ')}`)
      }
    }
  }
  console.log(`closure: ${trees} trees with ${packages} packages compared with npm's, ${refusals} refused as expected, ${wrong} differ`)
  process.exit(wrong || !trees || !packages ? 1 : 0)
}

main()
