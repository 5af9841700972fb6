import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RedisKeys } from '../../src/redis/keys.ts';
import { until } from '../postgres/until.ts';
import type { Replicated } from '../redis/replicas.ts';
import { CROWD, type Portal, startPortal } from '../support/portal.ts';
import { redeem, type Visitor } from '../support/visitor.ts';
import { Load, Person } from './failover-load.ts';

const LONG = process.env.LONG !== undefined;
const ROUNDS = LONG ? 6 : 1;
const PEOPLE = LONG ? 24 : 6;

/** What holds when a primary dies under the service, whatever puts another in its place. */
export function failoverSuite(name: string, start: () => Promise<Replicated>): void {
  let stores: Replicated;
  let portal: Portal;

  beforeAll(async () => {
    stores = await start();
    portal = await startPortal({ processes: 2, redisUrl: stores.url, settings: CROWD });
  });
  afterAll(async () => {
    await portal?.stop();
    await stores?.stop();
  });
  beforeEach(async () => {
    if ((await stores.group.replicas()).length === 0) await stores.group.restore();
    await stores.whole();
    await healed();
  });

  test(
    'the primary fails under load: 503 within 2 s, nobody is signed out, and it heals',
    async () => {
      for (let round = 1; round <= ROUNDS; round += 1) {
        const people = await signedIn(PEOPLE);
        await stores.group.caughtUp(1);
        const load = new Load(portal, people, 2);
        await until(() => load.signIns >= 3);
        const killed = performance.now();
        await fail(round);
        await until(() => load.notes.some(({ status }) => status === 503));
        await stores.group.promoted();
        await healed();
        const took = Math.round(performance.now() - killed);
        const before = load.signIns;
        await until(() => load.signIns >= before + 3);
        await load.stop();
        const { notes } = load;
        expect(notes.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
        expect(notes.filter(({ status, ms }) => status === 503 && ms >= 2_000)).toEqual([]);
        const theirs = notes.filter(({ what }) => what === 'userinfo' || what === 'silent sign-on');
        expect(theirs.filter(({ status, error }) => ![200, 303, 503].includes(status) || error)).toEqual([]);
        for (const person of people) {
          expect((await person.userinfo()).status).toBe(200);
          expect((await person.silently()).headers.get('location')).toContain('code=');
          expect((await person.refresh()).status).toBe(200);
        }
        for (const child of portal.processes) expect(child.exitCode ?? child.signalCode).toBeNull();
        if (LONG) tell(name, round, notes, took);
        if (round < ROUNDS) await stores.group.restore().then(() => stores.whole());
      }
    },
    30_000 * (ROUNDS + 1),
  );

  test('a failover that loses the ends of sessions revives none of them', async () => {
    const keys = new RedisKeys(portal.redisPrefix);
    const [people, codes] = [[] as Person[], new Map<Person, Awaited<ReturnType<Visitor['signIn']>>>()];
    const lost = new Set<Person>();
    while (lost.size < 4) {
      const person = await Person.signIn(portal);
      people.push(person);
      codes.set(person, await person.visitor.clone().signIn('eligibility'));
      if (await stores.holds(keys.session(person.uid))) lost.add(person);
    }
    const spared = await Person.signIn(portal);
    const replicas = await stores.group.cutOff();
    for (const person of people) expect((await person.signOut()).status).toBeLessThan(400);
    for (const { uid } of lost) expect(await there(keys.session(uid))).toBe(0);
    await stores.group.killPrimary();
    for (const replica of replicas) replica.thaw();
    await stores.group.promoted();
    await healed();

    // Redis has forgotten the ends: data is back, no tombstone.
    for (const { uid } of lost) {
      expect(await there(keys.session(uid))).toBe(1);
      expect(await there(keys.sessionTombstone(uid))).toBe(0);
    }
    for (const process of portal.ports.keys()) {
      for (const person of people) {
        expect((await person.userinfo({ process })).status).toBe(401);
        expect((await person.silently({ process })).headers.get('location')).toContain('login_required');
        expect(await person.refresh({ process })).toMatchObject({ status: 400, error: 'invalid_grant' });
        expect(await person.active()).toBe(false);
      }
    }
    for (const code of codes.values()) {
      expect(await redeem(portal, code)).toMatchObject({ status: 400, error: 'invalid_grant' });
    }
    expect((await spared.userinfo()).status).toBe(200);
    expect((await spared.silently()).headers.get('location')).toContain('code=');
  });

  /** Killed, and in every second round frozen: it goes on holding its connections. */
  async function fail(round: number): Promise<void> {
    if (round % 2 === 1) await stores.group.killPrimary();
    else (await stores.group.primary()).freeze();
  }

  async function signedIn(count: number): Promise<Person[]> {
    const people: Person[] = [];
    while (people.length < count) people.push(await Person.signIn(portal));
    return people;
  }

  /** Until each process says that it is ready. */
  async function healed(): Promise<void> {
    const ready = async (port: number) => (await fetch(`http://127.0.0.1:${port}/health`)).status === 200;
    await until(async () => (await Promise.all(portal.operationsPorts.map(ready))).every(Boolean));
  }

  async function there(key: string): Promise<unknown> {
    return (await stores.group.primary()).call('EXISTS', key);
  }
}

function tell(name: string, round: number, notes: Load['notes'], took: number): void {
  const refused = notes.filter(({ status }) => status === 503);
  const slowest = Math.max(...notes.map(({ ms }) => ms));
  process.stdout.write(
    `${name}, round ${round}: ${notes.length} answers, ${refused.length} of them 503, slowest ${slowest} ms, healed after ${took} ms\n`,
  );
}
