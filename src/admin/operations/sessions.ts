import { z } from 'zod';
import type { SessionList } from '../../sessions/session-list.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { asList, flag, GUARDS, id, listOf, paging, READERS, text } from '../shapes.ts';

export interface SessionOperationsParts {
  readonly list: Pick<SessionList, 'page' | 'openAccount' | 'openOfAccount'>;
  readonly sessions: Pick<Sessions, 'end' | 'endAllOf'>;
  /** The sub of an account that a text names, by sub or user ID. */
  readonly accountNamed: (text: string) => Promise<string | undefined>;
}

const session = z.object({
  uid: z.string(),
  account: z.string(),
  user_id: z.string().nullable(),
  started_at: z.date(),
  last_seen_at: z.date(),
  ended_at: z.date().nullable(),
  end_reason: z.string().nullable(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  apps: z.array(z.string()).readonly(),
});

const touched = z.object({ sessions: z.number(), offline: z.number() });

export function sessionOperations({ list, sessions, accountNamed }: SessionOperationsParts) {
  return {
    list: operation({
      ...{ id: 'listSessions', method: 'get', path: '/sessions' },
      summary: 'Sessions, the newest first; open ones unless asked otherwise',
      ...{ scope: 'admin:read', roles: READERS },
      query: z.strictObject({ account: text(256).optional(), ended: flag.optional(), ...paging }),
      answer: listOf(session),
      async run(_actor, { query: { account: name, ended, limit, cursor: after } }) {
        const account = name && (await accountNamed(name));
        if (name && !account) return asList({ rows: [], next: undefined });
        return asList(await list.page({ account, ended, limit, after }));
      },
    }),
    end: operation({
      ...{ id: 'endSession', method: 'post', path: '/sessions/{uid}/end' },
      summary: 'Ends a session everywhere; its apps are told',
      ...{ scope: 'admin:write', roles: GUARDS, fresh: true },
      params: z.strictObject({ uid: id }),
      body: z.strictObject({ note: text(256).optional() }),
      answer: touched,
      async run({ name: by, origin }, { params: { uid } }) {
        if (!(await list.openAccount(uid))) throw new Problem('not-found', 'There is no such open session.');
        await sessions.end(uid, { reason: 'revoked', by, origin });
        return { sessions: 1, offline: 0 };
      },
    }),
    endAllOf: operation({
      ...{ id: 'endSessionsOfAccount', method: 'post', path: '/accounts/{sub}/sessions/end' },
      summary: 'Ends every session of an account, and what its phone apps hold',
      ...{ scope: 'admin:write', roles: GUARDS, fresh: true },
      params: z.strictObject({ sub: id }),
      body: z.strictObject({ dry_run: z.boolean().default(false), note: text(256).optional() }),
      answer: touched,
      async run({ name: by, origin }, { params: { sub }, body }) {
        const open = await list.openOfAccount(sub);
        if (!body.dry_run) await sessions.endAllOf(sub, { reason: 'revoked', by, origin });
        return open;
      },
    }),
  };
}

export type SessionOperations = ReturnType<typeof sessionOperations>;
