import { z } from 'zod';
import { isEverything } from '../../sessions/session-filter.ts';
import type { SessionList } from '../../sessions/session-list.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { endSessions } from '../../use-cases/end-sessions.ts';
import { accountFields, type Finder, subOf } from '../account-fields.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { GUARDS, READERS } from '../roles.ts';
import { asList, id, listOf, moment, note, paging, text } from '../schemas.ts';
import { accountSessionOperations } from './account-sessions.ts';
import { noticeOutcome, type SessionNoticeDependencies, sessionNoticeOperations } from './session-notices.ts';

export interface SessionOperationsDependencies extends SessionNoticeDependencies {
  readonly list: Pick<SessionList, 'page' | 'find' | 'countMatching' | 'openAccount' | 'openOfAccount'>;
  readonly sessions: Pick<Sessions, 'end' | 'endAllOf' | 'endMatching' | 'settleMarked'>;
  readonly accounts: Finder;
}

/** Which sessions; all that is given must hold. */
const criteria = {
  ...accountFields,
  practice: text(128).optional().describe('The ID of a practice: only sessions of its members'),
  address: text(64).optional().describe('An IP address, or a range in CIDR notation'),
  app: text(128).optional().describe('The client_id of an app that was opened'),
  device: text(128).optional().describe('Words in the device’s name: chrome windows'),
  from: moment.optional().describe('Started at or after'),
  to: moment.optional().describe('Started before'),
  reason: text(64).optional().describe('Why it ended'),
};

const practice = z.object({ id: z.string(), name: z.string(), role: z.string() });
const session = z.object({
  uid: z.string(),
  account: z.string(),
  user_id: z.string().nullable(),
  practices: z.array(practice).readonly(),
  started_at: z.date(),
  last_seen_at: z.date(),
  ended_at: z.date().nullable(),
  last_seen_by: z.string().nullable(),
  last_seen_app: z.string().nullable(),
  end_reason: z.string().nullable(),
  ended_by: z.string().nullable(),
  ended_by_user_id: z.string().nullable(),
  end_note: z.string().nullable(),
  address: z.string().nullable(),
  place: z.string().nullable(),
  device: z.string(),
  user_agent: z.string().nullable(),
  acr: z.string().nullable(),
  amr: z.array(z.string()).readonly(),
});
const listed = session.extend({ apps: z.array(z.string()).readonly() });
const entered = z.object({
  client_id: z.string(),
  name: z.string().nullable(),
  first_entered_at: z.date(),
  last_entered_at: z.date(),
  notice: noticeOutcome.nullable(),
});
const details = session.extend({
  idle_expires_at: z.date().nullable(),
  absolute_expires_at: z.date(),
  apps: z.array(entered).readonly(),
});

export function sessionOperations(deps: SessionOperationsDependencies) {
  const { list, sessions, accounts } = deps;
  return {
    ...accountSessionOperations(deps),
    ...sessionNoticeOperations(deps),
    list: operation({
      id: 'listSessions',
      method: 'get',
      path: '/sessions',
      summary: 'Lists sessions, newest first, including ended ones unless you exclude them',
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject({ ...criteria, state: z.enum(['open', 'ended']).optional(), ...paging }),
      answer: listOf(listed),
      async run(_actor, { query: { cursor: after, ...asked } }) {
        return asList(await list.page({ ...(await byAccount(accounts, asked, 'query')), after }));
      },
    }),
    show: operation({
      id: 'showSession',
      method: 'get',
      path: '/sessions/{uid}',
      summary: 'Shows a session, its apps and the logout notices to them',
      scope: 'admin:read',
      roles: READERS,
      params: z.strictObject({ uid: id }),
      answer: details,
      async run(_actor, { params: { uid } }) {
        const found = await list.find(uid);
        if (!found) throw new Problem('not-found', 'There never was such a session.');
        return found;
      },
    }),
    end: operation({
      id: 'endSession',
      method: 'post',
      path: '/sessions/{uid}/end',
      summary: 'Ends a session everywhere and notifies its apps',
      scope: 'admin:sessions',
      roles: GUARDS,
      params: z.strictObject({ uid: id }),
      body: z.strictObject({ note }),
      answer: z.object({ sessions: z.number() }),
      async run({ name: by, origin }, { params: { uid }, body }) {
        if (!(await list.openAccount(uid))) throw new Problem('not-found', 'There is no such open session.');
        await sessions.end(uid, { reason: 'revoked', by, origin, note: body.note });
        return { sessions: 1 };
      },
    }),
    endMatching: operation({
      id: 'endSessions',
      method: 'post',
      path: '/sessions/end',
      summary: 'Ends all open sessions that match; with dry_run, only counts them',
      scope: 'admin:sessions',
      roles: GUARDS,
      body: z.strictObject({
        filter: z.strictObject(criteria),
        dry_run: z.boolean().default(false),
        note,
      }),
      answer: z.object({
        sessions: z.number(),
        more: z.boolean().describe('Whether there are more than were counted'),
        id: z.string().nullable().describe('The bulk_end in the audit event of each session'),
      }),
      async run(actor, { body: { filter, dry_run: dry, note: why } }) {
        const found = await byAccount(accounts, filter, 'body.filter');
        if (isEverything(found)) {
          const detail = 'must contain at least one filter: an empty form can’t end all sessions';
          throw new Problem('invalid-request', undefined, [{ at: 'body.filter', detail }]);
        }
        if (dry) return { ...(await list.countMatching(found)), id: null };
        return { ...(await endSessions(sessions, found, actor, why)), more: false };
      },
    }),
  };
}

export type SessionOperations = ReturnType<typeof sessionOperations>;
export type SessionItem = z.output<typeof listed>;
export type SessionFacts = z.output<typeof details>;

/** The criteria, with the account's sub in place of the fields that named it. */
async function byAccount<T extends Parameters<typeof subOf>[1]>(accounts: Finder, asked: T, part: string) {
  const { sub: _, user_id: __, account: ___, ...rest } = asked;
  return { ...rest, account: await subOf(accounts, asked, part) };
}
