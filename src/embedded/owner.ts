import { execFileSync } from 'node:child_process';
import { chmodSync, lchownSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user that a store runs as where we are root: PostgreSQL refuses to run as root. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** True where we run as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The unprivileged user for a store whose data lies, or will lie, in `directory`: whoever owns the data
 * already, else `postgres`, else `nobody`. `undefined` where we are not root and run it as ourselves.
 */
export function storeOwner(directory: string): Owner | undefined {
  if (!isRoot()) return undefined;
  const data = statSync(directory, { throwIfNoEntry: false });
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const owner = userNamed(name);
    if (owner) return owner;
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
  );
}

/** True when any user may pass through every folder above `path` and `path` itself. */
export function openToOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found && (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Makes a folder that only `owner` (or we ourselves) may enter. One that is there already is left alone. */
export function makePrivateDirectory(directory: string, owner: Owner | undefined): void {
  if (lstatSync(directory, { throwIfNoEntry: false })) return;
  mkdirSync(directory, { mode: 0o700 });
  // lchown: were the folder swapped for a link meanwhile, the link's target would stay as it is.
  if (owner) lchownSync(directory, owner.uid, owner.gid);
}

/** A folder under /var/lib/vestibule, where root keeps what other users must reach: root's, passable by all. */
export function sharedHome(folder = '/var/lib/vestibule'): string {
  mkdirSync(folder, { recursive: true });
  // Whatever the umask says.
  chmodSync(folder, 0o755);
  return folder;
}

function userNamed(name: string): Owner | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
