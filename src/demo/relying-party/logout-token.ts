import type { IncomingMessage } from 'node:http';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import getRawBody from 'raw-body';
import { ShortMemory } from './short-memory.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const MAXIMUM_AGE = 300; // s
const CLOCK_SKEW = 10; // s

/** What a logout token ends: one session (sid), or every session of a person (sub), or their intersection. */
export interface LogoutNotice {
  readonly sid: string | undefined;
  readonly sub: string | undefined;
}

/** The token is no good, and sending it again would not help. The message may be told to the sender. */
export class LogoutTokenError extends Error {
  override readonly name = 'LogoutTokenError';
}

const LARGEST_FORM = 64 * 1024; // bytes

/** The logout token of a posted form. @throws LogoutTokenError */
export async function readLogoutToken(request: IncomingMessage): Promise<string> {
  const body = await getRawBody(request, { limit: LARGEST_FORM, encoding: 'utf-8' }).catch((cause) => {
    throw new LogoutTokenError('the form is too large, or broke off', { cause });
  });
  return new URLSearchParams(body).get('logout_token') ?? '';
}

export interface LogoutTokenSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly jwksUri: string;
  /** Signature algorithms of the issuer's ID tokens. */
  readonly algorithms: readonly string[];
}

/** Validates logout tokens. [OpenID Connect Back-Channel Logout 1.0 §2.6] */
export class LogoutTokens {
  readonly #settings: LogoutTokenSettings;
  readonly #keys: JWTVerifyGetKey;
  readonly #seen = new ShortMemory<true>(MAXIMUM_AGE + 2 * CLOCK_SKEW);

  constructor(settings: LogoutTokenSettings) {
    this.#settings = settings;
    this.#keys = createRemoteJWKSet(new URL(settings.jwksUri));
  }

  /**
   * @throws LogoutTokenError for a bad token; whatever fetching the issuer's keys throws when that fails, for
   * then the same token may be good in a minute
   */
  async verify(token: string): Promise<LogoutNotice> {
    const { jti, sid, sub, events, nonce } = await this.#claims(token);
    if (!isObject(events) || !isObject(events[EVENT])) throw new LogoutTokenError('events names no logout');
    // An ID token has a nonce: one that leaked must not serve as a logout token.
    if (nonce !== undefined) throw new LogoutTokenError('nonce is not allowed');
    if (sid !== undefined && typeof sid !== 'string') throw new LogoutTokenError('sid is not a string');
    if (sid === undefined && sub === undefined) throw new LogoutTokenError('neither sid nor sub');
    if (typeof jti !== 'string' || this.#seen.get(jti)) throw new LogoutTokenError('jti was seen before');
    this.#seen.set(jti, true);
    return { sid, sub };
  }

  async #claims(token: string): Promise<JWTPayload> {
    const { issuer, clientId, algorithms } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience: clientId,
        typ: 'logout+jwt',
        // Public-key algorithms alone: the client secret must not be able to forge one, nor `none`.
        algorithms: algorithms.filter((name) => /^(ES|RS|PS|Ed)/.test(name)),
        requiredClaims: ['iat', 'exp', 'jti', 'events'],
        maxTokenAge: MAXIMUM_AGE,
        clockTolerance: CLOCK_SKEW,
      });
      return payload;
    } catch (cause) {
      if (isTransient(cause)) throw cause;
      throw new LogoutTokenError(cause instanceof Error ? cause.message : 'invalid', { cause });
    }
  }
}

/** The keys could not be fetched; that says nothing about the token. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
