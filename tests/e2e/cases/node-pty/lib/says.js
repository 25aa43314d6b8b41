console.log(process.argv.slice(2), process.stdout.columns, path());

function path() {
  return require('node:path').basename(__filename);
}
process.exitCode = 4;
