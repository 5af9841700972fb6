import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Team } from '../admin/team.ts';
import { until } from '../postgres/until.ts';
import type { Somebody } from '../support/enrolled.ts';
import { CROWD } from '../support/portal.ts';
import type { ProxyKind } from '../support/proxies/debian.ts';
import { FrontProxy } from '../support/proxies/front-proxy.ts';
import { type Answer, codeOf, flow, pageName, Visitor } from '../support/visitor.ts';

const CONNECTIONS = 50;
const REQUESTS = 500;
/** Between two requests of a connection, ms: what people take to read and type, and about what Node keeps one for. */
const [SHORTEST, LONGEST] = [4000, 7000];
const PASSWORD = 'seven quiet herons wade';

let team: Team;
let mailbox: Mailbox;
beforeAll(async () => {
  const settings = {
    ...CROWD,
    'notices.transport': 'outbox',
    'recovery.requests_per_address': '100000',
    trusted_proxies: '1',
  };
  team = await Team.open({ issuer: 'loopback', processes: 2, settings });
  mailbox = new Mailbox(team.portal.issuer);
});
afterAll(() => team?.close());

test('500 requests over 50 idle connections through nginx and HAProxy: no 502, no 403', async () => {
  const counts = await Promise.all((['nginx', 'haproxy'] as const).map(crowd));
  for (const { kind, statuses, said } of counts) {
    const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const told = [...statuses].map(([status, count]) => `${count} times ${status}`).join(', ');
    process.stdout.write(`${kind}: ${total} requests, ${told}\n`);
    expect({ kind, said, statuses: [...statuses.keys()].sort() }).toEqual({
      kind,
      said,
      statuses: [200, 303],
    });
    expect(total).toBeGreaterThanOrEqual(REQUESTS);
  }
}, 300_000);

/** Everybody at once through one proxy; how often each status came. */
async function crowd(kind: ProxyKind) {
  const { portal } = team;
  const backends = portal.ports.map((port, index) => ({
    port,
    operationsPort: portal.operationsPorts[index] ?? 0,
  }));
  const proxy = await FrontProxy.start(kind, backends);
  const statuses = new Map<number, number>();
  const people = Array.from(
    { length: CONNECTIONS },
    (_, index) => new Passenger(team, proxy, index, statuses),
  );
  try {
    await Promise.all(people.map((person) => person.travel()));
    return { kind, statuses, said: proxy.said };
  } finally {
    for (const person of people) person.leave();
    await proxy.stop();
  }
}

/** A browser on one connection of its own to a proxy, which stands idle between two of its requests. */
class Passenger extends Visitor {
  readonly #team: Team;
  readonly #index: number;
  readonly #statuses: Map<number, number>;
  readonly #agent: Agent;
  #requests = 0;

  constructor(team: Team, proxy: FrontProxy, index: number, statuses: Map<number, number>) {
    super({ ...team.portal, ports: [proxy.port] });
    this.#team = team;
    this.#index = index;
    this.#statuses = statuses;
    // Each from an address of its own, as people have.
    const localAddress = `127.0.1.${index + 1}`;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress });
  }

  override async request(...[path, options]: Parameters<Visitor['request']>): Promise<Answer> {
    if (this.#requests > 0) await pause(SHORTEST + Math.random() * (LONGEST - SHORTEST));
    this.#requests += 1;
    const answer = await super.request(path, { ...options, agent: this.#agent });
    // What leads to an app is no answer to fear.
    this.#statuses.set(answer.status, (this.#statuses.get(answer.status) ?? 0) + 1);
    return answer;
  }

  /** One of three ways, again from its beginning until its part of the requests is made. */
  async travel(): Promise<void> {
    const ways = [this.#signIn, this.#reset, this.#console];
    while (this.#requests < REQUESTS / CONNECTIONS) {
      this.forget();
      await ways[this.#index % ways.length]?.call(this);
    }
  }

  leave(): void {
    this.#agent.destroy();
  }

  async #signIn(): Promise<void> {
    const somebody = await this.#team.people.plain();
    const page = await this.open(flow('claims').url);
    codeOf(await this.submit(page, { user_id: somebody.userId, password: somebody.password }));
  }

  async #reset(): Promise<void> {
    const somebody = await this.#team.people.plain();
    const address = `${somebody.userId}@clinic.example`;
    await this.#team.portal.db
      .updateTable('accounts')
      .where('sub', '=', somebody.sub)
      .set({ email: address, email_verified: true })
      .execute();
    const asked = await this.open('/recover/password');
    const page = await this.submit(asked, { user_id: somebody.userId, channel: 'email' });
    const proved = await this.submit(page, { code: await mailbox.codeFor(address) });
    const done = await this.submit(proved, { password: PASSWORD });
    expect(done.url.pathname).toBe('/recover/password/done');
  }

  async #console(): Promise<void> {
    const operator: Somebody = await this.#team.member('operator');
    const page = await this.#team.open(this, operator, '/admin/practices');
    const taxId = String(100_000_000 + Math.floor(Math.random() * 800_000_000));
    const form = { ...page, body: page.body.slice(page.body.indexOf('id="new-practice"')) };
    const made = await this.submit(form, { name: 'Lakeview Clinic', tax_id: taxId, npis: '1234567893' });
    expect(pageName(made)).toBe('admin-practice');
  }
}

/** The codes of the demo's outbox, read past the proxies by one for all. */
class Mailbox {
  readonly #issuer: string;
  readonly #codes = new Map<string, string>();
  #reading: Promise<void> | undefined;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  async codeFor(address: string): Promise<string> {
    await until(async () => {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
      return this.#codes.has(address);
    }, 60_000);
    return String(this.#codes.get(address));
  }

  async #read(): Promise<void> {
    const kept = await fetch(`${this.#issuer}/dev/outbox`, { headers: { accept: 'application/json' } });
    for (const { to, text } of (await kept.json()) as { to: string; text: string }[]) {
      const [code] = /\b\d{6}\b/.exec(text) ?? [];
      if (code) this.#codes.set(to, code);
    }
    await pause(250);
  }
}
