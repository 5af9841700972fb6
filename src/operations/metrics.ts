import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Answered } from '../http/request-log.ts';

/** Metrics of one app instance, in a registry of its own, so that several can live in one process. */
export class Metrics {
  /** Where other parts add theirs. */
  readonly registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer a request, by method, route template and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [this.registry],
    });
  }

  /** Takes one answered request; the route must be a template, since each value is a time series. */
  observe({ method, route, status, seconds }: Answered): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  /** A counter whose value another part keeps; `total` is asked at each scrape and never goes down. */
  count(name: string, help: string, total: () => number): void {
    const counter = new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(total());
      },
    });
    counter.inc(0);
  }

  /** Figures that other parts keep, one for each value of `label`; asked at each scrape. */
  gauge<Label extends string>(
    { name, help, label }: { name: string; help: string; label: Label },
    values: () => Readonly<Record<string, number>>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [value, figure] of Object.entries(values())) {
          this.labels(value).set(figure);
        }
      },
    });
  }
}
