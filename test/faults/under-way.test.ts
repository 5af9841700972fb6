import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { TWO_SECONDS } from '../support/limits.ts';
import { CROWD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, redeem, refresh, Visitor } from '../support/visitor.ts';
import { FragileStores, type Outage, outages } from './fragile-stores.ts';
import { internalErrors, untilHealthy } from './health.ts';
import { signIn } from './holdings.ts';
import { type Timed, Walker } from './walk.ts';

/** The limit of the issue, ms. In the short form beside another worker, which slows our own client. */
const PEOPLE = process.env.LONG ? 20 : 10;

let stores: FragileStores;
let portal: Portal;

beforeAll(async () => {
  stores = await FragileStores.start();
  portal = await startPortal({ ...stores.urls, processes: 2, settings: CROWD });
});

afterAll(async () => {
  stores?.thaw();
  await portal?.stop();
  await stores?.stop();
});

test.each(outages)(
  '$name: requests under way are refused in time, none with a fault of ours',
  async (outage) => {
    const people = Array.from({ length: PEOPLE }, () => new Walker(portal));
    const answers = () => people.flatMap((walker) => walker.answers);
    const refused = Promise.all(people.map((walker) => signInUntilRefused(walker)));
    await until(() => answers().length > 5 * PEOPLE);
    const begun = performance.now();
    await outage.begin(stores);
    try {
      await refused;
    } finally {
      await outage.end(stores);
    }
    // Counted from the outage: what came before it was waited for with other people, not with a store.
    const refusals = answers().filter(({ answer }) => answer.status === 503);
    const waits = refusals.map((timed) => ({
      ...timed,
      ms: timed.at + timed.ms - Math.max(timed.at, begun),
    }));
    expect(waits.filter(({ ms }) => ms >= TWO_SECONDS).map(lineOf)).toEqual([]);
    expect(answers().filter(isFault).map(lineOf)).toEqual([]);
    expect(internalErrors(portal)).toEqual([]);
    if (process.env.LONG) report(outage, answers().length, waits);

    await untilHealthy(portal);
    const again = await Promise.all(people.map((walker) => walker.signInAnew()));
    expect(again.map(({ status }) => status)).toEqual(people.map(() => 200));
  },
);

test('tokens that were refused because PostgreSQL hangs can be had when it is back', async () => {
  const person = new Visitor(portal);
  const held = await signIn(person);
  const code = await person.signIn('eligibility');
  // At once, while the processes still remember the apps and the session, and so come further than later.
  stores.freeze('postgres');
  const refused = await Promise.all([
    redeem(portal, code),
    refresh(portal, 'claims', held.refresh_token),
  ]).finally(() => stores.thaw());
  expect(refused.map(({ status }) => status)).toEqual([503, 503]);
  await untilHealthy(portal);
  expect((await redeem(portal, code)).status).toBe(200);
  expect((await refresh(portal, 'claims', held.refresh_token)).status).toBe(200);
});

async function signInUntilRefused(walker: Walker): Promise<void> {
  while ((await walker.signInAnew()).status !== 503);
}

/** Neither a page or tokens, nor a way on that carries no error, nor a refusal that says when to come again. */
function isFault({ answer: { status, headers } }: Timed): boolean {
  if (status === 503) return !headers.has('retry-after');
  return status !== 200 && (status !== 303 || Boolean(headers.get('location')?.includes('error=')));
}

function lineOf({ answer, ms }: { answer: Answer; ms: number }): string {
  return `${answer.status} ${answer.url.pathname} ${Math.round(ms)} ms`;
}

function report({ name }: Outage, answers: number, refusals: readonly Timed[]): void {
  const slowest = Math.round(Math.max(...refusals.map(({ ms }) => ms)));
  process.stdout.write(
    `${name}: ${answers} answers, ${refusals.length} refused, the slowest in ${slowest} ms\n`,
  );
}
