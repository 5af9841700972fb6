import { randomBytes } from 'node:crypto';
import { until } from '../postgres/until.ts';
import type { Portal } from './portal.ts';
import { solveCheck } from './solve-check.ts';
import { type Answer, flow, pageName, type SendOptions, send, Visitor } from './visitor.ts';

export interface Typed {
  readonly userId: string;
  readonly password: string;
}

/** Of one try: of parallel ones in the same browser another may take what this one has solved. */
const MOST_CHECKS = 100;

/** A browser somewhere on the network, as the proxy in front of the service tells (or a forger claims). */
export class Guesser extends Visitor {
  /** What X-Forwarded-For says from now on. */
  address: string;

  constructor(portal: Portal, address: string) {
    super(portal);
    this.address = address;
  }

  override request(path: string, options: SendOptions = {}): Promise<Answer> {
    const headers = { ...options.headers, 'x-forwarded-for': this.address };
    return super.request(path, { ...options, headers });
  }

  /** The page that Claims sends people to. */
  begin(): Promise<Answer> {
    return this.open(flow('claims').url);
  }

  /**
   * Types both into a page of the sign-in, doing the security check as often as it is asked for before they are
   * looked at. What comes of them may be the check again, for the next try.
   */
  async type(page: Answer, typed: Typed, options: SendOptions = {}): Promise<Answer> {
    const form = pageName(page) === 'security-check' ? await this.pass(page, options) : page;
    let answer = await this.typeOnce(form, typed, options);
    for (let checks = 0; pageName(answer) === 'security-check' && !saysIncorrect(answer); checks += 1) {
      if (checks === MOST_CHECKS) throw new Error('a solved check leads to the next, for ever');
      answer = await this.typeOnce(await this.pass(answer, options), typed, options);
    }
    return answer;
  }

  /** Types both into a page and sends it, whatever comes of it. */
  typeOnce(page: Answer, { userId, password }: Typed, options: SendOptions = {}): Promise<Answer> {
    return this.submit(page, { user_id: userId, password }, options);
  }

  /** Solves the security check of this page; the sign-in page that comes after it. */
  async pass(page: Answer, options: SendOptions = {}): Promise<Answer> {
    const next = await this.submit(page, { security_check: await solveCheck(page.body) }, options);
    return pageName(next) === 'security-check' ? this.pass(next, options) : next;
  }
}

/** Whether a page says that what was typed was wrong. */
export function saysIncorrect({ body }: Answer): boolean {
  return body.includes('User ID or password is incorrect');
}

/** A password that nobody has; all of them hold the same word, for a look at the log. */
export function wrongPassword(): string {
  return `Guessed-${randomBytes(9).toString('base64url')}`;
}

/** Addresses of as many networks, all different. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.7`);
}

/** Passwords that reached the verifier so far, on all processes of a portal. */
export async function verifications({ operationsPorts }: Portal): Promise<number> {
  const counts = await Promise.all(
    operationsPorts.map(async (port) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const [, count] = /^vestibule_password_verifications_total (\d+)$/m.exec(text) ?? [];
      if (count === undefined) throw new Error('the verifications are not counted');
      return Number(count);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Lines of the log that hold one of these, once all that was asked so far has been logged. */
export async function linesWith(portal: Portal, secrets: readonly string[]): Promise<string[]> {
  for (const process of portal.ports.keys()) {
    const lines = () => portal.logs.filter((line) => line.includes('"/oidc/jwks"')).length;
    const before = lines();
    await send(portal, '/oidc/jwks', { process });
    await until(() => lines() > before);
  }
  return portal.logs.filter((line) => secrets.some((secret) => line.includes(secret)));
}

/** A page without what is random in it, what was typed, when it began, and the minute at which a lock ends. */
export function plain({ body, url }: Answer, userId: string): string {
  return body
    .replaceAll(String(url.pathname.split('/').at(-1)), 'UID')
    .replaceAll(/(name="csrf"[^>]*value=")[\w-]+/g, '$1CSRF')
    .replaceAll(`value="${userId}"`, 'value="TYPED"')
    .replaceAll(/began=[\w.-]+/g, 'began=THEN')
    .replaceAll(/<time [^>]*>[^<]*<\/time>, in about \d+ (minutes?|hours?)/g, 'THEN');
}
