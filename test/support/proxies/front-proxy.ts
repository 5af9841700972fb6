import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../postgres/until.ts';
import { freePorts, stopProcess } from '../portal.ts';
import { findProxy, type ProxyKind } from './debian.ts';

export interface Backend {
  readonly port: number;
  readonly operationsPort: number;
}

const DOCS = join(import.meta.dirname, '../../../docs/deploying.md');

/** HAProxy or nginx with the lines that docs/deploying.md gives, which also strips headers that browsers add. */
export class FrontProxy {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #said = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => this.#hear(String(chunk)));
  }

  /** Before two processes of a portal. @throws Error with what it said, when it ends at once */
  static async start(kind: ProxyKind, backends: readonly Backend[], say = console.log): Promise<FrontProxy> {
    const { file, libraries } = findProxy(kind, say);
    const folder = mkdtempSync(join(tmpdir(), `vestibule-${kind}-`));
    const [port = 0] = await freePorts(1);
    const settings = join(folder, `${kind}.conf`);
    writeFileSync(settings, SETTINGS[kind](linesOfDocs(kind), folder, port, backends));
    const words = kind === 'nginx' ? ['-p', folder, '-c', settings, '-e', 'stderr'] : ['-db', '-f', settings];
    const child = spawn(file, words, {
      env: { LD_LIBRARY_PATH: libraries },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const proxy = new FrontProxy(child, folder, port);
    await proxy.#listening();
    return proxy;
  }

  /** What it wrote: its complaints. */
  get said(): string {
    return this.#said;
  }

  async stop(): Promise<void> {
    await stopProcess(this.#child);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #hear(text: string): void {
    this.#said += text;
  }

  async #listening(): Promise<void> {
    await until(async () => {
      if (this.#child.exitCode !== null) throw new Error(`the proxy ended: ${this.#said}`);
      return answers(this.port);
    });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** The lines that operators are told to write. */
function linesOfDocs(kind: ProxyKind): string {
  const lines = new RegExp(`\`\`\`${kind}\\n([^\`]*)\`\`\``).exec(readFileSync(DOCS, 'utf8'))?.[1];
  if (!lines) throw new Error(`docs/deploying.md has no lines for ${kind}`);
  return lines;
}

/** One line for another; each must be there, or what is tried is not what is told. */
function exchange(text: string, lines: readonly (readonly [RegExp, string])[]): string {
  return lines.reduce((made, [line, other]) => {
    if (!line.test(made)) throw new Error(`docs/deploying.md has no line ${line}`);
    return made.replace(line, other);
  }, text);
}

type Fill = (lines: string, folder: string, port: number, backends: readonly Backend[]) => string;

/** Headers that some proxies strip for everybody. */
const STRIPPED = ['Site', 'Mode', 'Dest', 'User'].map((name) => `Sec-Fetch-${name}`);

const nginx: Fill = (lines, folder, port, backends) => {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const http = exchange(lines, [
    [/^ *listen 443.*$/m, `    listen 127.0.0.1:${port};`],
    [/^ *ssl_certificate .*$/m, ''],
    [/^ *ssl_certificate_key .*$/m, ''],
    [/^ *server 10\.0\.0\.11:3000;$/m, `    server 127.0.0.1:${backends[0]?.port};`],
    [/^ *server 10\.0\.0\.12:3000;$/m, `    server 127.0.0.1:${backends[1]?.port};`],
    [
      /^ *proxy_set_header Connection "";$/m,
      STRIPPED.map((name) => `proxy_set_header ${name} "";`).join('\n'),
    ],
  ]).replace('proxy_http_version 1.1;', 'proxy_http_version 1.1; proxy_set_header Connection "";');
  return `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
access_log off;
${folders.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
${http}}
`;
};

const haproxy: Fill = (lines, _folder, port, backends) =>
  exchange(lines, [
    [/^ *bind :443.*$/m, `    bind 127.0.0.1:${port}\n    http-request del-header sec- -m beg`],
    ...backends.map(
      ({ port, operationsPort }, index) =>
        [
          new RegExp(`10\\.0\\.0\\.1${index + 1}:3000 check port 9090`),
          `127.0.0.1:${port} check port ${operationsPort}`,
        ] as const,
    ),
  ]);

const SETTINGS: Readonly<Record<ProxyKind, Fill>> = { nginx, haproxy };
