import { z } from 'zod';
import type { Origin } from '../../http/origin.ts';
import type { LogoutNoticeList } from '../../sessions/logout-notice-list.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { GUARDS, READERS } from '../roles.ts';
import { asList, id, listOf, paging } from '../schemas.ts';

/** What became of telling an app that a session ended. */
export const noticeOutcome = z.object({
  id: z.string(),
  outcome: z.enum(['waiting', 'retrying', 'accepted', 'dead']),
  attempts: z.number(),
  last_error: z.string().nullable(),
  at: z.date(),
});

const notice = noticeOutcome.extend({
  session: z.string(),
  account: z.string(),
  user_id: z.string().nullable(),
  client_id: z.string(),
  created_at: z.date(),
});

export interface SessionNoticeDependencies {
  readonly notices: Pick<LogoutNoticeList, 'page'>;
  readonly replay: (id: string, by: { by: string; origin: Origin }) => Promise<boolean>;
}

export function sessionNoticeOperations({ notices, replay }: SessionNoticeDependencies) {
  return {
    notices: operation({
      id: 'listLogoutNotices',
      method: 'get',
      path: '/logout-notices',
      summary: 'Lists logout notices and their delivery, newest first',
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject({ status: z.enum(['pending', 'accepted', 'dead']).optional(), ...paging }),
      answer: listOf(notice),
      async run(_actor, { query: { cursor: after, ...asked } }) {
        return asList(await notices.page({ ...asked, after }));
      },
    }),
    replay: operation({
      id: 'replayLogoutNotice',
      method: 'post',
      path: '/logout-notices/{id}/replay',
      summary: 'Resends a failed logout notice, with as many attempts as a new one',
      scope: 'admin:sessions',
      roles: GUARDS,
      params: z.strictObject({ id }),
      answer: z.object({ replayed: z.boolean() }),
      async run({ name: by, origin }, { params }) {
        if (await replay(params.id, { by, origin })) return { replayed: true };
        throw new Problem('not-found', 'There is no dead notice with this id.');
      },
    }),
  };
}

export type LogoutNoticeItem = z.output<typeof notice>;
