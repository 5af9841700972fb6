import { createHmac } from 'node:crypto';
import { clock } from '../../clock.ts';
import type { AuditRecord } from '../record.ts';
import { rowLine } from '../record.ts';
import { type Sink, SinkError } from './sink.ts';

export interface WebhookSettings {
  readonly url: string;
  /** whsec_ and base64; several, comma separated, while one is exchanged for another. */
  readonly secret: string;
  /** The Authorization header, where the receiver wants one. */
  readonly authorization?: string | undefined;
}

type Post = (
  url: string,
  request: { headers: Record<string, string>; body: string },
) => Promise<{ readonly status: number }>;

/** Rows as JSON lines, posted and signed as Standard Webhooks has it (https://www.standardwebhooks.com). */
export class WebhookSink implements Sink {
  readonly name = 'webhook';
  readonly #settings: WebhookSettings;
  readonly #post: Post;

  /** @param post by the rules of http/egress.ts */
  constructor(settings: WebhookSettings, post: Post) {
    this.#settings = settings;
    this.#post = post;
  }

  async send(rows: readonly AuditRecord[]): Promise<void> {
    const { url, secret, authorization } = this.#settings;
    const body = rows.map((row) => `${rowLine(row)}\n`).join('');
    // The same rows have the same id, however often they are sent.
    const id = `audit-${rows[0]?.position}-${rows.at(-1)?.position}`;
    const timestamp = String(Math.floor(clock.now() / 1000));
    const { status } = await this.#post(url, {
      headers: {
        'content-type': 'application/x-ndjson',
        'user-agent': 'Vestibule',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures(secret, `${id}.${timestamp}.${body}`),
        ...(authorization === undefined ? {} : { authorization }),
      },
      body,
    });
    if (status < 200 || status > 299) throw new SinkError(`answered ${status}`);
  }
}

/** One signature a secret, so that the receiver can change over when it likes. */
function signatures(secrets: string, content: string): string {
  return secrets
    .split(',')
    .map((secret) => Buffer.from(secret.trim().replace(/^whsec_/, ''), 'base64'))
    .map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    .join(' ');
}
