import type { Command } from 'commander';
import { type KeyInfo, RotationUnderWay } from '../keys/signing-keys.ts';
import { type Common, verb, withTools } from './command.ts';
import { Failure } from './failure.ts';
import { cell, writeJson, writeLine, writeTable } from './output.ts';
import type { Tools } from './tools.ts';

export function keysCommands(program: Command): void {
  const keys = program.command('keys').description('the keys that sign tokens');
  verb(keys, 'list', 'every key, the newest first').action(list);
  verb(keys, 'rotate', 'publish new keys; they sign once everybody has them (keys.propagation)').action(
    rotate,
  );
}

async function list({ json }: Common): Promise<void> {
  const keys = await withTools((tools) => tools.keys.list());
  if (json) return writeJson({ items: keys.map(asJson), next_cursor: null });
  writeTable(
    keys.map(({ kid, alg, state, activeFrom, retiredAt }) => ({
      ...{ alg, state, signs_from: activeFrom, published_until: retiredAt, kid },
    })),
    'There are no keys yet: the first start makes them.',
  );
}

async function rotate({ json }: Common): Promise<void> {
  await withTools(async (tools) => {
    await tools.keys.ensure();
    await tools.keys.rotate(times(tools), tools.record).catch(explainWaiting);
    const keys = await tools.keys.list();
    const next = keys.filter(({ state }) => state === 'next');
    if (json) return writeJson({ items: keys.map(asJson), next_cursor: null });
    const when = next[0] ? cell(next[0].activeFrom) : 'now';
    writeLine(`${next.length} new keys are published and sign from ${when}; the old ones go on verifying.`);
  });
}

/** An ID token is shown as a hint until its session ends, so its key is kept as long. */
function times({ config }: Tools) {
  const keep = Math.max(config.tokens.id, config.tokens.access, config.session.absolute);
  // A sign-in that began with the old key still ends with it.
  return { propagation: config.keys.propagation, keep: keep + config.sign_in.interaction_life };
}

function explainWaiting(error: unknown): never {
  if (!(error instanceof RotationUnderWay)) throw error;
  throw new Failure(
    'A rotation is under way: keys are published and wait for their turn (vestibule keys list)',
  );
}

function asJson({ kid, alg, state, activeFrom, retiredAt }: KeyInfo) {
  return { kid, alg, state, active_from: activeFrom, retired_at: retiredAt };
}
