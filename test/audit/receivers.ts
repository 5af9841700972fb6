import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../support/mail-server.ts';

export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A webhook receiver that keeps what it is sent. */
export class WebhookReceiver {
  readonly posted: Posted[] = [];
  /** What it answers. */
  status = 204;
  /** Called before it answers. */
  before: () => Promise<void> = async () => undefined;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      this.posted.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      await this.before();
      response.writeHead(this.status).end();
    });
  });

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/siem`;
  }

  /** The ids of the rows of each post that was taken. */
  get ids(): string[] {
    return this.posted.flatMap(({ body }) =>
      body
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A syslog receiver over TCP or TLS that reads messages counted in octets. */
export class SyslogReceiver {
  readonly messages: string[] = [];
  connections = 0;
  /** Breaks each connection at its first data. */
  dies = false;
  readonly #server: Server;

  constructor(certificate?: Certificate) {
    const hear = (socket: Socket) => this.#hear(socket);
    this.#server = certificate ? createTlsServer(certificate, hear) : createTcpServer(hear);
    // What its clients do to it is not what is tested.
    this.#server.on('tlsClientError', () => undefined);
  }

  async open(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  #hear(socket: Socket): void {
    this.connections += 1;
    let held: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (this.dies) {
        socket.resetAndDestroy();
        return;
      }
      held = this.#take(Buffer.concat([held, chunk]));
    });
  }

  /** Takes whole frames off the front. */
  #take(bytes: Buffer): Buffer {
    let rest = bytes;
    for (;;) {
      const space = rest.indexOf(' ');
      if (space < 0) return rest;
      const length = Number(rest.subarray(0, space).toString());
      if (rest.length < space + 1 + length) return rest;
      this.messages.push(rest.subarray(space + 1, space + 1 + length).toString());
      rest = rest.subarray(space + 1 + length);
    }
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
