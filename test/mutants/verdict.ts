import { stripVTControlCharacters } from 'node:util';

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
  readonly failureDetails?: readonly unknown[];
}

/** What of jest's JSON is read here. */
interface Results {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly TestResult[];
  }[];
}

/** How a named test went: `refuted` by a failed assertion, or in some other way, which says nothing. */
export type Verdict =
  | { readonly state: 'passed' | 'refuted' }
  | { readonly state: 'trouble'; readonly what: string };

/** The verdict on the tests whose names contain `name`, from what jest wrote. */
export function verdictOn(name: string, json: string): Verdict {
  const { testResults } = JSON.parse(json) as Results;
  const tests = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(name));
  if (tests.length === 0) {
    const said = testResults.map(({ message }) => firstLine(message)).find(Boolean);
    return { state: 'trouble', what: said ?? 'no test has this name' };
  }
  const failed = tests.filter(({ status }) => status === 'failed');
  if (failed.some(isRefuted)) return { state: 'refuted' };
  const [first] = failed;
  if (first) return { state: 'trouble', what: `no assertion failed: ${firstLine(first.failureMessages[0])}` };
  const idle = tests.find(({ status }) => status !== 'passed');
  return idle ? { state: 'trouble', what: `the test was ${idle.status}` } : { state: 'passed' };
}

function isRefuted({ failureDetails = [], failureMessages }: TestResult): boolean {
  const details = failureDetails as ({ readonly matcherResult?: unknown } | null)[];
  return (
    details.some((detail) => detail?.matcherResult !== undefined) ||
    failureMessages.some((message) => /^(\w*Error: )?expect\(/.test(stripVTControlCharacters(message)))
  );
}

function firstLine(text = ''): string {
  return (stripVTControlCharacters(text).split('\n').find(Boolean) ?? '').trim().slice(0, 300);
}
