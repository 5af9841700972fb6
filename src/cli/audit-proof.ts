import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { AnchorFile } from '../audit/anchor-file.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../audit/export.ts';
import { Tampered } from '../audit/tampered.ts';
import { type AnchorCheck, NO_ANCHOR, type Verified } from '../audit/verification.ts';
import { verifyExport, verifyLog } from '../audit/verify.ts';
import { type PublicSealKey, readSealKeys } from '../keys/seal-keys.ts';
import { oneOf, withTools } from './command.ts';
import { Failure, Told } from './failure.ts';
import { moment } from './moment.ts';
import { count, writeJson, writeLine } from './output.ts';
import { ProgressBar } from './progress.ts';
import { ACTOR, type Tools } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface ExportOptions extends Common {
  readonly format: ExportFormat;
  readonly from?: Date;
  readonly to?: Date;
  readonly output?: string;
}

interface VerifyOptions extends Common {
  readonly anchor?: string;
  readonly key?: string;
}

/** What proves the audit log, and takes it elsewhere. */
export function auditProofCommands(audit: Command): void {
  verb(audit, 'export', 'export the log for other tools; jsonl includes what verify needs')
    .addOption(oneOf('--format <format>', 'how', EXPORT_FORMATS).default('jsonl'))
    .option('--from <moment>', 'from this time on, such as 2026-03-01 or 2026-03-01T14:00:00Z', moment)
    .option('--to <moment>', 'up to this time, not included', moment)
    .option('--output <file>', 'write to a new file instead of standard output')
    .action(exportLog);
  verb(audit, 'verify [export]', 'check that the log, or an export, was not changed')
    .option('--anchor <file>', 'seals kept elsewhere: the file of an anchor, or a log that contains it')
    .option('--key <file>', 'the public key (audit key); by default, the one in the database')
    .action(verify);
  verb(audit, 'key', 'print the public keys that verify the log').action(showKey);
  verb(audit, 'rotate-key', 'sign with a new key and destroy the previous private key').action(rotateKey);
}

async function showKey({ json }: Common): Promise<void> {
  const keys = await withTools((tools) => tools.sealKeys.publicKeys());
  if (json) return writeJson({ items: keys.map(keyAsJson), next_cursor: null });
  writeLine(keys.map(({ pem }) => pem.trim()).join('\n'));
}

async function rotateKey({ json }: Common): Promise<void> {
  const key = await withTools(({ sealKeys, record }) => sealKeys.rotate(ACTOR, record));
  if (json) return writeJson(keyAsJson(key));
  writeLine(
    `Key ${key.id} signs from now on. Give the public keys (vestibule audit key) to the people who verify exports.`,
  );
}

function keyAsJson({ id, pem, createdAt }: PublicSealKey) {
  return { id, pem, created_at: createdAt };
}

async function exportLog({ format, from, to, output, json }: ExportOptions): Promise<void> {
  await withTools(async (tools) => {
    // So that hardly a row in it is unproven.
    if (format === 'jsonl') await tools.sealing.run();
    const period = { from: from?.toJSON(), to: to?.toJSON() };
    const after = { format, from: period.from ?? null, to: period.to ?? null };
    await tools.db
      .transaction()
      .execute((tx) =>
        tools.record(tx, { event: 'audit.exported', outcome: 'success', actor: ACTOR, after }),
      );
    const bar = new ProgressBar(process.stderr);
    const lines = tools.auditExport.lines(format, period, (part, rows) => bar.show(part, rows));
    try {
      await writeText(lines, output);
    } finally {
      bar.end();
    }
    if (output === undefined) return;
    if (json) writeJson({ format, rows: bar.rows, output });
    else writeLine(`${count(bar.rows, 'row')} read, written to ${output}`);
  });
}

/** Text for other tools, on the standard output or into a new file. */
export async function writeText(lines: AsyncIterable<string>, output: string | undefined): Promise<void> {
  if (output === undefined) return await pipeline(Readable.from(lines), process.stdout, { end: false });
  // Never over another file, and for nobody else's eyes.
  const file = createWriteStream(output, { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(lines), file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new Failure(`${output} already exists. Choose a new file`);
    throw error;
  });
}

async function verify(path: string | undefined, { anchor, key, json }: VerifyOptions): Promise<void> {
  const anchors = anchor === undefined ? NO_ANCHOR : new AnchorFile(contentOf(anchor));
  try {
    const verified = await check(path, key, anchors);
    if (json) writeJson({ ok: true, ...asJson(verified) });
    else for (const line of describe(verified, anchor)) writeLine(line);
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    if (!json) throw new Failure(error.message);
    const { what, place, message } = error;
    writeJson({ ok: false, what, row: place.row ?? null, seal: place.seal ?? null, message });
    throw new Told(message);
  }
}

/** With an export and a key, no store is asked. */
async function check(
  path: string | undefined,
  key: string | undefined,
  anchors: AnchorCheck,
): Promise<Verified> {
  if (path !== undefined && key !== undefined) {
    return await verifyExport(contentOf(path), keysIn(key), anchors);
  }
  return await withTools(async (tools) => {
    const keys = key === undefined ? await ownKeys(tools) : keysIn(key);
    if (path !== undefined) return await verifyExport(contentOf(path), keys, anchors);
    return await verifyLog(tools.db, keys, anchors);
  });
}

export async function ownKeys(tools: Tools) {
  return readSealKeys((await tools.sealKeys.publicKeys()).map(({ pem }) => pem).join('\n'));
}

export function keysIn(path: string) {
  const keys = readSealKeys(readFileSync(path, 'utf8'));
  if (keys.size === 0) throw new Failure(`${path} holds no public key: vestibule audit key prints it`);
  return keys;
}

/** Opened when it is read, so that an anchor that is not there fails where that is told. */
export async function* contentOf(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path)) yield chunk;
}

function describe(verified: Verified, anchor: string | undefined): string[] {
  const { rows, seals, unsealed, keptFrom, anchored } = verified;
  const anchoring =
    anchor === undefined
      ? 'No anchor was given, so this does not prove that no newer rows are missing.'
      : `The anchor has the same seals, up to ${anchored}.`;
  return [
    `Verified: ${count(rows, 'row')} under ${count(seals, 'seal')}.`,
    ...(unsealed > 0 ? [`${count(unsealed, 'row')} not sealed yet.`] : []),
    ...(keptFrom === null ? [] : [`Rows before ${keptFrom.slice(0, 10)} were deleted by retention.`]),
    anchoring,
  ];
}

function asJson({ rows, seals, first, last, unsealed, keptFrom, anchored }: Verified) {
  return { rows, seals, first_seal: first, last_seal: last, unsealed, kept_from: keptFrom, anchored };
}
