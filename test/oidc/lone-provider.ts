import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Context } from 'koa';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { type SessionIdentity, VestibuleProvider } from '../../src/oidc/internals.ts';

export interface LoneOptions {
  readonly identity?: SessionIdentity;
  readonly once?: (id: string, seconds: number) => Promise<boolean>;
}

const COOKIE_KEY = randomBytes(32).toString('hex');

/** The patched provider by itself, its records in a map: for what an upgrade of the library could break. */
export function createLoneProvider({ identity, once }: LoneOptions = {}): VestibuleProvider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const records = new Map<string, AdapterPayload>();
  const adapter = (model: string): Adapter => ({
    upsert: async (id, payload) => void records.set(`${model} ${id}`, structuredClone(payload)),
    find: async (id) => records.get(`${model} ${id}`),
    findByUid: async (uid) => [...records.values()].find((record) => record.uid === uid),
    findByUserCode: async () => undefined,
    consume: async () => undefined,
    destroy: async (id) => void records.delete(`${model} ${id}`),
    revokeByGrantId: async () => undefined,
  });
  return new VestibuleProvider(
    'http://signin.test',
    {
      adapter,
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] } as never,
      ttl: { Grant: 60 },
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      cookies: { keys: [COOKIE_KEY], long: { signed: true }, short: { signed: true } },
      features: { devInteractions: { enabled: false } },
    },
    {
      formPost: () => {},
      judgeSecret: async (_ctx, _clientId, right) => right,
      admitPush: async () => {},
      once: once ?? (async () => true),
      sessionIdentity: async () => identity,
      overtaken: () => undefined,
    },
  );
}

/** A cookie as the provider signs it (Keygrip's HMAC). */
export function signedCookie(name: string, value: string): string {
  const signature = createHmac('sha1', COOKIE_KEY).update(`${name}=${value}`).digest('base64url');
  return `${name}=${value}; ${name}.sig=${signature}`;
}

/** Serves one request with `handle`, as a middleware of the provider, and returns what came of it. */
export async function handleOnce<T>(
  provider: VestibuleProvider,
  headers: Record<string, string>,
  handle: (ctx: Context) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  provider.use(async (ctx) => {
    results.push(await handle(ctx as unknown as Context));
    ctx.body = '';
  });
  const server = provider.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  if (!results[0]) throw new Error('the handler failed');
  return results[0];
}
