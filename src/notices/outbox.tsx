import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Router } from '../http/router.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { fromJson } from '../redis/record.ts';
import { type RedisStore, script } from '../redis/store.ts';
import { type Kept, OutboxPage } from './outbox-page.tsx';
import type { Message, Transport } from './transport.ts';

/** How many are kept, and how long (s). */
const MOST = 200;
const LIFE = 7 * 24 * 3600;

const KEEP = script(`
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])`);

/**
 * Takes the place of mail and SMS in the demo only: keeps the last messages, in Redis so that a restart does not
 * lose them, and shows them to anyone at `/dev/outbox`.
 */
export class Outbox implements Transport {
  readonly #redis: Pick<RedisStore, 'run' | 'command' | 'time'>;
  readonly #key: string;

  constructor(redis: Pick<RedisStore, 'run' | 'command' | 'time'>, keys: Pick<RedisKeys, 'outbox'>) {
    this.#redis = redis;
    this.#key = keys.outbox();
  }

  async send({ id, channel, to, subject, text }: Message): Promise<string> {
    const at = new Date((await this.#redis.time()) * 1000).toISOString();
    const kept: Kept = { channel, to, subject, text, at };
    await this.#redis.run(KEEP, [this.#key], [JSON.stringify(kept), MOST, LIFE]);
    return id;
  }

  close(): void {}

  /** The newest first. @throws AppError('store-away') */
  async messages(): Promise<Kept[]> {
    const kept = await this.#redis.command<string[]>('LRANGE', this.#key, 0, MOST - 1);
    return kept.map((text) => fromJson(text));
  }

  mount(router: Router, page: (ctx: Context) => PageProps): void {
    router.page('/dev/outbox', (ctx) => this.#show(ctx, page));
  }

  async #show(ctx: Context, page: (ctx: Context) => PageProps): Promise<void> {
    const messages = await this.messages();
    ctx.set('Vary', 'Accept');
    if (ctx.accepts('html', 'json') === 'json') {
      ctx.body = messages;
      return;
    }
    renderPage(ctx, <OutboxPage {...page(ctx)} messages={messages} />);
  }
}
