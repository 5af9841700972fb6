import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

/** Changes a request's headers in place. */
export type Treatment = (headers: IncomingHttpHeaders) => void;

/** Takes away headers whose names begin with one of these. */
export function strip(headers: IncomingHttpHeaders, ...beginnings: readonly string[]): void {
  for (const name of Object.keys(headers)) {
    if (beginnings.some((beginning) => name.startsWith(beginning))) delete headers[name];
  }
}

/** An HTTP proxy such as hospitals put between browsers and the world: it changes the headers of what it passes on. */
export class HeaderProxy {
  readonly #server: Server;
  /** Requests with a body that were passed on. */
  posts = 0;

  private constructor(treat: Treatment) {
    this.#server = createServer((incoming, response) => {
      const outgoing = this.#passOn(incoming, treat);
      outgoing.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      outgoing.on('error', () => response.destroy());
    });
  }

  static async start(treat: Treatment): Promise<HeaderProxy> {
    const proxy = new HeaderProxy(treat);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What a browser is given as its proxy. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #passOn(incoming: IncomingMessage, treat: Treatment) {
    const { hostname, port, pathname, search } = new URL(String(incoming.url));
    const headers = { ...incoming.headers };
    treat(headers);
    if (incoming.method === 'POST') this.posts += 1;
    // The portal listens on IPv4 alone, whatever localhost is taken for first.
    const host = isIP(hostname) ? hostname : '127.0.0.1';
    const to = { host, port, path: pathname + search, method: incoming.method, headers, agent: false };
    return incoming.pipe(request(to));
  }
}
