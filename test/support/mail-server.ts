import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as the server took it. */
export interface ReceivedMail {
  readonly from: string;
  /** The envelope's recipients, which alone decide who gets it. */
  readonly to: readonly string[];
  readonly messageId: string;
  readonly subject: string;
  /** The part in plain text. */
  readonly text: string;
  /** All of it, as it came over the wire. */
  readonly source: string;
  readonly secure: boolean;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for localhost and 127.0.0.1. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-cert-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
}

/** A real SMTP server that keeps what it is given. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** What it answers to each recipient, such as 550 or 451; undefined to take it. */
  refuses: number | undefined;
  /** Lets nobody come so far as to name a recipient. */
  silent = false;
  /** Takes a message, but never says so. */
  hangs = false;
  readonly #options: SMTPServerOptions;
  #server: SMTPServer | undefined;
  #port = 0;

  /** @param options smtp-server's own: `secure`, `key`, `cert`, … */
  constructor(options: SMTPServerOptions = {}) {
    // For STARTTLS; the library's own certificate is everybody's.
    this.#options = options.key ? options : { ...selfSigned(), ...options };
  }

  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await server.open();
    return server;
  }

  get url(): string {
    return `${this.#options.secure ? 'smtps' : 'smtp'}://localhost:${this.#port}`;
  }

  /** Listens, on the port it had before where it had one. */
  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      onRcptTo: (_address, _session, done) => {
        if (!this.silent) done(this.#refusal());
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom ? mailFrom.address : '';
          const to = rcptTo.map(({ address }) => address);
          this.received.push(read(Buffer.concat(chunks).toString('utf8'), from, to, session.secure === true));
          if (!this.hangs) done();
        });
      },
      ...this.#options,
    });
    // What its clients do to it is not what is tested.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Stops listening and breaks what is open: the server is down. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(resolve));
  }

  /** Takes mail again and remembers none, whatever a test did to it. */
  async renew(): Promise<void> {
    this.received.length = 0;
    this.refuses = undefined;
    this.silent = false;
    this.hangs = false;
    if (!this.#server) await this.open();
  }

  /** Those that came to an address. */
  to(address: string): ReceivedMail[] {
    return this.received.filter((mail) => mail.to.includes(address));
  }

  #refusal(): Error | null {
    if (this.refuses === undefined) return null;
    return Object.assign(new Error('refused by the test'), { responseCode: this.refuses });
  }
}

function read(source: string, from: string, to: string[], secure: boolean): ReceivedMail {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--\S{20}/i.exec(source);
  const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(part?.[0] ?? '')?.[1] ?? '';
  const text = decode(part?.[1] ?? '', encoding.toLowerCase());
  return {
    from,
    to,
    messageId: header('Message-ID'),
    subject: words(header('Subject')),
    text,
    source,
    secure,
  };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body.replaceAll('\r\n', '\n');
  const joined = body.replace(/=\r\n/g, '').replaceAll('\r\n', '\n');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** RFC 2047. */
function words(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?(.*?)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decode(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}
