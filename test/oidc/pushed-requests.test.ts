import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  asApp,
  codeOf,
  type FlowRequest,
  flow,
  pageName,
  redeem,
  replyOf,
  Visitor,
} from '../support/visitor.ts';

// Pushed authorization requests, RFC 9126.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

test('a pushed request opens the sign-in, stands a reload of its page, and gives one code', async () => {
  const visitor = new Visitor(portal);
  const { started, address } = await push('claims', { state: 'pushed' });
  expect(pageName(await visitor.open(address))).toBe('sign-in');
  const page = await visitor.open(address);
  const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: 'Correct-Horse-7-Battery' });
  expect(replyOf(answer).state).toBe('pushed');
  expect((await redeem(portal, { ...started, code: codeOf(answer) })).status).toBe(200);
  const again = await visitor.open(address);
  expect(again.headers.get('location') ?? '').not.toContain('code=');
  expect(again.status).toBe(400);
});

test('of 8 parallel uses of one pushed request exactly one gives a code', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const { address } = await push('claims');
  const answers = await Promise.all(Array.from({ length: 8 }, () => visitor.clone().request(address)));
  expect(answers.filter((answer) => answer.headers.get('location')?.includes('code='))).toHaveLength(1);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
});

test('a pushed request is of use to its own app alone, and cannot be changed on the way', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const { address } = await push('claims', { state: 'pushed' });
  const stolen = await visitor.request(address.replace('client_id=claims', 'client_id=eligibility'));
  expect([stolen.status, stolen.headers.get('location')]).toEqual([400, null]);
  const changed = `${address}&${new URLSearchParams({ state: 'other', scope: 'openid email', redirect_uri: 'https://evil.example/' })}`;
  const answer = await visitor.request(changed);
  expect(replyOf(answer)).toMatchObject({ to: 'http://localhost:3101/callback', state: 'pushed' });
});

test('a request that could not be made cannot be pushed either', async () => {
  const bad: Record<string, string>[] = [
    { redirect_uri: 'https://evil.example/' },
    { code_challenge: '', code_challenge_method: '' },
    { code_challenge_method: 'plain' },
    { response_type: 'token' },
    { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
  ];
  for (const more of bad) {
    const { status, body } = await pushed('claims', flow('claims', more));
    expect([status, JSON.parse(body).request_uri]).toEqual([400, undefined]);
  }
  const unknown = `/oidc/authorize?client_id=claims&request_uri=urn:ietf:params:oauth:request_uri:nothing`;
  expect((await new Visitor(portal).request(unknown)).status).toBe(400);
});

async function push(clientId: string, more: Record<string, string> = {}) {
  const started = flow(clientId, more);
  const { status, body } = await pushed(clientId, started);
  expect(status).toBe(201);
  const { request_uri } = JSON.parse(body) as { request_uri: string };
  return { started, address: `/oidc/authorize?${new URLSearchParams({ client_id: clientId, request_uri })}` };
}

function pushed(clientId: string, { url }: FlowRequest) {
  const { searchParams } = new URL(url, portal.issuer);
  return asApp(portal, clientId, '/oidc/par', Object.fromEntries(searchParams));
}
