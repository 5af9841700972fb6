import type { Log } from '../log.ts';

/** One thing that must work for sign-in to work; throws when it does not. */
export interface Check {
  readonly name: string;
  check(): Promise<void>;
}

/** What /ready answers with. */
export interface Report {
  readonly status: 'ready' | 'away' | 'draining';
  readonly dependencies: Readonly<Record<string, { state: 'ready' | 'away'; ms: number }>>;
}

/** Most milliseconds that a check may take. */
const patience = 1_000;

/** Runs a check within its second. */
function limited(check: Check): Promise<void> {
  const late = Promise.withResolvers<never>();
  // The machine's timer: whoever is asked has a real second, wherever our clock is moved to.
  const timer = setTimeout(() => late.reject(new Error('no answer within a second')), patience);
  // A check may throw before it returns a promise.
  const running = Promise.resolve().then(() => check.check());
  return Promise.race([running, late.promise]).finally(() => clearTimeout(timer));
}

async function outcome(check: Check, log: Log): Promise<[string, { state: 'ready' | 'away'; ms: number }]> {
  const begin = performance.now();
  const took = (): number => Math.round(performance.now() - begin);
  try {
    await limited(check);
    return [check.name, { state: 'ready', ms: took() }];
  } catch (err) {
    log.warn({ err, dependency: check.name }, 'not ready');
    return [check.name, { state: 'away', ms: took() }];
  }
}

/** Asks all checks at once, each for at most a second. */
export async function report(checks: readonly Check[], draining: boolean, log: Log): Promise<Report> {
  const dependencies = Object.fromEntries(await Promise.all(checks.map((check) => outcome(check, log))));
  const away = Object.values(dependencies).some(({ state }) => state === 'away');
  return { status: draining ? 'draining' : away ? 'away' : 'ready', dependencies };
}
