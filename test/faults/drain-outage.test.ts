import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { CROWD, type Portal, startPortal } from '../support/portal.ts';
import { flow, pageName, Visitor } from '../support/visitor.ts';
import { isCleanRefusal } from './balanced-walker.ts';
import { FragileStores, outages } from './fragile-stores.ts';
import { CLEAN, terminate } from './processes.ts';

let stores: FragileStores;
let portal: Portal;

beforeAll(async () => {
  stores = await FragileStores.start();
  // One for each outage to end.
  portal = await startPortal({ ...stores.urls, processes: outages.length, settings: CROWD });
});

afterAll(async () => {
  stores?.thaw();
  await portal?.stop();
  await stores?.stop();
});

test.each(outages.map((outage, process) => ({ ...outage, process })))(
  '$name: a process that is asked to end does so, and answers what it was asked before',
  async ({ begin, end, process }) => {
    const visitor = new Visitor(portal);
    const open = () => visitor.open(flow('claims').url, { process });
    await until(async () => pageName(await open()) === 'sign-in');
    const { url } = await open();
    const ask = () => visitor.request(url.pathname + url.search, { process });
    await begin(stores);
    try {
      await until(async () => (await ask()).status === 503);
      const asked = Array.from({ length: 10 }, () => ask().then(({ status }) => status, isCleanRefusal));
      expect(await terminate(portal.processes[process] as ChildProcess)).toEqual(CLEAN);
      // Refused where they came too late to be taken.
      for (const answer of await Promise.all(asked)) expect([503, true]).toContain(answer);
    } finally {
      await end(stores);
    }
  },
);
