import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createLog } from '../../src/log.ts';
import { readCsv } from './csv-reader.ts';
import { ISSUER, SealedLog } from './sealed-log.ts';

let log: SealedLog;
beforeAll(async () => {
  log = await SealedLog.open();
});
afterAll(() => log.close());

type Row = Readonly<Record<string, unknown>>;

const jsonLines = (text: string): Row[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
const rowsOf = (text: string) => jsonLines(text).filter(({ event }) => event !== undefined);

/** Rows of a CSV export by their columns' names. */
function records(text: string): Record<string, string>[] {
  const [names = [], ...rows] = readCsv(text);
  return rows.map((row) => {
    expect(row).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']));
  });
}

const FIELDS = [
  ...['position', 'id', 'at', 'event', 'outcome', 'reason', 'account', 'actor', 'app', 'session'],
  ...['address', 'user_agent', 'request'],
];

const HOSTILE = {
  'a newline': 'Ada\r\nsign-in.succeeded,"x"\n\u2028\u2029',
  'a script': `</script><script>alert(1)</script><img src=x onerror=alert(1)>`,
  'right-to-left marks': '\u202Egnp.exe\u202C\u200F\u061C',
  'ten thousand characters': 'x"\n,'.repeat(2_500),
  'a formula': '=HYPERLINK("https://evil.example/","x")',
};

test.each(Object.entries(HOSTILE))(
  'text with %s is one audit row, one log record, one CSV field',
  async (_what, text) => {
    const before = rowsOf(await log.export('jsonl')).length;
    const said = {
      reason: text as never,
      actor: text,
      before: { given_name: text },
      after: { given_name: text, [text]: text },
    };
    const event = { event: 'account.changed', outcome: 'success', account: 'a', ...said } as const;
    await log.trail.append(log.db, event, { userAgent: text, address: text, request: text });
    await log.seal();

    const jsonl = await log.export('jsonl');
    expect(rowsOf(jsonl)).toHaveLength(before + 1);
    const row = rowsOf(jsonl).at(-1) as Row & { after: Row };
    expect(row.reason).toBe(text.slice(0, 256));
    expect(row.after.given_name).toBe(text.slice(0, 2048));
    await log.verifyExport(jsonl);

    const csv = records(await log.export('csv'));
    expect(csv).toHaveLength(before + 1);
    const guarded = text.startsWith('=') ? `'${text}` : text;
    expect(csv.at(-1)).toMatchObject({ reason: guarded.slice(0, 256 + guarded.length - text.length) });

    const lines: string[] = [];
    createLog({ level: 'info', stream: { write: (line) => lines.push(line) } }).info({ name: text }, text);
    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: text, msg: text });
  },
);

test.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '＝1'])(
  'a spreadsheet takes the field %j for text',
  async (text) => {
    await log.trail.append(
      log.db,
      { event: 'sign-in.failed', outcome: 'failure', reason: text as 'wrong-password' },
      {},
    );
    expect(records(await log.export('csv')).at(-1)?.reason).toBe(`'${text}`);
  },
);

test('every format has the fields that the contract names', async () => {
  await log.write(1);
  await log.seal();
  expect(Object.keys(rowsOf(await log.export('jsonl'))[0] ?? {})).toEqual(expect.arrayContaining(FIELDS));
  expect(Object.keys(records(await log.export('csv'))[0] ?? {})).toEqual([...FIELDS, 'before', 'after']);
});

test('sign-ins and sign-outs are OCSF Authentication events', async () => {
  const from = { address: '203.0.113.9', userAgent: 'Mozilla/5.0', request: 'r-9' };
  const [account, session] = ['sub', 'uid'];
  await log.trail.append(
    log.db,
    { event: 'sign-in.succeeded', outcome: 'success', account, session, after: { amr: ['pwd'] } },
    from,
  );
  await log.trail.append(
    log.db,
    { event: 'sign-in.failed', outcome: 'failure', reason: 'wrong-password' },
    {},
  );
  await log.trail.append(
    log.db,
    { event: 'session.ended', outcome: 'success', account, session, actor: 'op', reason: 'revoked' },
    from,
  );
  await log.write(1);
  await log.seal();
  const events = jsonLines(await log.export('ocsf')).slice(-3);
  const product = { name: 'Vestibule', vendor_name: 'Vestibule' };
  expect(events).toMatchObject([
    {
      class_uid: 3002,
      category_uid: 3,
      activity_id: 1,
      type_uid: 300_201,
      severity_id: 1,
      status_id: 1,
      metadata: { version: '1.1.0', product, event_code: 'sign-in.succeeded' },
      user: { uid: 'sub' },
      service: { name: ISSUER },
      session: { uid: 'uid', issuer: ISSUER },
      src_endpoint: { ip: '203.0.113.9' },
      http_request: { uid: 'r-9', user_agent: 'Mozilla/5.0' },
    },
    { activity_id: 1, status_id: 2, status_detail: 'wrong-password', user: { name: 'unknown' } },
    { activity_id: 2, type_uid: 300_202, actor: { user: { uid: 'op' } }, status_detail: 'revoked' },
  ]);
  for (const event of events) {
    expect(Number(event.time)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(event)).not.toContain('account.changed');
  }
});

test('a period is exact in CSV, and whole seals in JSON lines, which verify by themselves', async () => {
  const other = await SealedLog.open();
  const marks: string[] = [];
  for (let part = 0; part < 3; part += 1) {
    await other.writeTogether(3);
    await other.seal();
    const { rows } = await sql<{ at: string }>`select cast(max(at) as text) as at from audit_events`.execute(
      other.db,
    );
    marks.push(rows[0]?.at ?? '');
  }
  const period = { from: marks[0] ?? '', to: marks[1] ?? '' };
  const csv = records(await other.export('csv', period)).map(({ position }) => Number(position));
  // From the third row on, up to the sixth, which is not included.
  expect(csv).toEqual([3, 4, 5]);
  const jsonl = await other.export('jsonl', period);
  const heads = await other.heads();
  expect(await other.verifyExport(jsonl, heads)).toMatchObject({ unsealed: 0 });
  expect(rowsOf(jsonl).map(({ position }) => position)).toEqual(expect.arrayContaining([3, 4, 5]));
  expect(rowsOf(jsonl).map(({ position }) => position)).not.toContain(9);
  const beheaded = jsonl.split('\n').slice(1).join('\n');
  await expect(other.verifyExport(beheaded)).rejects.toMatchObject({ name: 'Tampered' });
  await other.close();
});

test('rows that are not sealed yet are exported, and guarded by the end of the export', async () => {
  await log.seal();
  await log.write(2);
  const text = await log.export('jsonl');
  expect(await log.verifyExport(text)).toMatchObject({ unsealed: 2 });
  const altered = text.replace(/("position":null.*)/, (line) => line.replace('Mozilla', 'Godzilla'));
  expect(altered).not.toBe(text);
  await expect(log.verifyExport(altered)).rejects.toMatchObject({ what: 'altered' });
  await log.seal();
});

test('a log that goes on while it is exported is whole: each row is there once', async () => {
  await log.seal();
  await log.write(3);
  const before = await log.db.selectFrom('audit_events').select('id').execute();
  let text = '';
  for await (const line of log.exports.lines('jsonl', {})) {
    // Sealed after the seals were read, and before what is not sealed.
    if (text === '') await log.seal();
    text += line;
  }
  const ids = rowsOf(text).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(before.map(({ id }) => id).toSorted());
  expect(await log.verifyExport(text)).toMatchObject({ unsealed: 3 });
});
