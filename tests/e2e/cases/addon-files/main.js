// Native code is given paths of the application's own files, and reads them by itself.
const path = require('node:path');

const data = (name) => path.join(__dirname, 'data', name);
const open = (...args) => new (require('libsql'))(...args);

const commands = {
  database() {
    const db = open(data('data.sqlite'));
    console.log(db.prepare('SELECT count(*) AS rows FROM t').get().rows);
  },
  'in-sql'() {
    const db = open(':memory:');
    db.exec(`ATTACH '${data('data.sqlite')}' AS own`);
    console.log(db.prepare('SELECT count(*) AS rows FROM own.t').get().rows);
  },
  name() {
    const db = open('names.db');
    db.exec('CREATE TABLE names (name TEXT)');
    db.prepare('INSERT INTO names VALUES (?)').run(__filename);
    console.log(db.prepare('SELECT name FROM names').get().name === __filename);
    db.close();
    require('node:fs').rmSync('names.db');
  },
  async styles() {
    const { bundle, bundleAsync, transform } = require('lightningcss');
    console.log(bundle({ filename: data('styles/main.css'), minify: true }).code.toString());
    console.log((await bundleAsync({ filename: data('styles/main.css'), minify: true })).code.toString());
    console.log(transform({ filename: data('styles/main.css'), code: Buffer.from('a { color: #000000 }'), minify: true }).code.toString());
    try { bundle({ filename: data('styles/none.css') }); } catch (e) { console.log(e.constructor.name); }
  },
  extension() {
    const { DatabaseSync } = require('node:sqlite');
    const vectors = require('sqlite-vec');
    const db = new DatabaseSync(':memory:', { allowExtension: true });
    vectors.load(db);
    console.log(db.prepare('SELECT vec_version() AS version').get().version);
    const other = new DatabaseSync(':memory:', { allowExtension: true });
    other.loadExtension(vectors.getLoadablePath().replace(/\.\w+$/, ''));
    console.log(other.prepare('SELECT vec_length(?) AS length').get('[1, 2, 3]').length);
    const third = open(':memory:');
    vectors.load(third);
    console.log(third.prepare('SELECT vec_version() AS version').get().version);
  },
};
commands[process.argv[2]]();
