import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, freePorts, type Portal, stopProcess } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { pageName, Visitor } from '../support/visitor.ts';

// The app of docs/examples, as the README shows it, against the service as it is.

let portal: Portal;
let app: string;
let server: ChildProcess;
beforeAll(async () => {
  const [claims = 0, eligibility = 0] = await freePorts(2);
  portal = await sharedPortal({ issuer: 'loopback', appPorts: { claims, eligibility } });
  app = `http://localhost:${claims}`;
  server = spawn(process.execPath, [join(import.meta.dirname, '../../docs/examples/app.mjs')], {
    env: {
      PATH: process.env.PATH,
      ISSUER: portal.issuer,
      CLIENT_ID: 'claims',
      CLIENT_SECRET: 'claims-demo-secret',
      APP: app,
    },
    stdio: 'inherit',
  });
  await untilServed(app);
});
afterAll(async () => {
  await stopProcess(server);
  await portal.stop();
});

test('it sends a person to sign in and learns who came back', async () => {
  const { cookie, callback } = await signIn();
  const answer = await fetch(callback, { headers: { cookie } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    preferred_username: 'dr.rivera',
    practices: [{ tax_id: '412345678', role: 'clinician' }],
    sid: expect.any(String),
  });
  // A code is good once.
  expect((await fetch(callback, { headers: { cookie } })).status).toBe(400);
});

test('it takes no answer that this browser did not ask for', async () => {
  const { cookie, callback } = await signIn();
  const other = await begin();
  const wrong = [
    [callback, ''],
    [callback, other.cookie],
    [callback, cookie.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))],
    [callback.replace(/state=[\w-]+&?/, ''), cookie],
    [callback.replace(/state=[\w-]+&?/, ''), ''],
    [callback.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'), cookie],
    [callback.replace(/&?iss=[^&]+/, ''), cookie],
    [`${app}/callback?error=access_denied&iss=${encodeURIComponent(portal.issuer)}`, cookie],
    [`${app}/callback?`, ''],
  ] as const;
  for (const [url, sent] of wrong) {
    const answer = await fetch(url, { headers: { cookie: sent } });
    expect([url, answer.status, await answer.text()]).toEqual([url, 400, 'Not signed in. Please try again.']);
  }
  expect((await fetch(app, { redirect: 'manual' })).status).toBe(303);
});

async function begin(): Promise<{ cookie: string; location: string }> {
  const answer = await fetch(app, { redirect: 'manual' });
  const line = answer.headers.getSetCookie()[0] ?? '';
  expect(line).toMatch(/; HttpOnly; SameSite=Lax$/);
  return { cookie: line.split(';')[0] ?? '', location: String(answer.headers.get('location')) };
}

async function signIn(): Promise<{ cookie: string; callback: string }> {
  const { cookie, location } = await begin();
  const visitor = new Visitor(portal);
  const page = await visitor.open(location.slice(portal.issuer.length));
  expect(pageName(page)).toBe('sign-in');
  const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  return { cookie, callback: String(answer.headers.get('location')) };
}

async function untilServed(url: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await fetch(url, { redirect: 'manual' });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
