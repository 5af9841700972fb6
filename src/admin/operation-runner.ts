import type { z } from 'zod';
import type { AuditTrail } from '../audit/trail.ts';
import type { ReasonOf } from '../audit-events.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor, Doer, Operation } from './operation.ts';
import { Problem, type ProblemCode, toFaults } from './problem.ts';

export interface Request {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** Performs every operation of the console and the API: the one place that checks who may, and with what. */
export class OperationRunner {
  readonly #db: Database;
  readonly #trail: Pick<AuditTrail, 'append'>;

  constructor(db: Database, trail: Pick<AuditTrail, 'append'>) {
    this.#db = db;
    this.#trail = trail;
  }

  /**
   * @throws Problem when it may not, or cannot, be done; AppError('store-away')
   * @returns the answer, with the fields that the operation declares and no others
   */
  async perform<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    operation: Operation<P, Q, B, A>,
    actor: Actor,
    request: Request = {},
  ): Promise<z.output<A>> {
    await this.admit(operation, actor);
    const input = {
      params: read(operation.params, 'path', request.params),
      query: read(operation.query, 'query', request.query),
      body: read(operation.body, 'body', request.body),
    };
    try {
      return operation.answer.parse(await operation.run({ ...actor, record: this.#recorder(actor) }, input));
    } catch (error) {
      if (error instanceof Problem) await this.#note(operation, actor, error.code);
      throw error;
    }
  }

  #recorder({ name, origin }: Actor): Doer['record'] {
    return (tx, event) => this.#trail.append(tx, { actor: name, ...event }, origin);
  }

  /** @throws Problem unless the actor may do this */
  async admit(operation: Operation, actor: Actor): Promise<void> {
    const refused = refusal(operation, actor);
    if (!refused) return;
    await this.#note(operation, actor, refused);
    throw new Problem(refused);
  }

  /** Attempts at what somebody may not do are in the audit log. [ASVS 16.3.2] */
  async #note({ id }: Operation, { name: actor, origin }: Actor, refused: ProblemCode): Promise<void> {
    const reason = REASONS[refused];
    if (!reason) return;
    const event = { event: 'admin.refused', outcome: 'failure', reason, actor } as const;
    await this.#trail.append(this.#db, { ...event, after: { operation: id } }, origin);
  }
}

const REASONS: Partial<Record<ProblemCode, ReasonOf<'admin.refused'>>> = {
  'not-permitted': 'role-missing',
  'insufficient-scope': 'scope-missing',
  'person-needed': 'person-needed',
};

/** Whether a page offers an operation: whether its reader may do it, after a fresh sign-in where it needs one. */
export function may(operation: Operation, actor: Actor): boolean {
  const refused = refusal(operation, actor);
  return refused === undefined || refused === 'fresh-sign-in-needed';
}

function refusal({ roles, scope, fresh, peopleOnly }: Operation, actor: Actor): ProblemCode | undefined {
  if (actor.kind === 'program') {
    if (!actor.scopes.includes(scope)) return 'insufficient-scope';
    return peopleOnly ? 'person-needed' : undefined;
  }
  if (!roles.some((role) => actor.roles.includes(role))) return 'not-permitted';
  return fresh && !actor.fresh ? 'fresh-sign-in-needed' : undefined;
}

function read<T extends z.ZodType>(schema: T, part: string, value: unknown): z.output<T> {
  const result = schema.safeParse(value ?? {});
  if (!result.success) {
    throw new Problem('invalid-request', undefined, toFaults(part, result.error.issues));
  }
  return result.data;
}
