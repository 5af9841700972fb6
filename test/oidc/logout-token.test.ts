import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { until } from '../postgres/until.ts';
import { hurry } from '../support/hurry.ts';
import { demoApps, type Portal, startPortal } from '../support/portal.ts';
import { claimsOf, redeem, send, Visitor } from '../support/visitor.ts';

let portal: Portal;
let app: Listener;
beforeAll(async () => {
  [portal, app] = await Promise.all([startPortal(), listen()]);
});
afterAll(async () => {
  app.server.close();
  await portal.stop();
});

test('an app is told of an ended session by a token that it can verify', async () => {
  await register({ client_id: 'hearing' });
  const { id_token, claims } = await signInAndOut('hearing');
  const { token, type } = await app.notice('hearing');
  expect(type).toBe('application/x-www-form-urlencoded');
  const { payload, protectedHeader } = await jwtVerify(token, await keys(), {
    issuer: portal.issuer,
    audience: 'hearing',
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
  });
  expect(protectedHeader.alg).toBe('ES256');
  expect(protectedHeader.kid).toBe(decodeProtectedHeader(id_token).kid);
  expect(payload).toMatchObject({
    sub: claims.sub,
    sid: claims.sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
  // Nothing more: a nonce is forbidden (Back-Channel Logout 1.0 §2.4), and claims of the person are not owed.
  expect(Object.keys(payload).sort()).toEqual(['aud', 'events', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
});

test('an app that verifies RS256 is told in RS256', async () => {
  await register({ client_id: 'ancient', id_token_signed_response_alg: 'RS256' });
  const { claims } = await signInAndOut('ancient');
  const { token } = await app.notice('ancient');
  const { payload, protectedHeader } = await jwtVerify(token, await keys(), { audience: 'ancient' });
  expect([protectedHeader.alg, payload.sid]).toEqual(['RS256', claims.sid]);
});

test('each try brings a token of its own, so that a retry is no replay', async () => {
  await register({ client_id: 'slow' });
  app.refuse('slow', 1);
  await signInAndOut('slow');
  const first = await app.notice('slow');
  await until(async () => {
    await hurry(portal.db);
    const notices = portal.db.selectFrom('logout_notices').select('status').where('client_id', '=', 'slow');
    return (await notices.executeTakeFirstOrThrow()).status === 'accepted';
  });
  const second = await app.notice('slow');
  expect(claimsOf(first.token).jti).not.toBe(claimsOf(second.token).jti);
  expect(claimsOf(first.token).sid).toBe(claimsOf(second.token).sid);
});

async function register(more: Record<string, string>): Promise<void> {
  const [claims] = demoApps({ claims: 3101, eligibility: 3102 });
  const uri = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/${more.client_id}`;
  const secret = `${more.client_id}-demo-secret`;
  await portal.register({ ...claims, client_secret: secret, backchannel_logout_uri: uri, ...more });
}

async function signInAndOut(clientId: string) {
  const visitor = new Visitor(portal);
  const started = await visitor.signIn(clientId, {
    redirect_uri: 'http://localhost:3101/callback',
    nonce: 'of-the-app',
  });
  const { id_token } = await redeem(portal, started);
  await visitor.open(`/oidc/logout?id_token_hint=${id_token}`);
  return { id_token, claims: claimsOf(id_token) };
}

async function keys() {
  return createLocalJWKSet(JSON.parse((await send(portal, '/oidc/jwks')).body));
}

interface Notice {
  readonly token: string;
  readonly type: string | undefined;
}

interface Listener {
  readonly server: Server;
  /** The next notice for an app; waits for it. */
  notice(clientId: string): Promise<Notice>;
  /** Answers an app's next notices with 500. */
  refuse(clientId: string, times: number): void;
}

async function listen(): Promise<Listener> {
  const come = new Map<string, Notice[]>();
  const waiting = new Map<string, (notice: Notice) => void>();
  const refusals = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const clientId = String(request.url).slice(1);
    let body = '';
    for await (const chunk of request) body += chunk;
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    const notice = { token, type: request.headers['content-type'] };
    const left = refusals.get(clientId) ?? 0;
    refusals.set(clientId, left - 1);
    response.writeHead(left > 0 ? 500 : 200).end();
    const taker = waiting.get(clientId);
    waiting.delete(clientId);
    if (taker) taker(notice);
    else come.set(clientId, [...(come.get(clientId) ?? []), notice]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    notice: (clientId) =>
      new Promise((resolve) => {
        const early = come.get(clientId)?.shift();
        if (early) resolve(early);
        else waiting.set(clientId, resolve);
      }),
    refuse: (clientId, times) => void refusals.set(clientId, times),
  };
}
