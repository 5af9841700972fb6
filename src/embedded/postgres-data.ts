import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot, openToOthers, sharedHome } from './owner.ts';

/** Where PostgreSQL's data lies. */
export interface DataPlace {
  /** The folder itself, free of links: what the server is started on. */
  readonly data: string;
  /** Where we are root and others cannot enter the data directory: the link there, and the folder it needs. */
  readonly link?: { readonly at: string; readonly home: string };
}

/**
 * `postgres` in the data directory; or, where root's PostgreSQL, which runs as another user, could not
 * reach that (a checkout under /root), a folder under /var/lib/vestibule with a link to it. Changes nothing.
 * @throws Error, one line, for data in the first place that cannot be reached any more
 */
export function placeData(directory: string): DataPlace {
  const plain = join(directory, 'postgres');
  const found = lstatSync(plain, { throwIfNoEntry: false });
  if (!isRoot()) return { data: plain };
  if (!found?.isSymbolicLink() && openToOthers(join(directory, '..'))) return { data: plain };
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const home = join(sharedHome(), name);
  const data = join(home, 'postgres');
  const ours = found?.isSymbolicLink() && readlinkSync(plain) === data;
  if (found && !ours) {
    throw new Error(`PostgreSQL, which does not run as root, cannot reach ${plain}: move that folder away.`);
  }
  return { data, link: { at: plain, home } };
}

/**
 * Makes the folders above the data, and the link. Data that no link leads to is an earlier life's and is
 * removed: whoever deletes the data directory means to begin anew. No server may be running on it.
 */
export function preparePlace(directory: string, place: DataPlace): void {
  if (!place.link) {
    // To be passed through, not listed; what lies in it has its own modes.
    if (isRoot()) chmodSync(directory, 0o711);
    return;
  }
  const linked = lstatSync(place.link.at, { throwIfNoEntry: false }) !== undefined;
  if (!linked) rmSync(place.link.home, { recursive: true, force: true });
  sharedHome(place.link.home);
  if (!linked) symlinkSync(place.data, place.link.at);
}
