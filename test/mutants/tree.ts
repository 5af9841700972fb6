import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** Copies the project as it stands, with what git would take up; the packages are shared. */
export function copyTree(root: string, target: string): void {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', words, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of new Set(files)) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(root, file), join(target, file));
  }
  symlinkSync(realpathSync(join(root, 'node_modules')), join(target, 'node_modules'));
}

/** The tier whose tests are in this file. */
export function tierOf(file: string): 'npm test' | 'test:faults' {
  const isOfFaults = file.startsWith('test/faults/') || /\.faults\.test\.tsx?$/.test(file);
  return isOfFaults ? 'test:faults' : 'npm test';
}

/** What is wrong with the list itself, a line each. */
export function mistakesIn(mutants: readonly Mutant[], root: string): string[] {
  const names = mutants.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const features = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const without = features.filter((feature) => !mutants.some((mutant) => mutant.feature === feature));
  return [
    ...twice.map((name) => `two mutants are called “${name}”`),
    ...without.map((feature) => `src/${feature} has no mutant`),
    ...mutants.flatMap((mutant) => mistakesOf(mutant, root).map((what) => `“${mutant.name}”: ${what}`)),
  ];
}

function mistakesOf({ feature, file, piece, becomes, breaks, test }: Mutant, root: string): string[] {
  const found: string[] = [];
  const [folder = ''] = file.replace(/^src\//, '').split('/');
  if (folder.replace(/\.tsx?$/, '') !== feature) found.push(`${file} is not of ${feature}`);
  if (!/^(rule \d+|README|docs\/[\w-]+\.md): ./.test(breaks)) found.push('does not say what it breaks');
  if (piece === becomes) found.push('changes nothing');
  if (!existsSync(join(root, test.file))) found.push(`${test.file} is not there`);
  const times = existsSync(join(root, file)) ? timesIn(readFileSync(join(root, file), 'utf8'), piece) : 0;
  if (times !== 1) found.push(`its piece of code is found ${times} times in ${file}, not once`);
  return found;
}

function timesIn(text: string, piece: string): number {
  return piece === '' ? 0 : text.split(piece).length - 1;
}
