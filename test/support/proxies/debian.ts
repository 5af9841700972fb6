import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { executableOn, installPackages, isExecutable } from '../../../src/embedded/apt.ts';

/** A program, and where the libraries are that came with it. */
export interface Program {
  readonly file: string;
  readonly libraries: string;
}

const PROGRAMS = ['haproxy', 'nginx'] as const;
export type ProxyKind = (typeof PROGRAMS)[number];

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/vestibule/proxies');
const SBIN = '/usr/local/sbin:/usr/sbin:/sbin';

/**
 * HAProxy or nginx: what HAPROXY or NGINX names, else from the PATH, else Debian's. Those packages are downloaded and
 * unpacked, not installed: installed they would start a service on this machine.
 * @throws Error whose message is one line that says what to install
 */
export function findProxy(kind: ProxyKind, say: (line: string) => void): Program {
  const variable = kind.toUpperCase();
  const { [variable]: named, PATH } = process.env;
  if (named && !isExecutable(named)) throw new Error(`${variable} names ${named}, which is not a program.`);
  const onPath = named ?? executableOn(`${PATH}:${SBIN}`, kind);
  if (onPath) return { file: onPath, libraries: '' };
  const unpacked = programIn(CACHE, kind) ?? (unpack(say) ? programIn(CACHE, kind) : undefined);
  if (unpacked) return unpacked;
  throw new Error(`${kind} is missing: install it (Debian: apt-get install ${kind}), or set ${variable}.`);
}

function programIn(folder: string, kind: ProxyKind): Program | undefined {
  const file = join(folder, 'usr/sbin', kind);
  if (!isExecutable(file)) return undefined;
  const libraries = ['usr/lib', 'lib'].flatMap((name) => {
    const place = join(folder, name);
    return list(place)
      .filter((entry) => entry.endsWith('-linux-gnu'))
      .map((entry) => join(place, entry));
  });
  return { file, libraries: libraries.join(':') };
}

/** False where it may not be done. Complete or not there at all, also where two runs do it at once. */
function unpack(say: (line: string) => void): boolean {
  mkdirSync(join(CACHE, '..'), { recursive: true });
  const folder = mkdtempSync(join(CACHE, '../unpacking-'));
  try {
    mkdirSync(join(folder, 'partial'));
    const words = ['--download-only', '-o', `Dir::Cache::archives=${folder}`];
    if (!installPackages(PROGRAMS, process.env.PATH, say, words)) return false;
    const root = join(folder, 'root');
    for (const name of list(folder).filter((entry) => entry.endsWith('.deb'))) {
      const { status, stderr } = spawnSync('dpkg-deb', ['-x', join(folder, name), root], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${name} could not be unpacked: ${stderr.trim()}`);
    }
    if (!programIn(CACHE, 'nginx')) renameSync(root, CACHE);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
