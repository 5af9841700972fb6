import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

// Compiles src/ to dist/ and copies what is not TypeScript. Does nothing when nothing has changed.

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');
const target = join(root, 'dist');
const stamp = join(target, '.inputs');

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const inputs = fingerprint([
  ...files,
  ...['tsconfig.json', 'package-lock.json', 'scripts/build.ts'].map((name) => join(root, name)),
]);

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== inputs) build();

function build(): void {
  rmSync(target, { recursive: true, force: true });
  // A start need not wait for the types: npm test checks them, and those of the tests with them.
  const { status, error } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', root, '--noCheck'], {
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) process.exit(1);
  for (const file of files.filter((name) => !/\.tsx?$/.test(name))) {
    const copy = join(target, file.slice(source.length));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
  writeFileSync(stamp, inputs);
}

function fingerprint(names: string[]): string {
  const hash = createHash('sha256');
  for (const name of names)
    hash
      .update(`${name.slice(root.length)}\0`)
      .update(readFileSync(name))
      .update('\0');
  return hash.digest('hex');
}
