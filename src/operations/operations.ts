/**
 * The port that orchestrators and monitoring look at: liveness, readiness, health, metrics. It shares nothing
 * with the public port, so it answers while sign-in is busy or a store is away.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { type Dependency, Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { Readiness, type ReadinessParts } from './readiness.ts';

export interface OperationsOptions extends Pick<ReadinessParts, 'storeTime'> {
  config: Config['operations'];
  dependencies: readonly Dependency[];
  log: Log;
}

function send(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

export class Operations {
  readonly metrics = new Metrics();
  readonly #config: Config['operations'];
  readonly #readiness: Readiness;
  readonly #health: Health;
  readonly #server: Server;

  constructor({ config, dependencies, storeTime, log }: OperationsOptions) {
    this.#config = config;
    this.#readiness = new Readiness({ storeTime, log });
    this.#health = new Health(dependencies, log);
    this.metrics.gauge(
      {
        ...{ name: 'vestibule_dependency_working', label: 'dependency' },
        help: '1 while a dependency of sign-in does its work, 0 while it does not',
      },
      () => this.#health.working,
    );
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((err: unknown) => {
        log.error({ err }, 'operations failed');
        if (!response.headersSent) send(response, 500, '{"status":"failed"}');
      });
    });
  }

  /** Listens; rejects when the port is taken. */
  start(): Promise<void> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** The port in use, which the settings may leave open as 0; only after start. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The public port listens: from now on /ready answers 200. */
  serving(): void {
    this.#readiness.serving();
  }

  /** From now on /ready answers 503, so that no new requests are sent here; /live goes on. */
  drainBegins(): void {
    this.#readiness.draining();
  }

  /** Looks at the clocks and the stores, whether or not anybody asks: what is found is logged. Never throws. */
  async look(): Promise<void> {
    await Promise.all([this.#readiness.look(), this.#health.report()]);
  }

  /** Closes the port and its connections; safe to call twice or before start. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      send(response, 405, '{"status":"method not allowed"}');
      return;
    }
    const path = request.url?.split('?', 1)[0];
    if (path === '/live') send(response, 200, '{"status":"live"}');
    else if (path === '/ready') {
      const result = this.#readiness.report();
      send(response, result.status === 'ready' ? 200 : 503, JSON.stringify(result));
    } else if (path === '/health') {
      const result = await this.#health.report();
      send(response, result.status === 'working' ? 200 : 503, JSON.stringify(result));
    } else if (path === '/metrics') {
      const { registry } = this.metrics;
      send(response, 200, await registry.metrics(), registry.contentType);
    } else send(response, 404, '{"status":"not found"}');
  }
}
