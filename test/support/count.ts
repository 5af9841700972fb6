/** What a run came to. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts from jest's own JSON. A file that could not be run at all counts as one failure. */
export function countTests(json: string): Count {
  const result = JSON.parse(json) as Record<string, unknown>;
  const number = (name: string): number => {
    const value = result[name];
    if (typeof value !== 'number') throw new Error(`jest's results lack ${name}`);
    return value;
  };
  const count = {
    passed: number('numPassedTests'),
    failed: number('numFailedTests') + number('numRuntimeErrorTestSuites'),
    skipped: number('numPendingTests') + number('numTodoTests'),
  };
  // Jest may fail for a reason that no test shows, or find no test: neither may look like a success.
  const hidden = count.failed === 0 && (result.success !== true || count.passed === 0);
  return hidden ? { ...count, failed: 1 } : count;
}

/** Several runs as one. */
export function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (all, { passed, failed, skipped }) => ({
      passed: all.passed + passed,
      failed: all.failed + failed,
      skipped: all.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** `N passed, N failed`, with `, N skipped` where some were. */
export function lineOf({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The slowest files of a run by jest's own JSON, the slowest first: `12.3 s test/…`. */
export function slowest(json: string, root: string, count = 10): string[] {
  const { testResults } = JSON.parse(json) as {
    testResults: { name: string; startTime: number; endTime: number }[];
  };
  return testResults
    .map(({ name, startTime, endTime }) => ({ name, took: endTime - startTime }))
    .sort((a, b) => b.took - a.took)
    .slice(0, count)
    .map(({ name, took }) => `${(took / 1000).toFixed(1).padStart(6)} s  ${name.replace(`${root}/`, '')}`);
}
