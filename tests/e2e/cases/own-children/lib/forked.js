const { double } = require('./shared');
process.on('message', ({ ask }) => {
  process.send({ answer: double(ask), argv: process.argv.slice(2), from: process.env.FROM, own: process.argv[1], main: require.main === module });
  process.disconnect();
  process.exitCode = 4;
});
