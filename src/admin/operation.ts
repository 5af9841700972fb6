/**
 * The security team's console and its API. This folder owns /admin and /admin/api. Everything that can be
 * done is in one table, operations/. The API, its document and the console's pages all go through it, so that what is
 * validated is what is documented, and permissions are checked in one place (operation-runner.ts).
 */
import { z } from 'zod';
import type { AdminScope } from '../apps/admin-scopes.ts';
import type { Origin } from '../http/origin.ts';
import type { GlobalRole } from '../roles.ts';
import type * as useCases from '../use-cases/actor.ts';
import { type Act, FRESH_SIGN_IN } from './fresh-sign-in.ts';

/** Who does something: a person at the console, or a program at the API. */
export type Actor = Person | Program;

/** The actor of an operation as use cases take it, whose changes are recorded as theirs. */
export type Doer = Actor & useCases.Actor;

export interface Person {
  readonly kind: 'person';
  /** A sub; what the audit log calls them. */
  readonly name: string;
  readonly roles: readonly GlobalRole[];
  /** They signed in with a second factor lately enough for acts that cannot be undone. */
  readonly fresh: boolean;
  readonly origin: Origin;
}

export interface Program {
  readonly kind: 'program';
  /** `app:CLIENT_ID`. */
  readonly name: string;
  readonly scopes: readonly AdminScope[];
  readonly origin: Origin;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** One thing that can be done: where, by whom, with what, and what comes of it. */
export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  /** Its name in the API's document. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** Under /admin/api, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** The scope that a program's token needs for it. */
  readonly scope: AdminScope;
  readonly roles: readonly GlobalRole[];
  /** A person must have signed in just now; fresh-sign-in.ts says for what. */
  readonly fresh: boolean;
  /** The media types of an answer that is a file; `answer` is then a Download. */
  readonly file?: readonly string[];
  /** Rules about two different people hang on it, so no program does it. */
  readonly peopleOnly?: boolean;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly answer: A;
  run(
    actor: Doer,
    input: { params: z.output<P>; query: z.output<Q>; body: z.output<B> },
  ): Promise<z.input<A>>;
}

/** A GET, which changes nothing, or one of the acts that fresh-sign-in.ts lists. */
type Named = { readonly method: 'get'; readonly id: string } | { readonly method: 'post'; readonly id: Act };

type Defined<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = Omit<
  Operation<P, Q, B, A>,
  'params' | 'query' | 'body' | 'method' | 'id' | 'fresh'
> &
  Named & { readonly params?: P; readonly query?: Q; readonly body?: B };

/** A row of the table; parts of the request that it does not name must be empty. */
export function operation<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(defined: Defined<P, Q, B, A>): Operation<P, Q, B, A> {
  const empty = { params: nothing, query: nothing, body: nothing };
  const fresh = defined.method === 'post' && FRESH_SIGN_IN[defined.id];
  return { ...empty, ...defined, fresh } as unknown as Operation<P, Q, B, A>;
}
