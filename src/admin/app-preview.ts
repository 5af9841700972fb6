import { createHash, randomBytes } from 'node:crypto';
import type { RedisKeys } from '../redis/keys.ts';
import { RedisRecord } from '../redis/record.ts';
import type { RedisStore } from '../redis/store.ts';

/** The prefix to an app's client_id that makes the client under which its sign-in is tried out. */
const TRIAL = 'vestibule-try.';
const BACK = '/admin/apps/tried';
/** s from the start of a preview to its end. */
const LIFE = 900;

/** The app whose sign-in a client tries out; undefined for a client that is none of these. */
export function triedApp(clientId: string): string | undefined {
  return clientId.startsWith(TRIAL) ? clientId.slice(TRIAL.length) : undefined;
}

/**
 * An app as a preview of it signs in: with all that it demands, and with a way back to the console alone. Whoever
 * starts one elsewhere comes to a page that does nothing with the code.
 */
export function previewMetadata(app: object, clientId: string, issuer: string) {
  return {
    ...Object.fromEntries(Object.entries(app).filter(([name]) => !OWN.has(name))),
    client_id: `${TRIAL}${clientId}`,
    redirect_uris: [`${issuer}${BACK}`],
    post_logout_redirect_uris: [],
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    pkce: 'required',
    first_party: true,
    previous_secret: undefined,
    way_in: `${issuer}/admin/apps`,
  };
}

/** What the app proves itself with and is told by: a preview speaks for nobody but the console. */
const OWN: ReadonlySet<string> = new Set([
  ...['client_secret', 'jwks', 'jwks_uri', 'token_endpoint_auth_signing_alg', 'backchannel_logout_uri'],
  'require_pushed_authorization_requests',
]);

interface AppPreview {
  readonly verifier: string;
  readonly clientId: string;
  /** Who tries. */
  readonly by: string;
}

export interface AppPreviewsDependencies {
  readonly issuer: string;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Redeems a code at the token endpoint of this very service. */
  readonly redeem: (fields: Readonly<Record<string, string>>) => Promise<Record<string, unknown>>;
}

/** Real sign-ins to an app, up to its ID token, whose claims the operator then sees in the app's place. */
export class AppPreviews {
  readonly #deps: AppPreviewsDependencies;
  readonly #previews: RedisRecord<AppPreview>;

  constructor(deps: AppPreviewsDependencies) {
    this.#deps = deps;
    this.#previews = new RedisRecord(deps.redis, { key: (id) => deps.keys.preview(id), life: LIFE });
  }

  /** Where a preview begins. */
  async begin(clientId: string, scope: string, by: string): Promise<string> {
    const { issuer } = this.#deps;
    const [state, verifier] = [newToken(), newToken()];
    await this.#previews.put(hash(state), { verifier, clientId, by });
    const request = {
      client_id: `${TRIAL}${clientId}`,
      response_type: 'code',
      scope,
      state,
      redirect_uri: `${issuer}${BACK}`,
      code_challenge: hash(verifier),
      code_challenge_method: 'S256',
    };
    return `/oidc/authorize?${new URLSearchParams(request)}`;
  }

  /** The claims of the ID token, once; undefined where nobody of this name began it, or the code is not good. */
  async end(
    { state = '', code = '' }: Readonly<Record<string, string>>,
    by: string,
  ): Promise<{ clientId: string; claims: Record<string, unknown> | undefined } | undefined> {
    const { issuer, redeem } = this.#deps;
    const preview = (await this.#previews.read(hash(state)))?.value;
    // Somebody else's code must not be shown as this operator's own sign-in.
    if (preview?.by !== by) return undefined;
    await this.#previews.forget(hash(state));
    const { clientId, verifier } = preview;
    if (code === '') return { clientId, claims: undefined };
    const tokens = await redeem({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      client_id: `${TRIAL}${clientId}`,
      redirect_uri: `${issuer}${BACK}`,
    });
    return { clientId, claims: payloadOf(tokens.id_token) };
  }
}

/** Straight from our own token endpoint: nobody could have put another in its place. */
function payloadOf(token: unknown): Record<string, unknown> | undefined {
  if (typeof token !== 'string') return undefined;
  return JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString());
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
