import { createRequire } from 'node:module';
import type * as jestGlobals from '@jest/globals';

/*
 * What test files get for '@jest/globals', which itself only says that it must not be imported outside jest's
 * virtual machine.
 */

type Globals = Pick<
  typeof jestGlobals,
  'afterAll' | 'afterEach' | 'beforeAll' | 'beforeEach' | 'describe' | 'expect' | 'test'
>;

// Live bindings: what a helper that stays loaded imported follows the file that runs.
export let { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = {} as Globals;

/** Before each file: its own. */
export function provide(globals: Globals): void {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = globals);
}

const { ModuleMocker } = createRequire(import.meta.url)('jest-mock') as typeof import('jest-mock');
const mocker = new ModuleMocker(globalThis);
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

export const jest = {
  spyOn: mocker.spyOn.bind(mocker),
  /** ms that each test and hook of the file may take. */
  setTimeout(ms: number): void {
    (globalThis as Record<symbol, unknown>)[TIMEOUT] = ms;
  },
};

/** After each file: what one has replaced must not be missing in the next. */
export function restoreSpies(): void {
  mocker.restoreAllMocks();
}
