import { existsSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import type { Mistake } from '../errors.ts';
import { parseDuration } from './durations.ts';
import type { Layers } from './layers.ts';
import { mistakeAt, valueAt } from './mistakes.ts';
import type { Mode } from './variables.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host name or address to listen on stays on this machine. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** Whether this process runs in a container, where the outside decides what reaches a port. */
export function inContainer(environment: NodeJS.ProcessEnv): boolean {
  const marks = ['/.dockerenv', '/run/.containerenv'];
  return environment.KUBERNETES_SERVICE_HOST !== undefined || marks.some((mark) => existsSync(mark));
}

/** Pairs of durations of which the first may not be longer than the second. */
const ordered = [
  ['session.idle', 'session.absolute'],
  ['session.public_idle', 'session.idle'],
  ['tokens.refresh', 'tokens.grant'],
  ['logout_notices.first_delay', 'logout_notices.longest_delay'],
  ['notices.first_delay', 'notices.longest_delay'],
  ['audit.delivery.first_delay', 'audit.delivery.longest_delay'],
] as const;

/** Pairs of numbers of which the first may not be more than the second. */
const atMost = [
  ['lockout.failures', 'lockout.failures_in_a_row'],
  ['lockout.device_failures', 'lockout.failures_in_a_row'],
] as const;

/** The settings as they were written, and a way to say what is wrong with one. */
interface Written {
  readonly get: (path: string) => unknown;
  readonly wrong: (path: string, problem: string, mend: string) => void;
}

/**
 * The rules between settings, checked on what was written, so that they are told together with all other
 * mistakes. What is wrong by itself is left to the schema.
 */
export function brokenRules(layers: Layers, mode: Mode, container: boolean): Mistake[] {
  const found: Mistake[] = [];
  const written: Written = {
    get: (path) => valueAt(layers.settings, path.split('.')),
    wrong: (path, problem, mend) => found.push(mistakeAt(path.split('.'), problem, layers, mend)),
  };
  checkOrder(written);
  checkCompany(written);
  if (mode === 'production') checkProduction(written);
  else checkDemo(written, container);
  return found;
}

function checkOrder({ get, wrong }: Written): void {
  for (const [short, long] of ordered) {
    const [one, other] = [parseDuration(String(get(short))), parseDuration(String(get(long)))];
    if (one !== undefined && other !== undefined && one > other) {
      wrong(short, `is longer than ${long}`, `Make it ${String(get(long))} or less`);
    }
  }
  for (const [few, most] of atMost) {
    const [one, other] = [get(few), get(most)];
    if (typeof one === 'number' && typeof other === 'number' && one > other) {
      wrong(few, `is more than ${most}`, `Make it ${other} or less`);
    }
  }
}

/** Settings that make no sense without, or beside, another. */
function checkCompany({ get, wrong }: Written): void {
  const [port, operations] = [get('port'), get('operations.port')];
  if (typeof port === 'number' && port > 0 && port === operations) {
    wrong('operations.port', 'is the same as port', 'Give another port');
  }
  if (get('session.place_header') !== undefined && get('trusted_proxies') === 0) {
    wrong(
      'session.place_header',
      'is believed from nobody while trusted_proxies is 0',
      'Set trusted_proxies, or leave this out',
    );
  }
  // Two of the three would send nothing, and nobody would know before the first code is missed.
  const twilio = ['account_sid', 'auth_token', 'from'].map((name) => `notices.twilio.${name}`);
  const given = twilio.find((path) => get(path) !== undefined);
  const lacking = twilio.filter((path) => get(path) === undefined);
  if (given && lacking.length > 0) {
    wrong(given, `is given without ${lacking.join(' and ')}`, 'Give all three, or none for no SMS');
  }
  const webhook = 'audit.delivery.webhook';
  if (get(`${webhook}.url`) !== undefined && get(`${webhook}.secret`) === undefined) {
    wrong(
      `${webhook}.url`,
      `is given without ${webhook}.secret`,
      'Give both: the receiver can tell what is ours by the signature alone',
    );
  }
}

function checkProduction({ get, wrong }: Written): void {
  if (get('notices.transport') === 'outbox') {
    wrong('notices.transport', 'is outbox, which shows every code to everybody', 'Give live');
  }
  const issuer = get('issuer');
  if (typeof issuer === 'string' && /^http:/i.test(issuer)) {
    wrong('issuer', 'is not https', 'Give an https origin; without TLS every session can be stolen');
  }
  if (get('demo') !== undefined) wrong('demo', 'is for the demo alone', 'Leave it out');
}

function checkDemo({ get, wrong }: Written, container: boolean): void {
  const host = get('host');
  // The demo's passwords are public: nobody else may reach it.
  if (typeof host === 'string' && !isLoopback(host) && !container) {
    wrong(
      'host',
      'would open the demo to the network',
      'Give 127.0.0.1; other addresses only in a container',
    );
  }
}
