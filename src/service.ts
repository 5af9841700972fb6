import { type Application, createApp } from './app.ts';
import { clock } from './clock.ts';
import type { Config } from './config.ts';
import { Listener } from './http/listener.ts';
import { makeTheRest } from './later.ts';
import type { Log } from './log.ts';

/** A running Vestibule: the app behind its two ports. */
export class Service {
  readonly app: Application;
  readonly #listener: Listener;
  readonly #config: Config;
  readonly #log: Log;
  #stopped: Promise<void> | undefined;

  private constructor(app: Application, listener: Listener, config: Config, log: Log) {
    this.app = app;
    this.#listener = listener;
    this.#config = config;
    this.#log = log;
  }

  /** @throws AppError `store-away`; the system's error when a port is taken */
  static async start(config: Config, log: Log): Promise<Service> {
    const app = await createApp(config, log);
    const listener = new Listener({
      settings: config.server,
      handler: app.handler,
      explain: app.explain,
      log,
    });
    const service = new Service(app, listener, config, log);
    try {
      await app.operations.start();
      await app.startJobs();
      await listener.listen(config.port, config.host);
      app.operations.serving();
      log.info({ issuer: config.issuer, port: listener.port, operations: app.operations.port }, 'serving');
      await makeTheRest();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Readiness fails first; requests finish; then the jobs and the stores. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#log.info('draining');
    this.app.operations.drainBegins();
    await this.#listener.drain(this.#config.drain.grace);
    await this.app.close();
    await this.app.operations.stop();
    this.#log.info('stopped');
  }
}

/** ms: what comes sooner is the same request to end, once from the terminal and once passed on by npm. */
const IMPATIENCE = 500;

/** Resolves with the first SIGTERM, SIGINT or SIGHUP (the terminal was closed); another ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const hear = (signal: NodeJS.Signals) => {
      if (asked !== undefined && clock.monotonic() - asked > IMPATIENCE) process.exit(130);
      asked ??= clock.monotonic();
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, hear);
  });
}
