const helper: { help(n: number): string } = require('./helper.ts');
module.exports = helper.help(3 as number) + (require.main === module);
