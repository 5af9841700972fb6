import { z } from 'zod';
import { type Account, accountFacts } from '../../accounts/account.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Directory } from '../../accounts/directory.ts';
import { foldUserId } from '../../accounts/user-id.ts';
import type { Authenticators } from '../../factors/authenticators.ts';
import type { AttemptLimiter } from '../../lockout/attempt-limiter.ts';
import type { Lock, LockStore } from '../../lockout/lock-store.ts';
import type { Streak, Streaks } from '../../lockout/streaks.ts';
import type { Database } from '../../postgres/database.ts';
import type { SessionList } from '../../sessions/session-list.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { disableAccount, enableAccount } from '../../use-cases/disable-account.ts';
import { requireFactor } from '../../use-cases/require-factor.ts';
import type { SendLink } from '../../use-cases/send-link.ts';
import { unlockAccount } from '../../use-cases/unlock-account.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { FINDERS, GUARDS, OPERATORS } from '../roles.ts';
import { asList, id, listOf, paging, text } from '../schemas.ts';

export interface AccountOperationsDependencies {
  readonly db: Database;
  readonly accounts: Pick<Accounts, 'find' | 'findLocked' | 'roles' | 'setStatus' | 'requireFactor'>;
  readonly authenticators: Pick<Authenticators, 'count'>;
  readonly directory: Pick<Directory, 'accounts' | 'membershipsOf'>;
  readonly limiter: Pick<AttemptLimiter, 'lift'>;
  readonly list: Pick<SessionList, 'openOfAccount'>;
  readonly locks: Pick<LockStore, 'locksOf'>;
  readonly streaks: Pick<Streaks, 'ofSubject'>;
  readonly sendLink: Pick<SendLink, 'send'>;
  readonly sessions: Pick<Sessions, 'changing'>;
}

const status = z.enum(['invited', 'active', 'disabled']);
const listed = z.object({
  sub: z.string(),
  user_id: z.string().nullable(),
  given_name: z.string(),
  family_name: z.string(),
  email: z.string().nullable(),
  email_verified: z.boolean(),
  status,
  created_at: z.date(),
});
const membership = z.object({
  practice: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.string(),
  valid_from: z.date(),
  valid_to: z.date().nullable(),
});
const lock = z.object({
  secret: z.string(),
  device: z.boolean().describe('Only for one device'),
  began_at: z.date(),
  ends_at: z.date(),
});
const failures = z.object({
  secret: z.string(),
  device: z.boolean().describe('Only for one device'),
  in_a_row: z.number().describe('Regardless of when'),
  last_at: z.date(),
  shut_at: z.date().nullable().describe('Since when no more attempts are accepted'),
});
const details = z.object({
  sub: z.string(),
  user_id: z.string().nullable(),
  name: z.string(),
  status,
  email: z.string().nullable(),
  email_verified: z.boolean(),
  phone_number: z.string().nullable(),
  phone_number_verified: z.boolean(),
  password: z.enum(['set', 'none']),
  roles: z.array(z.string()).readonly(),
  factors: z.number(),
  second_factor_required: z.boolean(),
  open_sessions: z.number(),
  offline_grants: z.number(),
  locks: z.array(lock),
  failures: z.array(failures),
  practices: z.array(membership),
});

