import type { Command } from 'commander';
import type { Resealed } from '../keys/reseal.ts';
import { type KeyInfo, RotationUnderWay } from '../keys/signing-keys.ts';
import { rotateKeys } from '../use-cases/rotate-keys.ts';
import { withTools } from './command.ts';
import { Failure } from './failure.ts';
import { cell, writeJson, writeLine, writeTable } from './output.ts';
import { type Common, verb } from './verb.ts';

export function keysCommands(keys: Command): void {
  verb(keys, 'list', 'list all keys, newest first').action(list);
  verb(keys, 'rotate', 'publish new keys; they sign after keys.propagation, when every app has them').action(
    rotate,
  );
  verb(keys, 'reseal', 'encrypt secrets at rest with the first key of VESTIBULE_MASTER_KEY')
    .option('--dry-run', 'only count them')
    .action(reseal);
}

async function list({ json }: Common): Promise<void> {
  const keys = await withTools((tools) => tools.keys.list());
  if (json) return writeJson({ items: keys.map(asJson), next_cursor: null });
  writeTable(
    keys.map(({ kid, alg, state, activeFrom, retiredAt }) => ({
      alg,
      state,
      signs_from: activeFrom,
      published_until: retiredAt,
      kid,
    })),
    'There are no keys yet. The first start creates them.',
  );
}

async function rotate({ json }: Common): Promise<void> {
  await withTools(async (tools) => {
    await tools.keys.ensure(tools.config.keys.rsa_bits);
    await rotateKeys(tools.keys, tools.config, tools.actor).catch(explainWaiting);
    const keys = await tools.keys.list();
    const next = keys.filter(({ state }) => state === 'next');
    if (json) return writeJson({ items: keys.map(asJson), next_cursor: null });
    const when = next[0] ? cell(next[0].activeFrom) : 'now';
    writeLine(`${next.length} new keys are published and sign from ${when}; the old ones still verify.`);
  });
}

async function reseal({ json, dryRun = false }: Common & { dryRun?: boolean }): Promise<void> {
  await withTools(async (tools) => {
    // Only now: it knows every part that seals something.
    const { sealedColumns } = await import('../app/sealed-columns.ts');
    const columns: Resealed[] = [];
    for (const column of sealedColumns) columns.push(await tools.reseal.run(column, { dry: dryRun }));
    const key = tools.masterKeyId;
    if (json) writeJson({ key, dry_run: dryRun, items: columns });
    else tellResealed(columns, key, dryRun);
    const lost = columns.flatMap(({ table, column, unreadable }) =>
      unreadable.map((id) => `${table}.${column} of ${id}`),
    );
    if (lost.length > 0) throw new Failure(`No key of VESTIBULE_MASTER_KEY opens ${few(lost)}`);
  });
}

function tellResealed(columns: readonly Resealed[], key: string, dry: boolean): void {
  const done = dry ? 'due' : 'sealed_anew';
  writeTable(
    columns.map(({ table, column, values, old }) => ({ secrets: `${table}.${column}`, values, [done]: old })),
    '',
  );
  if (dry) return;
  writeLine(
    `The first key, "${key}", has encrypted them. Keep the other keys for a day: links and codes already sent need them.`,
  );
}

/** The first of them, so that a line stays one. */
function few(names: readonly string[]): string {
  const rest = names.length - 5;
  return names.slice(0, 5).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function explainWaiting(error: unknown): never {
  if (!(error instanceof RotationUnderWay)) throw error;
  throw new Failure(
    'A rotation is already in progress: published keys are waiting to sign (vestibule keys list)',
  );
}

function asJson({ kid, alg, state, activeFrom, retiredAt }: KeyInfo) {
  return { kid, alg, state, active_from: activeFrom, retired_at: retiredAt };
}
