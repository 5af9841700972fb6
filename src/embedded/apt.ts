import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isRoot } from './owner.ts';

/** The executable called `name` in a PATH; `undefined` when there is none. */
export function executableOn(path: string | undefined, name: string): string | undefined {
  return (path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** True for a file that we may run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Installs Debian packages where that may be done unasked: as root, on Debian or Ubuntu, with apt-get on
 * the PATH. Says so in one line first.
 * @param more further words for `apt-get install`
 * @returns false where it may not be done
 * @throws Error, one line, when apt-get fails
 */
export function installPackages(
  packages: readonly string[],
  path: string | undefined,
  say: (line: string) => void,
  more: readonly string[] = [],
): boolean {
  const apt = executableOn(path, 'apt-get');
  if (!apt || !isRoot() || !isDebian()) return false;
  say(`Installing ${packages.join(' ')} with apt-get; this happens once.`);
  const install = () =>
    runApt(apt, path, [
      'install',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...more,
      ...packages,
    ]);
  let result = install();
  if (result.status !== 0) {
    runApt(apt, path, ['update', '-o', 'DPkg::Lock::Timeout=120']);
    result = install();
  }
  if (result.status === 0) return true;
  const reason = result.stderr.trim().split('\n').at(-1) ?? '';
  throw new Error(`apt-get install ${packages.join(' ')} failed: ${reason}`);
}

function runApt(apt: string, path: string | undefined, words: string[]): SpawnSyncReturns<string> {
  return spawnSync(apt, ['-q', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    // dpkg refuses to work without the sbin folders, which a short PATH may lack.
    env: { PATH: `${path}:/usr/sbin:/usr/bin:/sbin:/bin`, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