export function accountOperations(deps: AccountOperationsDependencies) {
  const params = z.strictObject({ sub: id });
  const known = async (sub: string): Promise<Account> => {
    const account = await deps.accounts.find(sub);
    if (!account) throw new Problem('not-found', 'There is no such account.');
    return account;
  };
  const done = z.object({ sub: z.string(), status });
  return {
    list: operation({
      id: 'listAccounts',
      method: 'get',
      path: '/accounts',
      summary: 'Lists accounts, newest first',
      scope: 'admin:read',
      roles: FINDERS,
      query: z.strictObject({
        q: text(256)
          .optional()
          .describe('A sub, the start of a user ID or last name, an email address or phone number'),
        contact: z.enum(['unproved']).optional().describe('Only accounts whose address is not confirmed'),
        status: status.optional(),
        ...paging,
      }),
      answer: listOf(listed),
      async run(_actor, { query: { q, contact, cursor: after, ...asked } }) {
        const unproved = contact === 'unproved';
        return asList(await deps.directory.accounts({ ...asked, text: q, unproved, after }));
      },
    }),
    show: operation({
      id: 'showAccount',
      method: 'get',
      path: '/accounts/{sub}',
      summary: 'Shows an account, never its password or keys',
      scope: 'admin:read',
      roles: FINDERS,
      params,
      answer: details,
      async run(_actor, { params: { sub } }) {
        const account = await known(sub);
        const subject = account.userId && foldUserId(account.userId);
        const [roles, factors, locks, failed, open, practices] = await Promise.all([
          deps.accounts.roles(sub),
          deps.authenticators.count(sub),
          subject ? deps.locks.locksOf(subject) : [],
          subject ? deps.streaks.ofSubject(subject) : [],
          deps.list.openOfAccount(sub),
          deps.directory.membershipsOf(sub),
        ]);
        return {
          ...facts(account),
          locks: locks.map(lockFacts),
          failures: failed.map(failureFacts),
          roles,
          factors,
          practices,
          open_sessions: open.sessions,
          offline_grants: open.offline,
        };
      },
    }),
    unlock: operation({
      id: 'unlockAccount',
      method: 'post',
      path: '/accounts/{sub}/unlock',
      summary: 'Ends all locks of an account and resets its failed attempts',
      scope: 'admin:people',
      roles: GUARDS,
      params,
      answer: z.object({
        locks: z.number(),
        opened: z.number().describe('Secrets that were closed after too many failures in a row'),
      }),
      async run(actor, { params: { sub } }) {
        return unlockAccount(deps.limiter, await known(sub), actor);
      },
    }),
    disable: operation({
      id: 'disableAccount',
      method: 'post',
      path: '/accounts/{sub}/disable',
      summary: 'Disables an account and ends its sessions and tokens; with dry_run, only counts them',
      scope: 'admin:people',
      roles: OPERATORS,
      params,
      body: z.strictObject({ dry_run: z.boolean().default(false) }),
      answer: done.extend({ sessions: z.number(), offline: z.number() }),
      async run(actor, { params: { sub }, body }) {
        const account = await known(sub);
        const open = await deps.list.openOfAccount(sub);
        if (body.dry_run) return { sub, status: account.status, ...open };
        if (!(await disableAccount(deps, sub, actor)))
          throw new Problem('conflict', 'Nobody disables their own account.');
        return { sub, status: 'disabled' as const, ...open };
      },
    }),
    enable: operation({
      id: 'enableAccount',
      method: 'post',
      path: '/accounts/{sub}/enable',
      summary: 'Enables a disabled account',
      scope: 'admin:people',
      roles: OPERATORS,
      params,
      answer: done,
      async run(actor, { params: { sub } }) {
        const account = await known(sub);
        if (account.status === 'invited') throw new Problem('conflict', 'The account is not activated yet.');
        return { sub, status: (await enableAccount(deps, sub, actor)) ?? account.status };
      },
    }),
    requireFactor: operation({
      id: 'requireSecondFactor',
      method: 'post',
      path: '/accounts/{sub}/second-factor',
      summary: 'Sets whether the account requires a second factor, regardless of its roles',
      scope: 'admin:people',
      roles: OPERATORS,
      params,
      body: z.strictObject({ required: z.boolean() }),
      answer: z.object({ sub: z.string(), second_factor_required: z.boolean() }),
      async run(actor, { params: { sub }, body: { required } }) {
        await known(sub);
        await requireFactor(deps, sub, required, actor);
        return { sub, second_factor_required: required };
      },
    }),
    send: operation({
      id: 'sendReset',
      method: 'post',
      path: '/accounts/{sub}/send-reset',
      summary: 'Sends a link to reset the password, or to activate the account if it is invited',
      scope: 'admin:people',
      roles: OPERATORS,
      params,
      answer: z.object({ what: z.enum(['reset', 'activation']), channel: z.enum(['email', 'sms']) }),
      async run(actor, { params: { sub } }) {
        const account = await known(sub);
        if (account.status === 'disabled') throw new Problem('conflict', 'The account is disabled.');
        const sent = await deps.sendLink.send(account, actor.name, actor.record);
        if (!sent) throw new Problem('conflict', 'The account has no address on file that can be reached.');
        if (sent === 'many') throw new Problem('conflict', 'That address was sent many messages lately.');
        return sent;
      },
    }),
  };
}

export type AccountOperations = ReturnType<typeof accountOperations>;
export type AccountItem = z.output<typeof listed>;
export type AccountFacts = z.output<typeof details>;

function facts(account: Account) {
  return { ...accountFacts(account), second_factor_required: account.secondFactorRequired };
}

function lockFacts({ secret, device, beganAt, endsAt }: Lock) {
  return { secret, device, began_at: beganAt, ends_at: endsAt };
}

function failureFacts({ secret, device, failures: in_a_row, lastAt, shutAt }: Streak) {
  return { secret, device, in_a_row, last_at: lastAt, shut_at: shutAt };
}
