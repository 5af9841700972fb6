import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './dockerfile.ts';

/**
 * Runs an image's commands as a container would, as far as this machine lets us: every file system read-only and
 * no capability (root, Linux); as another user in a tree that is not its own (root elsewhere); in a tree without
 * write permission (anybody else).
 */
export class Container {
  readonly how: string;
  readonly #image: Image;
  readonly #isolated: boolean;

  constructor(image: Image) {
    this.#image = image;
    const bin = join(image.root, 'usr/local/bin');
    mkdirSync(bin, { recursive: true });
    // The base image's own; this one's may lie where an unprivileged user cannot go.
    copyFileSync(process.execPath, join(bin, 'node'), constants.COPYFILE_FICLONE);
    // mkdtemp lets nobody else in.
    chmodSync(join(image.root, '..'), 0o755);
    for (const write of ['a+rX', 'a-w']) execFileSync('chmod', ['-R', write, image.root]);
    const root = process.getuid?.() === 0;
    this.#isolated =
      root && spawnSync('unshare', ['--mount', 'mount', '-o', 'remount,bind,ro', '/']).status === 0;
    this.how = this.#isolated
      ? `as user ${image.user}, without capabilities, all file systems read-only`
      : root
        ? `as user ${image.user} in a tree that it does not own (no mount namespace here)`
        : 'as ourselves in a tree without write permission (not root here)';
  }

  get root(): string {
    return this.#image.root;
  }

  /** Starts a command in the image's working directory with its environment and what is given, nothing more. */
  start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const { root, workdir, user, environment: declared } = this.#image;
    const [uid, gid] = user.split(':').map(Number);
    const cwd = join(root, workdir);
    const env = {
      PATH: `${join(root, 'usr/local/bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: '/',
      ...declared,
      ...environment,
    };
    const options = { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
    const [command = '', ...rest] = words;
    if (this.#isolated)
      return spawn(
        'unshare',
        ['--mount', 'sh', '-ec', ISOLATE, root, cwd, String(uid), String(gid), ...words],
        options,
      );
    return spawn(command, rest, { ...options, ...(process.getuid?.() === 0 ? { uid, gid } : {}) });
  }

  /** Starts a command and waits for its end. */
  async run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child = this.start(words, environment);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output };
  }

  /** Each file with its size and time of change: equal before and after when nothing was written. */
  files(): string[] {
    return readdirSync(this.root, { recursive: true, encoding: 'utf8' })
      .map((path) => {
        const { size, mtimeMs, mode } = lstatSync(join(this.root, path));
        return `${path} ${size} ${mtimeMs} ${mode}`;
      })
      .sort();
  }
}

/** $0 the image's root, $1 its working directory, $2 and $3 user and group, then the command. */
const ISOLATE = `
for place in /tmp "$0"; do mount --bind "$place" "$place"; mount -o remount,bind,ro "$place"; done
mount -o remount,bind,ro /
cd "$1"
uid=$2 gid=$3
shift 3
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"`;
