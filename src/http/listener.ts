import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { classify } from '../errors.ts';
import type { Log } from '../log.ts';
import { drain } from './drain.ts';
import { newErrorId, type PublicError } from './errors.ts';

/** ms from a request's first byte until its headers, and all of it, must be there; an idle connection waits in neither. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

/** The answer to a request that could not be read. */
export interface Explanation {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ListenerOptions {
  readonly settings: Config['server'];
  readonly handler: RequestListener;
  readonly explain: (error: PublicError) => Explanation;
  readonly log: Log;
}

/** What Node says of a request that it cannot read; the rest are 400. */
const STATUS: ReadonlyMap<string | undefined, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

type Fault = Error & { readonly code?: string };

/**
 * A port for proxies that keep their connections. An idle one is kept longer than they keep it: if we closed first, a
 * request could be on its way into a connection that has just ended, and the proxy would answer it with 502.
 */
export class Listener {
  readonly #http: HttpServer;
  readonly #options: ListenerOptions;
  readonly #answers = new Set<ServerResponse>();
  #draining = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { keep_alive, header_size: maxHeaderSize } = options.settings;
    this.#http = createServer(
      {
        keepAliveTimeout: keep_alive * 1000,
        maxHeaderSize,
        headersTimeout: HEADERS_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
      },
      (request, response) => this.#handle(request, response),
    );
    this.#http.on('clientError', (fault: Fault, socket) => this.#refuse(fault, socket as Socket));
  }

  /** Rejects when the port is taken. */
  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /**
   * Takes no new connection; requests under way have `grace` seconds to finish. Their answers say that the connection
   * ends (RFC 9112 §9.6), so that a proxy sends nothing more on it. May be called again, and before `listen`.
   */
  async drain(grace: number): Promise<void> {
    if (!this.#http.listening) return;
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const answer of this.#answers) if (!answer.headersSent) answer.setHeader('Connection', 'close');
    this.#http.closeIdleConnections();
    const timer = clock.after(grace * 1000, () => this.#http.closeAllConnections());
    await closed;
    timer.cancel();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answers.add(response);
    response.once('close', () => {
      this.#answers.delete(response);
      // An answer whose headers were out when draining began has left an idle connection behind.
      if (this.#draining) this.#http.closeIdleConnections();
    });
    if (this.#draining) response.setHeader('Connection', 'close');
    this.#options.handler(request, response);
  }

  #refuse(fault: Fault, socket: Socket): void {
    const begun = [...this.#answers].some((answer) => answer.socket === socket && answer.headersSent);
    // One that a proxy opened ahead: it would take our words for the answer to the request that it sends next.
    const unused = socket.bytesRead === 0;
    if (!socket.writable || begun || unused) socket.destroy();
    else this.#explain(fault, socket);
  }

  #explain({ code: cause }: Fault, socket: Socket): void {
    const { explain, log } = this.#options;
    const { code, message, status } = classify({ status: STATUS.get(cause) ?? 400 });
    const errorId = newErrorId();
    log.info({ errorId, reason: code, cause, address: socket.remoteAddress }, 'refused');
    const { headers, body } = explain({ code, message, errorId, status });
    const all = { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
    socket.removeAllListeners('data');
    void drain(socket).then(() => socket.destroy());
  }
}
