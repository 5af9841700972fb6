import twilio from 'twilio';
import { DeliveryError } from './transport.ts';

type Options = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0];
type Answer = Awaited<ReturnType<InstanceType<typeof twilio.RequestClient>['request']>>;

/** Refusals of the request as such, which the operator's settings can mend: wrong keys, a wrong sender. */
const MENDABLE: ReadonlySet<unknown> = new Set([20003, 20404, 21212, 21603, 21606, 21701, 21703]);

/**
 * Twilio's requests over our own fetch: with an end to waiting, no redirect and no proxy from the environment,
 * to another place where one is set, and with failures that say whether to try again.
 */
export class TwilioRequests extends twilio.RequestClient {
  readonly #origin: string | undefined;
  readonly #timeout: number;

  /** @param settings timeout in s */
  constructor({ api_url, timeout }: { api_url?: string | undefined; timeout: number }) {
    super();
    this.#origin = api_url?.replace(/\/+$/, '');
    this.#timeout = timeout * 1000;
  }

  /** @throws DeliveryError for every answer but a success, and for none */
  override async request<TData>(options: Options): Promise<Awaited<Answer> & { body: TData }> {
    const { status, body, retryAfter } = await this.#ask(options);
    if (status < 200 || status > 299) throw refused(status, body, retryAfter);
    return { statusCode: status, body: body as TData, headers: {} } as Answer & { body: TData };
  }

  async #ask({ method, uri, username, password, headers, data, params }: Options) {
    try {
      const answer = await fetch(this.#placed(uri, params), {
        method: method.toUpperCase(),
        headers: {
          ...(headers as Record<string, string>),
          Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        },
        ...(data ? { body: encoded(data) } : {}),
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeout),
      });
      const text = await answer.text();
      return { status: answer.status, body: parsed(text), retryAfter: answer.headers.get('Retry-After') };
    } catch (cause) {
      const slow = Object(cause).name === 'TimeoutError';
      throw new DeliveryError(slow ? 'twilio-timeout' : 'twilio-unreachable', { cause });
    }
  }

  #placed(uri: string, params: object | undefined): string {
    const { pathname, search } = new URL(uri);
    const base = this.#origin ?? new URL(uri).origin;
    return `${base}${pathname}${params ? `?${encoded(params)}` : search}`;
  }
}

function encoded(fields: object): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 429 and 5xx pass; 4xx say that this message will never be taken, wrong settings aside. */
function refused(status: number, body: unknown, after: string | null): DeliveryError {
  const { code } = Object(body) as { code?: unknown };
  const permanent = status === 400 && !MENDABLE.has(code);
  const seconds = after !== null && /^\d{1,6}$/.test(after) ? Number(after) : undefined;
  return new DeliveryError(`twilio-${typeof code === 'number' ? code : status}`, {
    permanent,
    retryAfter: seconds,
  });
}
