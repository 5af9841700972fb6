import { z } from 'zod';
import { APPROVERS, STOPPERS, VERIFIERS } from '../../help-desk/case.ts';
import type { FactorResets } from '../../help-desk/factor-resets.ts';
import { ResetRefused } from '../../help-desk/refusals.ts';
import type { ResetFactor } from '../../use-cases/reset-factor.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { FINDERS } from '../roles.ts';
import { asList, flag, id, listOf, paging } from '../schemas.ts';

export interface HelpDeskOperationsDependencies {
  readonly resets: Pick<FactorResets, 'start' | 'verify' | 'request' | 'stop' | 'list'>;
  readonly resetFactor: Pick<ResetFactor, 'approve'>;
}

const channel = z.enum(['email', 'sms']);
const reset = z.object({
  id: z.string(),
  account: z.string(),
  user_id: z.string().nullable(),
  state: z.string(),
  channel,
  started_by: z.string(),
  started_by_user_id: z.string().nullable(),
  started_at: z.date(),
  due_at: z.date().nullable(),
  ended_at: z.date().nullable(),
  ended_by: z.string().nullable(),
  end_reason: z.string().nullable(),
});

/** Resets of a second factor. Two different people must take part in one, so programs only look. */
export function helpDeskOperations({ resets, resetFactor }: HelpDeskOperationsDependencies) {
  const params = z.strictObject({ sub: id });
  const common = { scope: 'admin:people', peopleOnly: true, params } as const;
  const done = z.object({ state: z.string() });
  return {
    list: operation({
      id: 'listFactorResets',
      method: 'get',
      path: '/factor-resets',
      summary: 'Lists open resets of a second factor, newest first; with ended, all resets',
      scope: 'admin:read',
      roles: FINDERS,
      query: z.strictObject({ ended: flag.optional(), ...paging }),
      answer: listOf(reset),
      async run(_actor, { query: { cursor: after, ...asked } }) {
        return asList(await resets.list({ ...asked, after }));
      },
    }),
    start: operation({
      id: 'verifyCaller',
      method: 'post',
      path: '/accounts/{sub}/factor-reset/start',
      ...common,
      summary: 'Sends a code to the address on file, which the caller reads to the help desk',
      roles: VERIFIERS,
      body: z.strictObject({ channel: channel.optional() }),
      answer: z.object({ channel, expires_at: z.date() }),
      async run({ name: by, origin }, { params: { sub }, body }) {
        const sent = await telling(resets.start(sub, { by, channel: body.channel }, origin));
        return { channel: sent.channel, expires_at: sent.expiresAt };
      },
    }),
    verify: operation({
      id: 'enterCallerCode',
      method: 'post',
      path: '/accounts/{sub}/factor-reset/verify',
      ...common,
      summary: 'Checks the code that the caller reads',
      roles: VERIFIERS,
      body: z.strictObject({ code: z.string().max(32) }),
      answer: z.object({ expires_at: z.date() }),
      async run({ name: by, origin }, { params: { sub }, body: { code } }) {
        return { expires_at: await telling(resets.verify(sub, { by, code }, origin)) };
      },
    }),
    request: operation({
      id: 'requestFactorReset',
      method: 'post',
      path: '/accounts/{sub}/factor-reset/request',
      ...common,
      summary: 'Requests a reset for a verified caller; it takes effect after the hold unless it is stopped',
      roles: VERIFIERS,
      answer: z.object({ due_at: z.date() }),
      async run({ name: by, origin }, { params: { sub } }) {
        return { due_at: await telling(resets.request(sub, { by }, origin)) };
      },
    }),
    approve: operation({
      id: 'approveFactorReset',
      method: 'post',
      path: '/accounts/{sub}/factor-reset/approve',
      ...common,
      summary: 'Approves a reset, which takes effect now; for a second person only',
      roles: APPROVERS,
      answer: done,
      async run({ name: by, origin }, { params: { sub } }) {
        await telling(resetFactor.approve(sub, { by }, origin));
        return { state: 'done' };
      },
    }),
    stop: operation({
      id: 'stopFactorReset',
      method: 'post',
      path: '/accounts/{sub}/factor-reset/stop',
      ...common,
      summary: 'Stops a reset; no new one can be started for a while',
      roles: STOPPERS,
      answer: done,
      async run({ name: by, origin }, { params: { sub } }) {
        await telling(resets.stop(sub, { by }, origin));
        return { state: 'stopped' };
      },
    }),
  };
}

export type HelpDeskOperations = ReturnType<typeof helpDeskOperations>;

/** Turns a refusal into a problem whose detail is the reason's code. */
async function telling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ResetRefused)) throw error;
    throw new Problem('conflict', error.because, [], { cause: error });
  }
}
