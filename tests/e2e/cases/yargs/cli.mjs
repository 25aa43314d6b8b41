#!/usr/bin/env node
// A command-line program of the ordinary kind: sub-commands, help text, a dual package (yargs) and an ES module (chalk).
import chalk from 'chalk';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

await yargs(hideBin(process.argv))
  .scriptName('greet')
  .locale('en')
  .command('hello <name>', 'greet someone', (y) => y.positional('name', { type: 'string' }).option('loud', { type: 'boolean', alias: 'l' }),
    (argv) => console.log(argv.loud ? chalk.red(`HELLO ${argv.name.toUpperCase()}`) : chalk.green(`hello ${argv.name}`)))
  .command('fail', 'fail on purpose', () => {}, () => { process.exitCode = 7; })
  .demandCommand(1)
  .strict()
  .wrap(80)
  .parseAsync();
