/**
 * The port that orchestrators and monitoring look at: liveness, readiness, health, metrics. It shares nothing
 * with the public port, so it answers while sign-in is busy or a store is away.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import type { PublicError } from '../http/errors.ts';
import { type Explanation, Listener } from '../http/listener.ts';
import type { Log } from '../log.ts';
import { type Dependency, Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { Readiness, type ReadinessDependencies } from './readiness.ts';

export interface OperationsOptions extends Pick<ReadinessDependencies, 'storeTime'> {
  config: Config['operations'];
  connections: Config['server'];
  dependencies: readonly Dependency[];
  log: Log;
}

const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
const JSON_TYPE = 'application/json';

function send(response: ServerResponse, status: number, body: string, type = JSON_TYPE): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...HEADERS, 'Content-Type': type, 'Content-Length': length });
  response.end(body);
}

function explain({ code }: PublicError): Explanation {
  return { headers: { ...HEADERS, 'Content-Type': JSON_TYPE }, body: JSON.stringify({ status: code }) };
}

export class Operations {
  readonly metrics = new Metrics();
  readonly #config: Config['operations'];
  readonly #readiness: Readiness;
  readonly #health: Health;
  readonly #listener: Listener;

  constructor({ config, connections, dependencies, storeTime, log }: OperationsOptions) {
    this.#config = config;
    this.#readiness = new Readiness({ storeTime, log });
    this.#health = new Health(dependencies, log);
    this.metrics.gauge(
      {
        name: 'vestibule_dependency_working',
        label: 'dependency',
        help: '1 while a dependency of sign-in does its work, 0 while it does not',
      },
      () => this.#health.working,
    );
    const handler = (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((err: unknown) => {
        log.error({ err }, 'operations failed');
        if (!response.headersSent) send(response, 500, '{"status":"failed"}');
      });
    };
    this.#listener = new Listener({ settings: connections, handler, explain, log });
  }

  /** Listens; rejects when the port is taken. */
  start(): Promise<void> {
    return this.#listener.listen(this.#config.port, this.#config.host);
  }

  /** The port in use, which the settings may leave open as 0; only after start. */
  get port(): number {
    return this.#listener.port;
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
  stop(): Promise<void> {
    return this.#listener.drain(0);
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
