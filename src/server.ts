import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clock } from './clock.ts';

/** The public port: listens, and drains without breaking a request. */
export class Server {
  readonly #http: HttpServer;
  #draining = false;

  constructor(handler: RequestListener) {
    this.#http = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      // A kept-alive connection would go on bringing requests to a process that is about to end.
      if (this.#draining) response.setHeader('Connection', 'close');
      handler(request, response);
    });
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

  /** Takes no new connection; requests under way have `grace` seconds to finish. */
  async drain(grace: number): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    const timer = clock.after(grace * 1000, () => this.#http.closeAllConnections());
    await closed;
    timer.cancel();
  }
}
