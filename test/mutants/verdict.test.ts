import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { mutants } from './list.ts';
import type { Mutant } from './mutant.ts';
import { mistakesIn, tierOf } from './tree.ts';
import { verdictOn } from './verdict.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What jest writes of one test. */
function written(status: string, failure: { message?: string; detail?: object } = {}, suite = ''): string {
  const { message, detail = {} } = failure;
  const failures = message
    ? { failureMessages: [message], failureDetails: [detail] }
    : { failureMessages: [] };
  const assertionResults = suite ? [] : [{ fullName: 'a code is good once', status, ...failures }];
  return JSON.stringify({ testResults: [{ message: suite, assertionResults }] });
}

const states = (...results: string[]) => results.map((json) => verdictOn('is good once', json).state);

test('only a failed assertion refutes', () => {
  const matcher = { message: 'Error: no', detail: { matcherResult: { pass: false } } };
  const resolved = { message: 'Error: \u001b[2mexpect(\u001b[22mreceived).rejects.toThrow()\n\nresolved' };
  expect(states(written('failed', matcher), written('failed', resolved))).toEqual(['refuted', 'refuted']);
  expect(states(written('passed'))).toEqual(['passed']);
});

test('a crash, a timeout, a file that cannot run and a test that is not there or is skipped say nothing', () => {
  const timeout = { message: 'thrown: "Exceeded timeout of 60000 ms for a test.\nAdd expect()' };
  const crash = { message: 'Error: connect ECONNREFUSED 127.0.0.1:11000' };
  const silent = [
    ...[written('failed', timeout), written('failed', crash), written('pending')],
    written('', {}, 'SyntaxError: Unexpected token'),
  ];
  expect(states(...silent)).toEqual(silent.map(() => 'trouble'));
  expect(verdictOn('is good twice', written('passed'))).toEqual({
    state: 'trouble',
    what: 'no test has this name',
  });
});

test('a list that would prove nothing is found out', () => {
  const good: Mutant = {
    name: 'good',
    feature: 'sign-in',
    file: 'src/sign-in/flow.ts',
    breaks: 'rule 5: once',
    piece: 'export function nextStep(',
    becomes: 'export function next(',
    test: { file: 'test/mutants/verdict.test.ts', name: 'x' },
  };
  const found = (...mutants: Mutant[]) =>
    mistakesIn(mutants, root).filter((mistake) => !mistake.endsWith('has no mutant'));
  expect(found(good)).toEqual([]);
  expect(found(good, good)).toHaveLength(1);
  for (const bad of [
    ...[{ feature: 'oidc' }, { breaks: 'something' }, { becomes: good.piece }, { piece: 'return' }],
    ...[{ piece: 'not there' }, { test: { file: 'test/no.test.ts', name: 'x' } }],
  ]) {
    expect(found({ ...good, ...bad })).toHaveLength(1);
  }
  expect(mistakesIn([good], root)).toContain('src/sessions has no mutant');
});

test('every fault of the list is still where it is to be planted', () => {
  expect(mistakesIn(mutants, root)).toEqual([]);
});

test('the tier of a test is told by its path', () => {
  const paths = ['test/faults/drain.test.ts', 'test/races/codes.faults.test.ts', 'test/races/codes.test.ts'];
  expect(paths.map(tierOf)).toEqual(['test:faults', 'test:faults', 'npm test']);
});
