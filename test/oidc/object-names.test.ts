import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { claimsOf, flow, send, Visitor } from '../support/visitor.ts';

/** Client ids under which a plain object holds something that nobody put there. */
const NAMES = ['__proto__', 'constructor', 'toString', '__defineGetter__'];
const PEOPLE = ['dr.rivera', 'm.chen', 'sec.ops'];
const CALLBACK = 'https://app.example/callback';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
  for (const name of NAMES) await before(name);
});
afterAll(() => portal.stop());

/** An app from before such names were refused: the registry takes them no more. */
async function before(name: string): Promise<void> {
  await portal.register({
    client_id: 'early',
    client_name: 'Early',
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'none',
    first_party: true,
  });
  await sql`update apps set client_id = ${name}, metadata = jsonb_set(metadata, '{client_id}', ${JSON.stringify(name)}::jsonb)
    where client_id = 'early'`.execute(portal.db);
}

interface Entered {
  readonly sub: unknown;
  readonly sid: unknown;
}

async function enter(visitor: Visitor, clientId: string, userId: string): Promise<Entered> {
  const started = flow(clientId, { redirect_uri: CALLBACK });
  const { code } = await visitor.signIn(clientId, { redirect_uri: CALLBACK, userId, ...pkce(started) });
  const answer = await send(portal, '/oidc/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      client_id: clientId,
      code_verifier: started.verifier,
    }).toString(),
  });
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('"id_token"')]);
  const { sub, sid } = claimsOf(String(JSON.parse(answer.body).id_token));
  return { sub, sid };
}

/** The challenge of a request, for another with the same verifier. */
function pkce({ url }: { url: string }): { code_challenge: string } {
  return { code_challenge: String(new URL(url, portal.issuer).searchParams.get('code_challenge')) };
}

test('apps called like what every object has give each session a sid of its own, and end no process', async () => {
  const seen: Entered[] = [];
  // Each is the first app of one session, and a later one of another.
  for (const person of PEOPLE) {
    const other = new Visitor(portal);
    await other.signIn('claims', { userId: person });
    for (const name of NAMES) {
      for (const visitor of [new Visitor(portal), other]) seen.push(await enter(visitor, name, person));
    }
  }
  expect(new Set(seen.map(({ sid }) => sid)).size).toBe(2 * NAMES.length * PEOPLE.length);
  expect(new Set(seen.map(({ sub }) => sub)).size).toBe(PEOPLE.length);
  // Where one had written to what all objects share, others would hold it now.
  const again = await new Visitor(portal).signIn('claims');
  expect(again.code).toMatch(/./);
  const ready = await fetch(`http://127.0.0.1:${portal.operationsPorts[0]}/metrics`);
  expect(ready.status).toBe(200);
  expect(portal.processes.map(({ exitCode }) => exitCode)).toEqual([null]);
});

test('the ledger holds the sid that such an app was told', async () => {
  const visitor = new Visitor(portal);
  const entered = await enter(visitor, 'constructor', 'dr.rivera');
  const row = portal.db.selectFrom('session_apps').select(['client_id', 'sid']);
  const held = await row.where('sid', '=', String(entered.sid)).execute();
  expect(held).toEqual([{ client_id: 'constructor', sid: entered.sid }]);
});
