const { name } = require('./shared');
process.stdin.setEncoding('utf8');
let text = '';
process.stdin.on('data', (d) => { text += d; }).on('end', () => console.log(name, JSON.stringify(process.argv.slice(2)), text));
