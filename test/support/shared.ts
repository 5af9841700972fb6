import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Browser } from 'playwright-core';
import { until } from '../postgres/until.ts';
import { launchChromium } from './browser.ts';
import { MailServer } from './mail-server.ts';
import { demoApps, type Portal, type PortalOptions, startPortal } from './portal.ts';
import { Reset } from './reset.ts';
import { DEMO_PORTS } from './seed.ts';
import { Twilio } from './twilio.ts';
import { WORKERS } from './workers.ts';

/*
 * What a worker starts once and hands to each test file in turn: portals by their kind, a Chromium, a mail
 * server and a stand-in for Twilio. The test runner keeps modules loaded between files, so they live here.
 */

/** What makes portals differ; whose apps and demands are registered anew for each file. */
export type SharedOptions = Omit<PortalOptions, 'databaseUrl' | 'redisUrl'>;

/**
 * Processes that wait for the next file at most; the portal that has waited longest is stopped first. Each holds up
 * to 17 connections to PostgreSQL, which takes 500 in all.
 */
const WAITING = Math.max(1, Math.floor(32 / WORKERS));
/** ms for which a service may believe what it read before the reset: nothing is cached for longer. */
const CACHED = 1_100;

interface Kept {
  readonly portal: Portal;
  readonly reset: Reset;
  /** When it was emptied, by the monotonic clock. */
  emptied: number;
  /** Its clock is ahead, for good: nobody else can use it. */
  moved: boolean;
}

const waiting = new Map<string, Kept>();
let browser: Promise<Browser> | undefined;
let transports: Promise<Transports> | undefined;

/**
 * A portal of the worker's own, as new: the demo's people and apps, and nothing else. `stop` hands it back. For
 * files that kill its processes or change its keys there is `startPortal`.
 */
export async function sharedPortal(options: SharedOptions = {}): Promise<Portal> {
  const { demands, appPorts, ...kind } = options;
  const key = keyOf(kind);
  const kept = (await take(key)) ?? (await begin(kind));
  const { portal } = kept;
  portal.logs.length = 0;
  if (demands || appPorts) {
    for (const app of demoApps(appPorts ?? DEMO_PORTS)) {
      await portal.register(demands ? app : { ...app, demands: {} });
    }
  }
  const advance = (ms: number) => {
    kept.moved = true;
    return portal.advance(ms);
  };
  return { ...portal, advance, stop: () => handBack(key, kept) };
}

function keyOf({ processes, issuer, settings }: SharedOptions): string {
  return JSON.stringify([processes ?? 1, issuer, Object.entries(settings ?? {}).sort()]);
}

async function begin(kind: SharedOptions): Promise<Kept> {
  const portal = await startPortal(kind);
  return { portal, reset: await Reset.of(portal), emptied: Number.NEGATIVE_INFINITY, moved: false };
}

async function handBack(key: string, kept: Kept): Promise<void> {
  const { portal, reset } = kept;
  if (hasEnded(portal) || kept.moved) return end(kept);
  await reset.run();
  kept.emptied = performance.now();
  await putToSleep(portal);
  waiting.set(key, kept);
  await endOldest();
}

/**
 * One that waits looks for jobs all the same, and would take the processor from those that are tested. It is never stopped
 * amid a transaction: the rows of all others would wait for that one's end to be sealed.
 */
async function putToSleep(portal: Portal): Promise<void> {
  for (const child of portal.processes) child.kill('SIGSTOP');
  await pause(5);
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
      and xact_start is not null and pid <> pg_backend_pid()`.execute(portal.db);
  if (rows.length === 0) return;
  for (const child of portal.processes) child.kill('SIGCONT');
  await pause(20);
  return putToSleep(portal);
}

async function endOldest(): Promise<void> {
  const held = [...waiting.values()].reduce((count, { portal }) => count + portal.processes.length, 0);
  const [oldest] = held > WAITING ? waiting : [];
  if (!oldest) return;
  waiting.delete(oldest[0]);
  await end(oldest[1]);
  return endOldest();
}

/** One that waits, awake again; undefined where there is none, or one of its processes has ended meanwhile. */
async function take(key: string): Promise<Kept | undefined> {
  const kept = waiting.get(key);
  waiting.delete(key);
  if (!kept || (await wake(kept))) return kept;
  await end(kept);
  return undefined;
}

async function wake({ portal, emptied }: Kept): Promise<boolean> {
  await pause(Math.max(0, emptied + CACHED - performance.now()));
  for (const child of portal.processes) child.kill('SIGCONT');
  const ready = (port: number) =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(
    async () => hasEnded(portal) || (await Promise.all(portal.operationsPorts.map(ready))).every(Boolean),
  );
  return !hasEnded(portal);
}

function hasEnded({ processes }: Portal): boolean {
  return processes.some(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
}

async function end({ portal, reset }: Kept): Promise<void> {
  reset.close();
  for (const child of portal.processes) child.kill('SIGKILL');
  await portal.stop();
}

/** The worker's Chromium; a file closes the contexts that it opened (`closeContexts`). */
export function sharedChromium(): Promise<Browser> {
  browser ??= launchChromium();
  return browser;
}

/** Ends what a file did in the worker's Chromium. */
export async function closeContexts(shared: Browser | undefined): Promise<void> {
  await Promise.all((shared?.contexts() ?? []).map((context) => context.close()));
}

export interface Transports {
  readonly mail: MailServer;
  readonly sms: Twilio;
}

/** The worker's mail server and stand-in for Twilio, emptied for this file. */
export async function sharedTransports(): Promise<Transports> {
  transports ??= Promise.all([MailServer.start(), Twilio.start()]).then(([mail, sms]) => ({ mail, sms }));
  const { mail, sms } = await transports;
  await Promise.all([mail.renew(), sms.renew()]);
  return { mail, sms };
}

/** Stops everything; called where jest runs files without workers, after the last. */
export async function stopShared(): Promise<void> {
  const kept = [...waiting.values()];
  waiting.clear();
  await Promise.all(kept.map(end));
  const sent = await transports;
  await Promise.all([sent?.mail.close(), sent?.sms.close(), (await browser)?.close()]);
}

Object.assign(globalThis, { [Symbol.for('vestibule.stopShared')]: stopShared });

// A worker that ends takes its services along; Chromium sees to itself.
process.once('exit', () => {
  for (const { portal } of waiting.values()) for (const child of portal.processes) child.kill('SIGKILL');
});
