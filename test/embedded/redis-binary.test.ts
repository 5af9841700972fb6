import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findRedisBinary } from '../../src/embedded/redis-binary.ts';
import { startEmbeddedStores } from '../../src/embedded/stores.ts';
import { findChromium } from '../support/chromium.ts';

const installsItself =
  process.getuid?.() === 0 &&
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
const VERSION_7 = '#!/bin/sh\necho "Redis server v=7.0.15 sha=0"\n';
let path: string;
let said: string[];

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'vestibule-path-'));
  said = [];
});

afterEach(() => rmSync(path, { recursive: true }));

test('a machine without Redis or apt-get is told in one line what to install', async () => {
  expect(() => find()).toThrow(/^Redis 7 or newer is missing: install it [^\n]*REDIS_SERVER[^\n]*$/);
  expect(() => findChromium({ PATH: path }, say)).toThrow(/^Chromium is missing: [^\n]*CHROMIUM_PATH[^\n]*$/);
  const directory = join(path, 'data');
  await expect(startEmbeddedStores({ directory, environment: { PATH: path } })).rejects.toThrow('is missing');
  expect(existsSync(directory)).toBe(false);
  expect(said).toEqual([]);
});

test('an older Redis does not count', () => {
  program('redis-server', '#!/bin/sh\necho "Redis server v=6.2.7 sha=0"\n');
  expect(() => find()).toThrow('Redis 7 or newer is missing');
});

test('REDIS_SERVER names the binary, and a wrong one is named', () => {
  const binary = program('my-redis', VERSION_7);
  expect(find({ REDIS_SERVER: binary })).toBe(binary);
  expect(() => find({ REDIS_SERVER: join(path, 'none') })).toThrow(
    `REDIS_SERVER names ${path}/none, which is not`,
  );
});

test('the server that redis-tools carries under another name is found', () => {
  const binary = program('redis-check-rdb', VERSION_7);
  expect(find()).toBe(binary);
});

(installsItself ? test : test.skip)('root on Debian gets it from apt-get, and is told so in one line', () => {
  // Fails until it has been asked to update, as apt-get does on a machine that never was.
  program(
    'apt-get',
    `#!/bin/sh
case "$*" in
  *update*) touch '${path}/updated' ;;
  *install*redis-tools) [ -e '${path}/updated' ] || exit 100
    printf '#!/bin/sh\\necho "Redis server v=7.2.0"\\n' > '${path}/redis-check-rdb'
    chmod +x '${path}/redis-check-rdb' ;;
esac`,
  );
  expect(find()).toBe(join(path, 'redis-check-rdb'));
  expect(said).toEqual(['Installing redis-tools with apt-get; this happens once.']);
});

(installsItself ? test : test.skip)('an apt-get that fails is reported in one line', () => {
  program('apt-get', '#!/bin/sh\necho "E: first" >&2\necho "E: no network" >&2\nexit 100\n');
  expect(() => find()).toThrow(/^apt-get install redis-tools failed: E: no network$/);
});

function find(environment: { REDIS_SERVER?: string } = {}): string {
  return findRedisBinary({ PATH: path, ...environment }, say);
}

function say(line: string): void {
  said.push(line);
}

function program(name: string, text: string): string {
  const file = join(path, name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}
