import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countTests, lineOf, sum } from './count.ts';

// node test/support/sum.ts FOLDER TIER…: one line for several tiers, from the results that jest left in the
// folder. A tier that left none has failed.

const [folder = '.', ...tiers] = process.argv.slice(2);
const count = sum(
  tiers.map((tier) => {
    const file = join(folder, `${tier}.json`);
    return existsSync(file) ? countTests(readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
  }),
);
process.stdout.write(`${lineOf(count)}\n`);
process.exitCode = count.failed > 0 ? 1 : 0;
