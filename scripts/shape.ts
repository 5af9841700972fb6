import { join } from 'node:path';
import { circles } from '../test/support/circles.ts';
import { layers, readSources } from '../test/support/imports.ts';
import { crossings } from './shape/crossings.ts';
import { type Figures, figuresOf } from './shape/figures.ts';
import { repeatedEvents, repeatedShapes } from './shape/repeated.ts';

// npm run shape [-- --static]: what the code is like, in figures: files and functions by size, lines by layer, casts,
// circles, shapes that are typed twice, and how many files a sign-in, a reset and a sign-out cross (in a process that
// is started for it; left out with --static).

const root = join(import.meta.dirname, '..');
const sources = readSources(join(root, 'src'));
const files = sources.map(figuresOf);
const lines = files.reduce((sum, file) => sum + file.lines, 0);

print('files', `${files.length}, ${lines} lines`, spread(files.map((file) => file.lines)));
list(
  'the longest',
  longest(files, (file) => file.lines),
);
const functions = files.flatMap(({ path, functions: own }) => own.map((each) => ({ ...each, path })));
print('functions', functions.length, spread(functions.map((each) => each.lines)));
list(
  'the longest',
  longest(
    functions.map(({ path, name, lines: length }) => ({ path: `${path} ${name}`, lines: length })),
    (each) => each.lines,
  ),
);
for (const [layer, own] of layers(files)) {
  print(
    `lines of ${layer}`,
    own.reduce((sum, file) => sum + file.lines, 0),
    `${own.length} files`,
  );
}
const inApp = files.filter(({ path }) => /^app[/.]/.test(path));
print(
  'lines of the wiring (app/ and app.ts)',
  inApp.reduce((sum, file) => sum + file.lines, 0),
  '',
);
const casts = files.flatMap(({ path, casts: own }) => own.map((at) => `${path}:${at}`));
print('casts', casts.length, `${((casts.length * 1000) / lines).toFixed(1)} in a thousand lines`);
const round = circles(sources);
print('circles of imports, types too', round.length, '');
list(
  'each',
  round.map((circle) => circle.join(', ')),
);
const shapes = repeatedShapes(sources);
print('shapes typed in more than one folder', shapes.length, '');
list('each', shapes);
const events = repeatedEvents(sources);
print('audit events typed outside the catalogue', events.length, '');
list('each', events);
if (!process.argv.includes('--static')) {
  for (const { deed, crossed } of await crossings(root)) {
    print(`files that ${deed} crosses`, crossed.length, '');
    if (process.argv.includes('--files')) list('each', crossed);
  }
}

function print(what: string, figure: number | string, more: string): void {
  console.log(`${what}: ${figure}${more && ` (${more})`}`);
}

function list(what: string, all: readonly string[]): void {
  if (all.length > 0) console.log(`  ${what}: ${all.join(what === 'each' ? '\n        ' : '; ')}`);
}

/** Median, nine in ten, and the most. */
function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return `median ${at(0.5)}, nine in ten up to ${at(0.9)}, the longest ${sorted.at(-1)}`;
}

function longest<T extends Pick<Figures, 'path'>>(all: readonly T[], size: (one: T) => number): string[] {
  return [...all]
    .sort((one, other) => size(other) - size(one))
    .slice(0, 5)
    .map((each) => `${each.path} ${size(each)}`);
}
