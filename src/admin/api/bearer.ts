import { ADMIN_SCOPES, type AdminScope, currentScopes } from '../../apps/admin-scopes.ts';
import type { Context } from '../../http/context.ts';
import { originOf } from '../../http/origin.ts';
import { programActor } from '../../names.ts';
import type { Program } from '../operation.ts';
import { Problem } from '../problem.ts';

const BEARER = /^Bearer +([\w.~+/-]{1,512}=*) *$/i;

export interface BearerDependencies {
  /** The program to which a token was given, and what for; undefined for one that is unknown or too old. */
  readonly tokenOf: (value: string) => Promise<{ clientId: string; scope: string | undefined } | undefined>;
  /** A program as it is registered now; one that was removed is unknown within a second. */
  readonly programOf: (clientId: string) => Promise<{ scope: string | undefined } | undefined>;
}

export interface Authenticated {
  readonly clientId: string;
  readonly actor: Program;
}

/** Who calls the API, by a token of the client-credentials grant (RFC 6749 §4.4, RFC 6750). */
export class Bearer {
  readonly #deps: BearerDependencies;

  constructor(deps: BearerDependencies) {
    this.#deps = deps;
  }

  /** @throws Problem 'not-authenticated', with WWW-Authenticate; AppError('store-away') */
  async program(ctx: Context): Promise<Authenticated> {
    const header = ctx.get('Authorization');
    if (header === '') throw refuse(ctx, undefined);
    const value = BEARER.exec(header)?.[1];
    const token = value && (await this.#deps.tokenOf(value));
    const program = token && (await this.#deps.programOf(token.clientId));
    if (!token || !program) throw refuse(ctx, 'The token is unknown, too old or was revoked.');
    const [granted, allowed] = [currentScopes(token.scope), currentScopes(program.scope)];
    // A scope that was taken from the registration is taken from the tokens of before, too.
    const scopes = ADMIN_SCOPES.filter((scope) => granted.includes(scope) && allowed.includes(scope));
    const { clientId } = token;
    return {
      clientId,
      actor: { kind: 'program', name: programActor(clientId), scopes, origin: originOf(ctx) },
    };
  }
}

/** Says which scope was missing (RFC 6750 §3.1). */
export function challengeScope(ctx: Context, scope: AdminScope): void {
  ctx.set('WWW-Authenticate', `Bearer realm="admin", error="insufficient_scope", scope="${scope}"`);
}

function refuse(ctx: Context, description: string | undefined): Problem {
  // Without a token there is nothing to be wrong with (RFC 6750 §3.1).
  const error = description ? `, error="invalid_token", error_description="${description}"` : '';
  ctx.set('WWW-Authenticate', `Bearer realm="admin"${error}`);
  return new Problem('not-authenticated', description);
}
