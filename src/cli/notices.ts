import type { Command } from 'commander';
import { newSecrets } from '../config/secrets.ts';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';
import type { ListedNotice } from '../notices/notice-store.ts';
import { oneOf, type Paging, paged, withDead, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { writeJson, writeLine } from './output.ts';
import { commandConfig } from './settings.ts';
import { ACTOR, type Tools } from './tools.ts';
import { type Common, verb } from './verb.ts';

export function noticesCommands(notices: Command): void {
  paged(verb(notices, 'list', 'list emails and text messages with their delivery, newest first'))
    .option('--dead', 'only dead ones: they failed for good and can be sent again')
    .action(list);
  verb(notices, 'replay [id]', 'send a dead notice again')
    .option('--all-dead', 'all dead notices')
    .action(withDead(replay));
  verb(notices, 'preview [kind]', 'show what messages look like, with sample values')
    .addOption(oneOf('--lang <language>', 'the language', ['en', 'es']).default('en'))
    .option('--html', 'the email as HTML')
    .option('--text', 'the email as text (the default)')
    .option('--sms', 'the SMS')
    .action(preview);
}

async function list(options: Paging & { dead?: true }): Promise<void> {
  const { limit, cursor: after, dead } = options;
  const page = await withTools((tools) => tools.noticeStore.list({ limit, after, dead }));
  writePage<ListedNotice>(options, page, {
    json: (notice) => notice,
    row: ({ id, kind, channel, to, status, attempts, last_error, created_at }) => ({
      kind,
      channel,
      to,
      status,
      tries: attempts,
      last_error,
      created: created_at,
      id,
    }),
    none: dead ? 'No dead notices.' : 'No notices.',
  });
}

/** A transaction for each hundred, so that the record of a batch stands or falls with it. */
async function replay({ noticeQueue, db, record }: Tools, id: string | undefined): Promise<string[]> {
  const queue = await noticeQueue();
  const ids: string[] = [];
  for (;;) {
    const some = await db.transaction().execute(async (tx) => {
      const some = await queue.replay(tx, id);
      const after = { notices: some };
      if (some.length > 0)
        await record(tx, { event: 'notice.replayed', outcome: 'success', actor: ACTOR, after });
      return some;
    });
    ids.push(...some);
    if (some.length === 0 || id !== undefined) return ids;
  }
}

interface PreviewOptions extends Common {
  readonly lang: 'en' | 'es';
  readonly html?: true;
  readonly text?: true;
  readonly sms?: true;
}

async function preview(kind: string | undefined, options: PreviewOptions): Promise<void> {
  // Only here: words and templates would make every other command start more slowly.
  const { brandOf } = await import('../html/brand.ts');
  const { Renderer } = await import('../notices/renderer.tsx');
  const { samples } = await import('../notices/templates.ts');
  const { operator, issuer } = previewConfig();
  const all = samples(issuer);
  const chosen = all.filter((sample) => kind === undefined || sample.kind === kind);
  if (chosen.length === 0) {
    throw new Failure(`Unknown kind. Choose one of ${all.map((sample) => sample.kind).join(', ')}`);
  }
  const renderer = new Renderer(brandOf(operator), issuer);
  const rendered = chosen.map((sample) => ({
    kind: sample.kind,
    lang: options.lang,
    ...renderer.render(sample, 'email', options.lang),
    sms: renderer.render(sample, 'sms', options.lang).text,
  }));
  if (options.json) return writeJson({ items: rendered, next_cursor: null });
  for (const { kind, subject, text, html, sms } of rendered) {
    if (options.html) writeLine(html);
    else writeLine([`=== ${kind}`, ...(options.sms ? [sms] : [`${subject}\n`, text])].join('\n'));
  }
}

/** The words need a name and an address, and no store: without settings of one's own, the demo's do. */
function previewConfig(): Pick<Config, 'operator' | 'issuer'> {
  try {
    return commandConfig();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const overrides = {
      database: { url: 'postgresql://none/none' },
      redis: { url: 'unix:///none' },
      secrets: newSecrets('none'),
    };
    return loadConfig({ mode: 'demo', overrides });
  }
}
