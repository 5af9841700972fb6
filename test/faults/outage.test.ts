import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { StoreName } from '../../src/embedded/stores.ts';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { type Answer, codeOf, flow, send } from '../support/visitor.ts';
import { FragileStores, outages } from './fragile-stores.ts';
import { health, internalErrors, readiness, untilHealthy } from './health.ts';
import { type Asking, askings, collect, type Holdings } from './holdings.ts';

/** ms. Two seconds are the rule; in the short form the machine is another worker's too, which slows our own client. */
const AT_ONCE = 20;

let stores: FragileStores;
let portal: Portal;

beforeAll(async () => {
  stores = await FragileStores.start();
  portal = await startPortal({ ...stores.urls, processes: 2 });
});

afterAll(async () => {
  stores?.thaw();
  await portal?.stop();
  await stores?.stop();
});

describe.each(outages)('$name', (outage) => {
  let mended = true;
  afterEach(async () => {
    if (!mended) await outage.end(stores);
    mended = true;
  });

  test('what needs it answers 503 in time, the rest goes on, and nobody is signed out', async () => {
    const held = await collect(portal);
    const stylesheet = /href="(\/static\/[^"]+\.css)"/.exec(held.typing.page.body)?.[1] as string;
    mended = false;
    await outage.begin(stores);
    await until(() => isFelt(held, outage.store));
    for (const times of [1, AT_ONCE]) await expectRefusals(askings(held), times);
    await expectTheRestGoesOn(outage.store, stylesheet);
    await outage.end(stores);
    mended = true;
    await untilHealthy(portal);
    await expectNothingLost(held);
    expect(internalErrors(portal)).toEqual([]);
    expect(portal.processes.map(({ exitCode }) => exitCode)).toEqual([null, null]);
  });
});

/** True once no process has an answer of the lost store in its memory: for half a second some go on. */
async function isFelt({ person }: Holdings, store: StoreName): Promise<boolean> {
  const apps = store === 'postgres' ? ['claims', 'eligibility', 'mobile'] : [];
  const asked = portal.ports.flatMap((_, process) => [
    person.request('/', { process }),
    ...apps.map((app) => send(portal, flow(app).url, { process })),
  ]);
  return (await Promise.all(asked)).every(({ status }) => status === 503);
}

async function expectRefusals(list: Asking[], times: number): Promise<void> {
  const asked = list.flatMap((asking) => Array.from({ length: times }, () => timed(asking)));
  const slowest = new Map<string, number>();
  for (const { asking, answer, ms } of await Promise.all(asked)) {
    expect({ name: asking.name, ...refusalOf(answer, asking) }).toEqual({ name: asking.name, ...REFUSAL });
    slowest.set(asking.name, Math.max(ms, slowest.get(asking.name) ?? 0));
  }
  expect([...slowest].filter(([, ms]) => ms >= TWO_SECONDS)).toEqual([]);
  if (process.env.LONG) report(times, slowest);
}

async function timed(asking: Asking): Promise<{ asking: Asking; answer: Answer; ms: number }> {
  const begun = performance.now();
  const answer = await asking.send();
  return { asking, answer, ms: performance.now() - begun };
}

const REFUSAL = {
  status: 503,
  retryAfter: expect.stringMatching(/^[1-9]\d?$/),
  location: null,
  session: false,
  says: true,
};

/** What must be so of a 503: it tells when to come again, sends nobody anywhere and lets nobody in. */
function refusalOf(answer: Answer, { form }: Asking) {
  const { status, headers, body } = answer;
  return {
    status,
    retryAfter: headers.get('retry-after'),
    location: headers.get('location'),
    session: headers.getSetCookie().some((line) => line.includes('session')),
    says: form === 'page' ? saysSoToPeople(answer) : saysSoToPrograms(headers, body),
  };
}

function saysSoToPeople({ headers, body }: Answer): boolean {
  const html = headers.get('content-type')?.startsWith('text/html') ?? false;
  return (
    html && /id="error-code">store-away</.test(body) && /id="error-id">[\dA-Z]{4}-[\dA-Z]{4}</.test(body)
  );
}

function saysSoToPrograms(headers: Headers, body: string): boolean {
  const type = headers.get('content-type') ?? '';
  if (!/^application\/(problem\+)?json/.test(type)) return false;
  const { error, code } = JSON.parse(body) as { error?: string; code?: string };
  return type.startsWith('application/json') ? error === 'temporarily_unavailable' : code === 'store-away';
}

async function expectTheRestGoesOn(store: StoreName, stylesheet: string): Promise<void> {
  const paths = ['/.well-known/openid-configuration', '/oidc/jwks', stylesheet];
  for (const [process, port] of portal.operationsPorts.entries()) {
    for (const path of paths) expect((await send(portal, path, { process })).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/live`)).status).toBe(200);
  }
  const name = store === 'redis' ? 'redis' : 'postgresql';
  const other = store === 'redis' ? 'postgresql' : 'redis';
  // What /health has found is good for a second.
  await until(async () => (await health(portal)).every(({ status }) => status === 503));
  for (const { dependencies } of await health(portal)) {
    expect(dependencies).toMatchObject({ [name]: { state: 'failing' }, [other]: { state: 'working' } });
  }
  // The balancer goes on sending people here: the page that they get is ours.
  expect(await readiness(portal)).toEqual(portal.operationsPorts.map(() => 200));
}

/** Everything held before works once, on the same session, and the ledger knows of no end. */
async function expectNothingLost(held: Holdings): Promise<void> {
  for (const asking of askings(held)) {
    const { status, headers } = await asking.send();
    expect([asking.name, status]).toEqual([asking.name, asking.works]);
    if (asking.name.startsWith('authorize with ')) expect(headers.get('location')).toContain('code=');
  }
  expect(codeOf(await held.person.open(flow('eligibility').url))).toBeTruthy();
  const open = portal.db.selectFrom('sessions').select('end_reason').where('ended_at', 'is not', null);
  expect(await open.execute()).toEqual([]);
}

function report(times: number, slowest: ReadonlyMap<string, number>): void {
  const list = [...slowest].map(([name, ms]) => `${name} ${Math.round(ms)}`).join(', ');
  process.stdout.write(`${times} at once, slowest ms: ${list}\n`);
}
