import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Command } from 'commander';
import { describeMistakes, explainConfig, loadConfig, type Mode, settingsSchema } from '../config.ts';
import { ConfigError, messageOf } from '../errors.ts';
import { oneOf } from './command.ts';
import { Failure, Told } from './failure.ts';
import { clean, writeJson, writeLine } from './output.ts';
import { whichSettings } from './settings.ts';
import { type Common, verb } from './verb.ts';

interface Options extends Common {
  readonly mode?: Mode;
}

export function configCommands(config: Command): void {
  const mode = () => oneOf('--mode <mode>', 'whose settings', ['production', 'demo']);
  verb(config, 'check', 'check the settings and show what is wrong with them')
    .addOption(mode())
    .action(check);
  verb(config, 'print', 'show every setting and where it came from, with secrets masked')
    .addOption(mode())
    .action(print);
  config
    .command('schema')
    .description('print the JSON Schema of the settings, for editors')
    .option('--output <file>', 'write to this file')
    .action(schema);
}

function check(options: Options): void {
  const which = whichSettings(options.mode);
  telling(options, () => loadConfig(which));
  if (options.json) writeJson({ ok: true, mode: which.mode, mistakes: [] });
  else writeLine(`The settings for ${which.mode} are valid.`);
}

function print(options: Options): void {
  const settings = telling(options, () => explainConfig(whichSettings(options.mode)));
  if (options.json) {
    const named = settings.map(({ path, value = null, from = null }) => ({ path, value, from }));
    writeJson({ items: named });
    return;
  }
  for (const { path, value, from } of settings) {
    if (value === undefined) writeLine(`# ${path} is not set`);
    else writeLine(clean(`${path}: ${JSON.stringify(value)}  # ${from === undefined ? '' : whence(from)}`));
  }
}

function schema({ output }: { output?: string }): void {
  const text = `${JSON.stringify(settingsSchema(), null, 2)}\n`;
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new Failure(`${output} cannot be written: ${messageOf(error)}`);
  }
  writeLine(`Written to ${clean(output)}.`);
}

/** All mistakes, a line each, instead of the one line of other commands. */
function telling<T>({ json }: Options, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (json) writeJson({ ok: false, mistakes: error.mistakes });
    else process.stderr.write(`${describeMistakes(error).split('\n').map(clean).join('\n')}\n`);
    throw new Told();
  }
}

function whence(name: string): string {
  if (name === 'overrides') return 'the demo that is running here';
  return name.startsWith('/') ? relative(process.cwd(), name) : name;
}
