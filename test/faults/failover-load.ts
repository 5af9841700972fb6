import { setTimeout as pause } from 'node:timers/promises';
import type { Portal } from '../support/portal.ts';
import {
  type Answer,
  flow,
  introspect,
  redeem,
  refresh,
  type SendOptions,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

/** A request's answer and how long it took. */
export interface Noted {
  readonly what: string;
  readonly status: number;
  readonly ms: number;
  /** The error in a redirect to the app, if it has one. */
  readonly error: string | null;
}

/** Someone signed in to Claims, and what the app holds. */
export class Person {
  readonly visitor: Visitor;
  readonly tokens: Tokens;
  readonly uid: string;

  private constructor(visitor: Visitor, tokens: Tokens, uid: string) {
    this.visitor = visitor;
    this.tokens = tokens;
    this.uid = uid;
  }

  /** One after another, since the newest row of the ledger tells the session's uid. */
  static async signIn(portal: Portal): Promise<Person> {
    const visitor = new Visitor(portal);
    const tokens = await redeem(portal, await visitor.signIn('claims'));
    const newest = portal.db.selectFrom('sessions').select('uid').orderBy('started_at', 'desc').limit(1);
    return new Person(visitor, tokens, (await newest.executeTakeFirstOrThrow()).uid);
  }

  userinfo(options: SendOptions = {}): Promise<Answer> {
    return userinfo(this.visitor.portal, this.tokens.access_token, options);
  }

  /** Silent sign-on; the browser keeps what it had, whatever is answered. */
  silently(options: SendOptions = {}): Promise<Answer> {
    return this.visitor.clone().request(flow('claims', { prompt: 'none' }).url, options);
  }

  refresh(options: SendOptions = {}): Promise<Tokens> {
    return refresh(this.visitor.portal, 'claims', this.tokens.refresh_token, options);
  }

  async active(): Promise<boolean> {
    return (await introspect(this.visitor.portal, 'claims', this.tokens.access_token)).active;
  }

  /** Signs out, with the hint that spares the question. */
  async signOut(): Promise<Answer> {
    return this.visitor.clone().open(`/oidc/logout?id_token_hint=${this.tokens.id_token}`);
  }
}

/** A browser whose every answer is noted. */
class NotedVisitor extends Visitor {
  readonly #notes: Noted[];

  constructor(portal: Portal, notes: Noted[]) {
    super(portal);
    this.#notes = notes;
  }

  override request(path: string, options: SendOptions = {}): Promise<Answer> {
    return noting(this.#notes, path.split('?', 1)[0] ?? '', () => super.request(path, options));
  }
}

/** People and apps at work, until told to stop. */
export class Load {
  readonly notes: Noted[] = [];
  signIns = 0;
  readonly #running: Promise<void>[];
  #stopped = false;

  constructor(portal: Portal, people: readonly Person[], newcomers: number) {
    this.#running = [
      ...people.map((person) => this.#keep(() => this.#work(person))),
      ...Array.from({ length: newcomers }, () => this.#keep(() => this.#signIn(portal))),
    ];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #keep(step: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      await step();
      await pause(100);
    }
  }

  async #work(person: Person): Promise<void> {
    await noting(this.notes, 'userinfo', () => person.userinfo());
    await noting(this.notes, 'silent sign-on', () => person.silently());
  }

  async #signIn(portal: Portal): Promise<void> {
    try {
      await new NotedVisitor(portal, this.notes).signIn('claims');
      this.signIns += 1;
    } catch (error) {
      // What was answered instead is among the notes.
      if (!/^no (code|form)/.test((error as Error).message)) throw error;
    }
  }
}

async function noting(notes: Noted[], what: string, ask: () => Promise<Answer>): Promise<Answer> {
  const begin = performance.now();
  const answer = await ask();
  const location = answer.headers.get('location');
  const error = location ? new URL(location, answer.url).searchParams.get('error') : null;
  notes.push({ what, status: answer.status, ms: Math.round(performance.now() - begin), error });
  return answer;
}
