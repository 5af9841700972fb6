import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a test's own that can be filled up; only root may mount one. */
export class SmallDisk {
  readonly directory: string;

  /** @param size MB */
  constructor(size: number, owner: { uid?: number; gid?: number }) {
    this.directory = mkdtempSync(join(tmpdir(), 'vdisk-'));
    const whose = owner.uid === undefined ? '' : `,uid=${owner.uid},gid=${owner.gid},mode=0700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m${whose}`, 'tmpfs', this.directory]);
  }

  /** Whether one can be had here. */
  static get isPossible(): boolean {
    try {
      new SmallDisk(1, {}).remove();
      return true;
    } catch {
      return false;
    }
  }

  /** Not a byte is left. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (let size = 1 << 20; size > 0; ) {
        try {
          writeSync(file, Buffer.alloc(size));
        } catch {
          size >>= 1;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.directory]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #filler(): string {
    return join(this.directory, 'filler');
  }
}
