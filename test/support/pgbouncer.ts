import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { executableOn, installPackages } from '../../src/embedded/apt.ts';
import { unprivileged } from '../postgres/private-server.ts';
import { until } from '../postgres/until.ts';
import { freePorts } from './portal.ts';

/** A PgBouncer of a test's own before one database, as most run it: in transaction pooling, nothing ignored. */
export class PgBouncer {
  readonly #directory: string;
  readonly #database: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(directory: string, database: string, port: number) {
    this.#directory = directory;
    this.#database = database;
    this.#port = port;
  }

  /** @param connections to the server at most */
  static async before(databaseUrl: string, { connections }: { connections: number }): Promise<PgBouncer> {
    const binary = findPgBouncer(process.env.PATH, (line) => console.log(line));
    const directory = mkdtempSync(join(tmpdir(), 'vpgb-'));
    const server = new pg.Client({ connectionString: databaseUrl });
    const [port = 0] = await freePorts(1);
    const bouncer = new PgBouncer(directory, String(server.database), port);
    writeFileSync(join(directory, 'pgbouncer.ini'), settingsOf(server, port, connections));
    const user = unprivileged();
    if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
    bouncer.#process = spawn(binary, [join(directory, 'pgbouncer.ini')], {
      ...user,
      cwd: directory,
      stdio: 'ignore',
    });
    await until(() => bouncer.#answers());
    return bouncer;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${this.#database}`;
  }

  async stop(): Promise<void> {
    if (this.#process && this.#process.exitCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 500 });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  }
}

function settingsOf({ host, port, user, database }: pg.Client, listen: number, connections: number): string {
  return `[databases]
${database} = host=${host} port=${port} user=${user} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 200
`;
}

/**
 * The path of PgBouncer: from the PATH, else Debian's, unpacked where root keeps it. Installed, it would bring a
 * service that starts at once, and a PostgreSQL's tools with it.
 * @throws Error whose message is one line that says what to install
 */
function findPgBouncer(path: string | undefined, say: (line: string) => void): string {
  const unpacked = '/var/lib/vestibule/pgbouncer';
  const places = `${path}:/usr/sbin:${unpacked}/usr/sbin`;
  const found = executableOn(places, 'pgbouncer');
  if (found) return found;
  if (installPackages(librariesOf('pgbouncer'), path, say)) {
    unpack('pgbouncer', unpacked);
    const binary = executableOn(places, 'pgbouncer');
    if (binary) return binary;
  }
  throw new Error('PgBouncer is missing: install it (Debian and Ubuntu: apt-get install pgbouncer).');
}

/** The libraries that a package needs; none of them starts anything. */
function librariesOf(name: string): string[] {
  const ask = () => spawnSync('apt-cache', ['depends', name], { encoding: 'utf8' }).stdout ?? '';
  if (!ask()) spawnSync('apt-get', ['-q', 'update']);
  const named = [...ask().matchAll(/^ +Depends: (lib\S+)$/gm)].map(([, library]) => String(library));
  return [...new Set(named)].filter((library) => library !== 'libc6');
}

function unpack(name: string, directory: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'vdeb-'));
  // apt's own user writes there.
  chmodSync(scratch, 0o777);
  mkdirSync(directory, { recursive: true });
  execFileSync('sh', ['-c', `apt-get -q download ${name} && dpkg -x ${name}_*.deb ${directory}`], {
    cwd: scratch,
    stdio: 'ignore',
  });
  rmSync(scratch, { recursive: true, force: true });
}
