import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rounds } from '../races/rounds.ts';
import { type Answer, Visitor } from '../support/visitor.ts';
import {
  addReached,
  ask,
  codeIn,
  enrol,
  freshCode,
  linkIn,
  nextMail,
  type Reachable,
  type Reached,
  startReachable,
} from './recovering.ts';

// Every order of steps, skipped, repeated, and swapped between two accounts and two browsers. One account has a
// second factor. Only code (or link), then factor, then a good password change a password, and only that
// account's; nobody is ever signed in.

const RUNS = rounds(300, 12, 3);

let reachable: Reachable;
beforeAll(async () => {
  const settings = { 'lockout.failures': '100', 'lockout.security_check_after': '100' };
  reachable = await startReachable({ processes: 2, settings });
});
afterAll(() => reachable.stop());

/** What an honest book-keeper would say of a browser. */
interface Book {
  /** Whom its reset is of, and which one, counted over both browsers. */
  of?: { who: number; began: number };
  proved: boolean;
  factor: boolean;
}

interface Sent {
  readonly code: string;
  readonly link: string;
}

class World {
  readonly people: Reached[] = [];
  readonly browsers = [new Visitor(reachable.portal), new Visitor(reachable.portal)];
  readonly books: Book[] = [
    { proved: false, factor: false },
    { proved: false, factor: false },
  ];
  /** By person: the mails, the oldest first. */
  readonly mails: Sent[][] = [[], []];
  /** By person: which mail a reset is waiting for. */
  readonly codes: (Sent | undefined)[] = [undefined, undefined];
  readonly changed = [-1, -1];
  secret = '';
  clock = 0;

  async open(): Promise<void> {
    this.people.push(await addReached(reachable), await addReached(reachable));
    this.secret = await enrol(reachable.portal, (this.people[0] as Reached).sub);
  }

  book(browser: number): Book {
    return this.books[browser] as Book;
  }

  async ask(browser: number, who: number): Promise<void> {
    const { userId, email } = this.people[who] as Reached;
    const mails = this.mails[who] as Sent[];
    const visitor = this.browsers[browser] as Visitor;
    const page = await this.page(browser);
    await visitor.submit(page, { choice: 'start-over' });
    await ask(visitor, userId);
    const { text } = await nextMail(reachable, email, mails.length + this.#alarms(who));
    const sent = { code: codeIn(text), link: linkIn(text) };
    mails.push(sent);
    this.clock += 1;
    this.codes[browser] = sent;
    this.books[browser] = { of: { who, began: this.clock }, proved: false, factor: false };
    this.began.set(sent, this.clock);
  }

  readonly began = new Map<Sent, number>();

  /** Mails that tell of a change: those without a number get them by mail; these have one. */
  #alarms(_who: number): number {
    return 0;
  }

  page(browser: number): Promise<Answer> {
    return (this.browsers[browser] as Visitor).open('/recover/password');
  }

  /** Posts whatever the page may ask for at the moment. */
  async post(browser: number, fields: Record<string, string>): Promise<void> {
    const visitor = this.browsers[browser] as Visitor;
    // Any page of ours has a form with this browser's token.
    const form = await visitor.open('/recover/user-id');
    const csrf = String(/name="csrf" value="([^"]*)"/.exec(form.body)?.[1]);
    await visitor.open('/recover/password', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ ...fields, csrf }).toString(),
    });
  }

  async code(browser: number, from: number): Promise<void> {
    const sent = this.codes[from];
    await this.post(browser, { code: sent?.code ?? '000000' });
    const book = this.book(browser);
    if (book.of && sent && this.codes[browser]?.code === sent.code) book.proved = true;
  }

  async link(browser: number, who: number): Promise<void> {
    const sent = this.mails[who]?.at(-1);
    if (!sent) return;
    await (this.browsers[browser] as Visitor).open(sent.link);
    const began = Number(this.began.get(sent));
    this.codes[browser] = undefined;
    this.books[browser] = { of: { who, began }, proved: true, factor: false };
  }

  async factor(browser: number, right: boolean): Promise<void> {
    const { sub } = this.people[0] as Reached;
    const code = await freshCode(reachable.portal, sub, this.secret);
    const other = code === '000000' ? '000001' : '000000';
    await this.post(browser, { second_factor: right ? code : other, with: 'app' });
    const book = this.book(browser);
    if (right && book.proved && this.#stands(book) && book.of?.who === 0) book.factor = true;
  }

  async password(browser: number, good: boolean): Promise<void> {
    const book = this.book(browser);
    const before = await this.hashes();
    await this.post(browser, { password: good ? `seven quiet herons wade ${this.clock}` : 'password1234' });
    const after = await this.hashes();
    const may = good && book.proved && this.#stands(book) && (book.of?.who === 1 || book.factor);
    const expected = [0, 1].filter((who) => may && book.of?.who === who);
    expect([0, 1].filter((who) => before[who] !== after[who])).toEqual(expected);
    for (const who of expected) this.changed[who] = this.clock;
  }

  /** No reset of the same account was finished since it began. */
  #stands({ of }: Book): boolean {
    return of !== undefined && of.began > (this.changed[of.who] as number);
  }

  async hashes(): Promise<(string | null | undefined)[]> {
    const rows = await reachable.portal.db
      .selectFrom('accounts')
      .select(['sub', 'password_hash'])
      .where(
        'sub',
        'in',
        this.people.map(({ sub }) => sub),
      )
      .execute();
    return this.people.map(({ sub }) => rows.find((row) => row.sub === sub)?.password_hash);
  }

  async check(): Promise<void> {
    for (const browser of this.browsers) expect(browser.cookie('session')).toBeUndefined();
    const subs = this.people.map(({ sub }) => sub);
    const sessions = reachable.portal.db.selectFrom('sessions').select('uid').where('account', 'in', subs);
    expect(await sessions.execute()).toEqual([]);
    const factors = reachable.portal.db
      .selectFrom('authenticators')
      .select('id')
      .where('account', 'in', subs);
    expect(await factors.execute()).toHaveLength(1);
  }
}

const browser = fc.nat({ max: 1 });
const act = fc.oneof(
  fc.record({ does: fc.constant('ask' as const), browser, what: fc.nat({ max: 1 }) }),
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('code' as const), browser, what: fc.nat({ max: 1 }) }),
  },
  fc.record({ does: fc.constant('link' as const), browser, what: fc.nat({ max: 1 }) }),
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('factor' as const), browser, what: fc.nat({ max: 1 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('password' as const), browser, what: fc.nat({ max: 1 }) }),
  },
);

test(
  'no order of steps changes a password without code, factor and policy, and none signs in',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 12 }), async (acts) => {
        const world = new World();
        await world.open();
        await world.ask(0, 0);
        for (const { does, browser: which, what } of acts) {
          if (does === 'ask') await world.ask(which, what);
          else if (does === 'code') await world.code(which, what);
          else if (does === 'link') await world.link(which, what);
          else if (does === 'factor') await world.factor(which, what > 0);
          else await world.password(which, what > 0);
        }
        await world.check();
      }),
      { numRuns: RUNS },
    );
  },
  RUNS * 60_000,
);
