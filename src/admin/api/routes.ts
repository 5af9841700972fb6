import type { Context } from '../../http/context.ts';
import { readBody } from '../../http/forms.ts';
import type { Router } from '../../http/router.ts';
import { later } from '../../later.ts';
import type { Download } from '../download.ts';
import { giveFile } from '../download.ts';
import type { Operation } from '../operation.ts';
import type { OperationRunner } from '../operation-runner.ts';
import { Problem } from '../problem.ts';
import { type Authenticated, type Bearer, challengeScope } from './bearer.ts';
import { describeApi } from './document.ts';
import type { Answer, Idempotency } from './idempotency.ts';
import type { Rate } from './rate.ts';

export interface ApiDependencies {
  readonly issuer: string;
  readonly operations: readonly Operation[];
  readonly runner: OperationRunner;
  readonly bearer: Bearer;
  readonly rate: Rate;
  readonly idempotency: Idempotency;
}

const BASE = '/admin/api';
const JSON_BODY = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** The table of operations for programs: JSON in, JSON out. */
export class Api {
  readonly #deps: ApiDependencies;
  readonly #document: () => string;

  constructor(deps: ApiDependencies) {
    this.#deps = deps;
    this.#document = later(() => JSON.stringify(describeApi(deps.operations, deps)));
  }

  mount(router: Router): void {
    router.endpoint('get', `${BASE}/openapi.json`, (ctx) => {
      ctx.type = 'application/json';
      ctx.body = this.#document();
    });
    for (const operation of this.#deps.operations) {
      const path = `${BASE}${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      router.endpoint(operation.method, path, (ctx) => this.#serve(ctx, operation, ctx.params));
    }
    router.endpoint('all', [BASE, `${BASE}/{*rest}`], (ctx) => this.#nothing(ctx));
  }

  async #serve(ctx: Context, operation: Operation, params: Record<string, string>): Promise<void> {
    await answering(ctx, async () => {
      const { bearer, rate, runner } = this.#deps;
      const who = await bearer.program(ctx);
      await rate.take(ctx, who.clientId);
      await runner.admit(operation, who.actor).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'insufficient-scope') {
          challengeScope(ctx, operation.scope);
        }
        throw error;
      });
      if (operation.file) {
        const request = { params, query: singles(ctx) };
        return giveFile(ctx, (await runner.perform(operation, who.actor, request)) as Download);
      }
      const { status, body } = await this.#perform(ctx, operation, params, who);
      ctx.status = status;
      ctx.type = status < 400 ? 'application/json' : 'application/problem+json';
      ctx.body = body;
    });
  }

  async #perform(ctx: Context, operation: Operation, params: Record<string, string>, who: Authenticated) {
    const { runner, idempotency } = this.#deps;
    const bytes = operation.method === 'post' ? await bodyOf(ctx) : Buffer.alloc(0);
    const request = { params, query: singles(ctx), body: parseJson(bytes) };
    const work = async (): Promise<Answer> => {
      try {
        return { status: 200, body: JSON.stringify(await runner.perform(operation, who.actor, request)) };
      } catch (error) {
        // A refusal is an answer too, and stays the same when the request is sent again.
        if (error instanceof Problem) return { status: error.status, body: problemBody(ctx, error) };
        throw error;
      }
    };
    const key = operation.method === 'post' ? ctx.get('Idempotency-Key') : '';
    if (key === '') return work();
    const asked = { clientId: who.clientId, key, requestId: ctx.state.requestId };
    return idempotency.once({ ...asked, request: [ctx.method, ctx.url, bytes] }, work);
  }

  async #nothing(ctx: Context): Promise<void> {
    await answering(ctx, async () => {
      const others = this.#deps.operations.filter(({ path }) => pattern(path).test(ctx.path));
      if (others.length === 0) throw new Problem('not-found', 'There is no such operation.');
      ctx.set('Allow', others.map(({ method }) => method.toUpperCase()).join(', '));
      throw new Problem('method-not-allowed');
    });
  }
}

/** A refusal is answered as a problem; a failure is left to the one error handler, which answers it so too. */
async function answering(ctx: Context, work: () => Promise<void>): Promise<void> {
  ctx.req.headers.accept = 'application/problem+json';
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ctx.state.log.info({ reason: error.code }, 'refused');
    ctx.status = error.status;
    ctx.type = 'application/problem+json';
    ctx.body = problemBody(ctx, error);
  }
}

/** RFC 9457. */
function problemBody(ctx: Context, { code, title, status, detail, faults }: Problem): string {
  return JSON.stringify({
    type: `urn:vestibule:problem:${code}`,
    title,
    status,
    code,
    instance: `urn:uuid:${ctx.state.requestId}`,
    ...(detail ? { detail } : {}),
    ...(faults.length > 0 ? { errors: faults } : {}),
  });
}

async function bodyOf(ctx: Context): Promise<Buffer> {
  const bare = ctx.get('Content-Type') === '' && /^0?$/.test(ctx.get('Content-Length'));
  if (bare && ctx.get('Transfer-Encoding') === '') return Buffer.alloc(0);
  if (!JSON_BODY.test(ctx.get('Content-Type'))) {
    // Its rest must not be taken for the connection's next request.
    ctx.set('Connection', 'close');
    throw new Problem('unsupported-media-type');
  }
  return readBody(ctx, JSON_BODY);
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('invalid-request', undefined, [{ at: 'body', detail: 'is not JSON in UTF-8' }]);
  }
}

/** Of a parameter that came twice nobody knows which is meant. */
function singles(ctx: Context): Record<string, string> {
  const twice = Object.entries(ctx.query).find(([, value]) => Array.isArray(value));
  if (twice) {
    throw new Problem('invalid-request', undefined, [{ at: `query.${twice[0]}`, detail: 'was given twice' }]);
  }
  return ctx.query as Record<string, string>;
}

function pattern(path: string): RegExp {
  return new RegExp(`^${BASE}${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}
