#!/usr/bin/env node
import fs from 'node:fs';
import path from 'node:path';
import { Chalk } from 'chalk';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

// A data file that lies beside the code, in the executable as in the project.
const greetings = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'greetings.json'), 'utf8'));

const painter = ({ colour }) => new Chalk({ level: colour ? 1 : 0 });

await yargs(hideBin(process.argv))
  .scriptName('hello-cli')
  .option('colour', { type: 'boolean', describe: 'paint the output', default: Boolean(process.stdout.isTTY) })
  .command('greet [name]', 'greet someone', (y) => y
    .positional('name', { type: 'string', default: 'world' })
    .option('lang', { choices: Object.keys(greetings), default: 'en', describe: 'in this language' }),
  (argv) => console.log(painter(argv).green(`${greetings[argv.lang]}, ${argv.name}!`)))
  .command('list', 'list the greetings', {}, (argv) => {
    const paint = painter(argv);
    for (const [language, greeting] of Object.entries(greetings)) console.log(`${paint.dim(language)}  ${paint.bold(greeting)}`);
  })
  .demandCommand(1)
  .strict()
  .parseAsync();
