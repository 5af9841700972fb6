import type { Command } from 'commander';
import type { ListedLogoutNotice } from '../sessions/logout-notice-list.ts';
import { type Paging, paged, type Replayed, someText, withDead, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { ACTOR, origin, type Tools } from './tools.ts';
import { verb } from './verb.ts';

interface ReplayOptions extends Replayed {
  readonly app?: string;
}

/** `sessions notices` and `sessions replay`: what apps were told of ended sessions. */
export function sessionNoticesCommands(sessions: Command): void {
  paged(verb(sessions, 'notices', 'list logout notices to apps, newest first'))
    .option('--dead', 'only dead ones: they failed for good and can be sent again')
    .option('--pending', 'only those that are still being sent')
    .action(notices);
  verb(sessions, 'replay [id]', 'send a dead logout notice again')
    .option('--all-dead', 'all dead notices')
    .option('--app <client_id>', 'with --all-dead: only to this app', someText(256))
    .action(withDead(replay));
}

async function notices(options: Paging & { dead?: true; pending?: true }): Promise<void> {
  const { limit, cursor: after, dead, pending } = options;
  if (dead && pending) throw new Failure('Give --dead or --pending, not both');
  const status = dead ? 'dead' : pending ? 'pending' : undefined;
  const page = await withTools((tools) => tools.logoutNoticeList.page({ limit, after, status }));
  writePage<ListedLogoutNotice>(options, page, {
    json: (notice) => notice,
    row: ({ client_id, outcome, attempts, last_error, created_at, user_id, session, id }) => ({
      app: client_id,
      notice: outcome,
      tries: attempts,
      last_error,
      ended: created_at,
      user_id,
      session,
      id,
    }),
    none: status ? `No notice is ${status}.` : 'There are no notices.',
  });
}

async function replay({ logoutNotices }: Tools, id: string | undefined, { app }: ReplayOptions) {
  const notices = await logoutNotices();
  const replayer = { by: ACTOR, origin: origin() };
  if (id === undefined) return notices.replayAll(app, replayer);
  return (await notices.replay(id, replayer)) ? [id] : [];
}
