import { z } from 'zod';
import type { SessionList } from '../../sessions/session-list.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { operation } from '../operation.ts';
import { GUARDS } from '../roles.ts';
import { id, note } from '../schemas.ts';

const touched = z.object({
  sessions: z.number(),
  offline: z.number().describe('Sign-ins of phone apps, which can outlast sessions'),
});

export interface AccountSessionDependencies {
  readonly list: Pick<SessionList, 'openOfAccount'>;
  readonly sessions: Pick<Sessions, 'endAllOf'>;
}

export function accountSessionOperations({ list, sessions }: AccountSessionDependencies) {
  return {
    endAllOf: operation({
      id: 'endSessionsOfAccount',
      method: 'post',
      path: '/accounts/{sub}/sessions/end',
      summary:
        'Ends all sessions of an account and the access of its phone apps; with dry_run, only counts them',
      scope: 'admin:sessions',
      roles: GUARDS,
      params: z.strictObject({ sub: id }),
      body: z.strictObject({ dry_run: z.boolean().default(false), note }),
      answer: touched,
      async run({ name: by, origin }, { params: { sub }, body }) {
        const open = await list.openOfAccount(sub);
        if (!body.dry_run) await sessions.endAllOf(sub, { reason: 'revoked', by, origin, note: body.note });
        return open;
      },
    }),
  };
}
