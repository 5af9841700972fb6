import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ResetRefused } from '../../src/help-desk/refusals.ts';
import { hashSubject } from '../../src/lockout/attempt.ts';
import { atOnce, rounds } from '../races/rounds.ts';
import { HelpDesk, origin } from './help-desk.ts';

let desk: HelpDesk;
let other: HelpDesk;
beforeAll(async () => {
  const opened = await HelpDesk.open();
  desk = opened;
  other = opened.twin();
});
afterAll(async () => {
  await other?.close();
  await desk?.close();
});

const record = () => async () => {};
const support = () => desk.person({ role: 'support' });

/** Why something is refused; 'done' when it is not. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof ResetRefused) return error.because;
    throw error;
  }
}

async function eventNames(account: string): Promise<string[]> {
  return (await desk.events(account)).map(({ event }) => event);
}

describe('who calls is verified by a code', () => {
  test('it goes to the address on file alone, and whoever asked for it does not see it', async () => {
    const [account, by] = [await desk.person(), await support()];
    const sent = await desk.resets.start(account, { by }, origin);
    const [notice] = await desk.told(account);
    expect(notice).toMatchObject({ kind: 'support-code', channel: 'email', to: `${account}@clinic.example` });
    const code = await desk.code(account);
    expect(code).toMatch(/^\d{6}$/);
    expect(JSON.stringify(sent)).not.toContain(code);
    expect(sent).toMatchObject({ channel: 'email' });
    expect(sent.expiresAt.getTime() - Date.now()).toBeGreaterThan(9 * 60_000);
    const [row] = await desk.rows(account);
    expect(row?.code?.includes(code)).toBe(false);
    expect(await desk.events(account)).toMatchObject([
      { event: 'helpdesk.verification-started', actor: by, after: { channel: 'email' } },
    ]);
    expect(JSON.stringify(await desk.events(account))).not.toContain(code);
  });

  test('the channel can be chosen; one that is not on file is refused, and nothing is sent', async () => {
    const by = await support();
    const both = await desk.person();
    await desk.resets.start(both, { by, channel: 'sms' }, origin);
    expect(await desk.told(both)).toMatchObject([{ channel: 'sms', to: '+12025550143' }]);
    const mailOnly = await desk.person({ phone: null });
    expect(await outcome(desk.resets.start(mailOnly, { by, channel: 'sms' }, origin))).toBe('no-contact');
    const none = await desk.person({ phone: null, email: null });
    expect(await outcome(desk.resets.start(none, { by }, origin))).toBe('no-contact');
    for (const account of [mailOnly, none]) {
      expect(await desk.told(account)).toEqual([]);
      expect(await desk.rows(account)).toEqual([]);
    }
  });

  test('it does not go to what was changed within the undo time: to the other address, or nowhere', async () => {
    const by = await support();
    const thiefs = '+12025550199';
    const both = await desk.person();
    const token = await desk.changeContact(both, 'sms', thiefs);
    expect(await outcome(desk.resets.start(both, { by, channel: 'sms' }, origin))).toBe('contact-changed');
    expect(await desk.told(both)).toEqual([]);
    await desk.resets.start(both, { by }, origin);
    expect(await desk.told(both)).toMatchObject([{ channel: 'email', to: `${both}@clinic.example` }]);
    await desk.expire(both);
    await desk.changeContact(both, 'email', 'thief@evil.example');
    const refused = desk.resets.start(both, { by }, origin);
    await expect(refused).rejects.toMatchObject({ because: 'contact-changed', until: expect.any(Date) });
    const until = Number(await refused.catch((error: ResetRefused) => error.until));
    expect(until - Date.now()).toBeGreaterThan(71.9 * 3_600_000);
    expect(until - Date.now()).toBeLessThan(72.1 * 3_600_000);
    // One that its owner took back is what it was before.
    await desk.db.transaction().execute((tx) => desk.contacts.undo(tx, token, record()));
    await desk.resets.start(both, { by }, origin);
    expect((await desk.told(both)).slice(1)).toMatchObject([{ channel: 'sms', to: '+12025550143' }]);
    expect(JSON.stringify(await desk.told(both))).not.toMatch(/evil|0199/);
  });

  test('an only address that was changed, or added, is refused until the undo time is over', async () => {
    const by = await support();
    const account = await desk.person({ email: null, phone: null });
    await desk.changeContact(account, 'sms', '+12025550199');
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('contact-changed');
    expect(await desk.rows(account)).toEqual([]);
    await desk.db
      .updateTable('contact_changes')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('account', '=', account)
      .execute();
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('done');
  });

  test('by the role support alone, as it is at that moment, and never for oneself', async () => {
    const account = await desk.person();
    for (const role of ['operator', 'security-analyst', undefined] as const) {
      const by = await desk.person(role ? { role } : {});
      expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('role-missing');
    }
    const by = await support();
    expect(await outcome(desk.resets.start(by, { by }, origin))).toBe('own-account');
    await desk.resets.start(account, { by }, origin);
    const code = await desk.code(account);
    await desk.db.deleteFrom('global_roles').where('account', '=', by).execute();
    expect(await outcome(desk.resets.verify(account, { by, code }, origin))).toBe('role-missing');
    const disabled = await support();
    await desk.db.updateTable('accounts').set({ status: 'disabled' }).where('sub', '=', disabled).execute();
    expect(await outcome(desk.resets.start(account, { by: disabled }, origin))).toBe('role-missing');
    expect(await eventNames(account)).toEqual(['helpdesk.verification-started']);
  });

  test('whoever has no factor, or may not sign in, is not verified', async () => {
    const by = await support();
    const plain = await desk.person({ factor: false });
    expect(await outcome(desk.resets.start(plain, { by }, origin))).toBe('no-factor');
    const out = await desk.person();
    await desk.db.updateTable('accounts').set({ status: 'disabled' }).where('sub', '=', out).execute();
    expect(await outcome(desk.resets.start(out, { by }, origin))).toBe('not-active');
    expect(await outcome(desk.resets.start('nobody', { by }, origin))).toBe('not-active');
  });

  test('of 16 who begin at once on two replicas one does, and one code is sent', async () => {
    for (let round = 0; round < rounds(50, 3); round += 1) {
      const account = await desk.person();
      const desks = await atOnce(16, support);
      const outcomes = await atOnce(16, (n) =>
        outcome((n % 2 ? desk : other).resets.start(account, { by: desks[n] as string }, origin)),
      );
      expect(outcomes.toSorted()).toEqual(['done', ...Array(15).fill('running')]);
      expect(await desk.told(account)).toHaveLength(1);
    }
  });

  test('the right code counts once of 16, and only from who had it sent', async () => {
    const [account, by, colleague] = [await desk.person(), await support(), await support()];
    await desk.resets.start(account, { by }, origin);
    const code = await desk.code(account);
    expect(await outcome(desk.resets.verify(account, { by: colleague, code }, origin))).toBe('not-theirs');
    const typed = { by, code: `${code.slice(0, 3)} ${code.slice(3)}` };
    const outcomes = await atOnce(16, (n) =>
      outcome((n % 2 ? desk : other).resets.verify(account, typed, origin)),
    );
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
    expect((await eventNames(account)).filter((name) => name === 'helpdesk.verified')).toHaveLength(1);
    const [row] = await desk.rows(account);
    expect(row).toMatchObject({ state: 'verified', code: null });
    expect(await outcome(desk.resets.request(account, { by: colleague }, origin))).toBe('not-theirs');
  });

  test('five wrong codes lock, a new code gives no fresh guesses, and each is written down', async () => {
    const [account, by] = [await desk.person(), await support()];
    await desk.resets.start(account, { by }, origin);
    const code = await desk.code(account);
    const wrong = code === '000000' ? '111111' : '000000';
    const guesses = await atOnce(16, (n) =>
      outcome((n % 2 ? desk : other).resets.verify(account, { by, code: wrong }, origin)),
    );
    expect(guesses.filter((one) => one === 'wrong-code')).toHaveLength(5);
    expect(guesses.filter((one) => one === 'locked')).toHaveLength(11);
    expect(await outcome(desk.resets.verify(account, { by, code }, origin))).toBe('locked');
    await desk.expire(account);
    await desk.resets.start(account, { by }, origin);
    const fresh = { by, code: await desk.code(account) };
    expect(await outcome(other.resets.verify(account, fresh, origin))).toBe('locked');
    const failed = (await desk.events(account)).filter(({ reason }) => reason === 'wrong-code');
    expect(failed).toHaveLength(5);
    expect(failed[0]).toMatchObject({ event: 'helpdesk.verification-failed', actor: by });
    const lock = await desk.db.selectFrom('locks').selectAll().where('account', '=', account).execute();
    expect(lock).toMatchObject([{ secret: 'support-code' }]);
  });

  test('what is no code at all is not counted', async () => {
    const [account, by] = [await desk.person(), await support()];
    await desk.resets.start(account, { by }, origin);
    for (const code of ['', '12345', '1234567', 'abcdef', '12 34 5x', '\0', '１２３'])
      expect(await outcome(desk.resets.verify(account, { by, code }, origin))).toBe('malformed');
    expect(await outcome(desk.resets.verify(account, { by, code: await desk.code(account) }, origin))).toBe(
      'done',
    );
  });

  test('a code that is too old is worth nothing, and another can be sent then', async () => {
    const [account, by] = [await desk.person(), await support()];
    await desk.resets.start(account, { by }, origin);
    const code = await desk.code(account);
    await desk.expire(account);
    expect(await outcome(desk.resets.verify(account, { by, code }, origin))).toBe('no-code');
    await desk.resets.start(account, { by }, origin);
    expect(await desk.events(account)).toMatchObject([
      { event: 'helpdesk.verification-started' },
      { event: 'helpdesk.verification-failed', reason: 'expired', actor: 'service' },
      { event: 'helpdesk.verification-started' },
    ]);
  });
});

describe('a reset is asked for', () => {
  test('only after a proof, which is good once and for a while', async () => {
    const [account, by] = [await desk.person(), await support()];
    expect(await outcome(desk.resets.request(account, { by }, origin))).toBe('not-verified');
    await desk.resets.start(account, { by }, origin);
    expect(await outcome(desk.resets.request(account, { by }, origin))).toBe('not-verified');
    await desk.resets.verify(account, { by, code: await desk.code(account) }, origin);
    await desk.expire(account);
    expect(await outcome(desk.resets.request(account, { by }, origin))).toBe('not-verified');
    await desk.resetFactor.sweep();
    expect((await desk.rows(account))[0]).toMatchObject({ state: 'expired', end_reason: 'unused' });
    await desk.verified(account, by);
    const asked = await atOnce(16, (n) =>
      outcome((n % 2 ? desk : other).resets.request(account, { by }, origin)),
    );
    expect(asked.toSorted()).toEqual(['done', ...Array(15).fill('running')]);
    await desk.passHold(account);
    await desk.resetFactor.sweep();
    expect(await outcome(desk.resets.request(account, { by }, origin))).toBe('not-verified');
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('no-factor');
  });

  test('the owner hears of it at once on every channel, with the moment and a link that nobody else has', async () => {
    const { account, by } = await desk.held();
    const [row] = await desk.rows(account);
    const told = (await desk.told(account)).filter(({ kind }) => kind === 'factor-reset-held');
    expect(told.map(({ channel }) => channel).sort()).toEqual(['email', 'sms']);
    const at = row?.due_at?.toJSON();
    for (const notice of told)
      expect(notice).toMatchObject({ values: { at, zone: 'America/Chicago', link: expect.anything() } });
    const token = await desk.stopToken(account);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(await eventNames(account)).toEqual([
      'helpdesk.verification-started',
      'helpdesk.verified',
      'factor-reset.requested',
    ]);
    expect((await desk.events(account))[2]).toMatchObject({ actor: by, after: { due_at: at } });
    expect(Number(row?.due_at?.getTime()) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(await desk.factors(account)).toEqual({ authenticators: 2, codes: 1, devices: 1 });
  });
});

describe('a second person', () => {
  test('approves it once of 16, and with that everything is gone and told', async () => {
    for (let round = 0; round < rounds(50, 3); round += 1) {
      const { account } = await desk.held();
      const approvers = await atOnce(16, (n) => desk.person({ role: n % 2 ? 'operator' : 'support' }));
      const outcomes = await atOnce(16, (n) =>
        outcome((n % 2 ? desk : other).resetFactor.approve(account, { by: approvers[n] as string }, origin)),
      );
      expect(outcomes.toSorted()).toEqual(['done', ...Array(15).fill('nothing-held')]);
      const winner = approvers[outcomes.indexOf('done')] as string;
      expect(await desk.factors(account)).toEqual({ authenticators: 0, codes: 0, devices: 0 });
      const [row] = await desk.rows(account);
      expect(row).toMatchObject({ state: 'done', ended_by: winner, end_reason: 'approved' });
      expect(row?.sessions_ended_at).not.toBeNull();
      expect((await desk.events(account)).slice(3)).toMatchObject([
        { event: 'factor-reset.approved', actor: winner },
        { event: 'factor-reset.done', actor: winner, reason: 'approved', after: { authenticators: 2 } },
      ]);
      const removed = (await desk.told(account)).filter(({ kind }) => kind === 'factor-removed');
      expect(removed.map(({ channel }) => channel).sort()).toEqual(['email', 'sms']);
    }
  });

  test('is not who asked, not the owner, and has the role', async () => {
    const { account, by } = await desk.held();
    expect(await outcome(desk.resetFactor.approve(account, { by }, origin))).toBe('second-person');
    await desk.db.insertInto('global_roles').values({ account, role: 'operator', granted_by: 't' }).execute();
    expect(await outcome(desk.resetFactor.approve(account, { by: account }, origin))).toBe('own-account');
    for (const role of ['security-analyst', undefined] as const) {
      const stranger = await desk.person(role ? { role } : {});
      expect(await outcome(desk.resetFactor.approve(account, { by: stranger }, origin))).toBe('role-missing');
    }
    await desk.db
      .insertInto('global_roles')
      .values({ account: by, role: 'operator', granted_by: 't' })
      .execute();
    expect(await outcome(desk.resetFactor.approve(account, { by }, origin))).toBe('second-person');
    expect(await desk.factors(account)).toEqual({ authenticators: 2, codes: 1, devices: 1 });
    const verifiedOnly = await desk.person();
    await desk.verified(verifiedOnly, by);
    const operator = await desk.person({ role: 'operator' });
    expect(await outcome(desk.resetFactor.approve(verifiedOnly, { by: operator }, origin))).toBe(
      'nothing-held',
    );
  });

  test('begins the codes of the next factor anew, whatever failed at this one', async () => {
    const { account } = await desk.held();
    const subject = hashSubject(`folded ${account}`);
    const row = { subject, device: '', streak: 'x', failures: 100, account, shut_at: new Date() };
    await desk.db
      .insertInto('failure_streaks')
      .values([
        { ...row, secret: 'totp' },
        { ...row, secret: 'password' },
      ])
      .execute();
    const by = await desk.person({ role: 'operator' });
    expect(await outcome(desk.resetFactor.approve(account, { by }, origin))).toBe('done');
    const left = desk.db.selectFrom('failure_streaks').select('secret').where('subject', '=', subject);
    expect(await left.execute()).toEqual([{ secret: 'password' }]);
  });

  test('of stop, link, approval and a hold that passes, all at once, exactly one happens', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < rounds(200, 12); round += 1) {
      const { account } = await desk.held();
      const [operator, analyst, token] = await Promise.all([
        desk.person({ role: 'operator' }),
        desk.person({ role: 'security-analyst' }),
        desk.stopToken(account),
      ]);
      await desk.passHold(account);
      const before = await desk.events(account);
      const acts = [
        () => desk.resetFactor.approve(account, { by: operator }, origin),
        () => other.resets.stop(account, { by: analyst }, origin),
        () => other.resets.stopByLink(token, origin),
        () => desk.resetFactor.sweep(),
        () => other.resetFactor.sweep(),
      ];
      const shift = round % acts.length;
      await Promise.all([...acts.slice(shift), ...acts.slice(0, shift)].map((act) => outcome(act())));
      const ends = (await desk.events(account)).slice(before.length);
      const names = ends.map(({ event }) => event).filter((name) => name !== 'factor-reset.approved');
      expect(names).toHaveLength(1);
      const [row] = await desk.rows(account);
      seen.add(String(row?.end_reason));
      const gone = row?.state === 'done';
      expect(names[0]).toBe(gone ? 'factor-reset.done' : 'factor-reset.stopped');
      expect(await desk.factors(account)).toEqual(
        gone ? { authenticators: 0, codes: 0, devices: 0 } : { authenticators: 2, codes: 1, devices: 1 },
      );
      expect((await desk.told(account)).filter(({ kind }) => kind === 'factor-removed')).toHaveLength(
        gone ? 2 : 0,
      );
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe('a hold', () => {
  test('happens by itself once, whichever of 8 sweeps does it, and not before it is over', async () => {
    const { account } = await desk.held();
    await desk.resetFactor.sweep();
    expect((await desk.rows(account))[0]?.state).toBe('held');
    await desk.passHold(account);
    await atOnce(8, (n) => (n % 2 ? desk : other).resetFactor.sweep());
    expect((await desk.events(account)).slice(3)).toMatchObject([
      { event: 'factor-reset.done', actor: 'service', reason: 'hold-over' },
    ]);
    expect(await desk.factors(account)).toEqual({ authenticators: 0, codes: 0, devices: 0 });
    expect((await desk.told(account)).filter(({ kind }) => kind === 'factor-removed')).toHaveLength(2);
  });

  test('ends every session with its reason; what a process left that died in between, the sweep finishes', async () => {
    const { account } = await desk.held();
    const uid = await openSession(account);
    await desk.passHold(account);
    await desk.resetFactor.sweep();
    expect(await ledger(uid)).toMatchObject({ end_reason: 'factor-removed', ended_by: null });
    expect(await sessionsAreRevoked(account)).toBe(true);

    // The change is committed and nothing else was done: the process died.
    const second = await openSession(account);
    const died = { sessions_ended_at: null, ended_at: new Date(Date.now() - 60_000) };
    await desk.db.updateTable('factor_resets').set(died).where('account', '=', account).execute();
    await other.resetFactor.sweep();
    expect(await ledger(second)).toMatchObject({ end_reason: 'factor-removed' });
    expect((await desk.rows(account))[0]?.sessions_ended_at).not.toBeNull();
    const third = await openSession(account);
    await other.resetFactor.sweep();
    expect((await ledger(third))?.ended_at).toBeNull();
  });

  test('with Redis away happens all the same; the apps are told when it is back', async () => {
    const { account } = await desk.held();
    const operator = await desk.person({ role: 'operator' });
    const lost = other;
    const endAllOf = lost.sessions.endAllOf;
    lost.sessions.endAllOf = async () => {
      throw new Error('away');
    };
    try {
      expect(await lost.resetFactor.approve(account, { by: operator }, origin)).toEqual({ told: false });
    } finally {
      lost.sessions.endAllOf = endAllOf;
    }
    expect(await desk.factors(account)).toEqual({ authenticators: 0, codes: 0, devices: 0 });
    expect((await desk.rows(account))[0]).toMatchObject({ state: 'done', sessions_ended_at: null });
  });

  test('ends with the account: disabled for a moment is enough', async () => {
    const { account } = await desk.held();
    const operator = await desk.person({ role: 'operator' });
    const setStatus = (status: 'active' | 'disabled') =>
      desk.db.transaction().execute((tx) => desk.accounts.setStatus(tx, account, status, record()));
    await setStatus('disabled');
    expect(await outcome(desk.resetFactor.approve(account, { by: operator }, origin))).toBe('not-active');
    await setStatus('active');
    expect(await outcome(desk.resetFactor.approve(account, { by: operator }, origin))).toBe('nothing-held');
    await desk.passHold(account);
    await desk.resetFactor.sweep();
    expect((await desk.events(account)).at(-1)).toMatchObject({
      event: 'factor-reset.stopped',
      actor: 'service',
      reason: 'account-disabled',
    });
    expect(await desk.factors(account)).toEqual({ authenticators: 2, codes: 1, devices: 1 });
    // Nobody objected to it: another can be begun.
    expect(await outcome(desk.resets.start(account, { by: await support() }, origin))).toBe('done');
  });
});

describe('a stop', () => {
  test('by the link keeps everything, is written down, and keeps new ones away for as long as the hold', async () => {
    const { account, by } = await desk.held();
    const token = await desk.stopToken(account);
    expect(await desk.resets.find(token)).toMatchObject({ state: 'held', zone: 'America/Chicago' });
    await atOnce(16, (n) => (n % 2 ? desk : other).resets.stopByLink(token, origin));
    expect(await desk.resets.find(token)).toMatchObject({ state: 'stopped' });
    expect((await desk.events(account)).slice(3)).toMatchObject([
      { event: 'factor-reset.stopped', actor: account, reason: 'link', before: { state: 'held' } },
    ]);
    await desk.passHold(account);
    expect(await desk.resetFactor.sweep()).toBe(0);
    expect(await desk.factors(account)).toEqual({ authenticators: 2, codes: 1, devices: 1 });
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('stopped-lately');
    expect(await outcome(desk.resets.start(account, { by: await support() }, origin))).toBe('stopped-lately');
    const past = new Date(Date.now() - 24 * 3_600_000 - 1000);
    await desk.db
      .updateTable('factor_resets')
      .set({ ended_at: past })
      .where('account', '=', account)
      .execute();
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('done');
  });

  test('by a link comes too late once it has happened, and does not touch the next reset', async () => {
    const { account } = await desk.held();
    const token = await desk.stopToken(account);
    await desk.passHold(account);
    await desk.resetFactor.sweep();
    await desk.resets.stopByLink(token, origin);
    expect(await desk.resets.find(token)).toMatchObject({ state: 'done' });
    for (const none of ['x'.repeat(43), '', '\0', 'x'.repeat(44)]) {
      expect(await desk.resets.find(none)).toBeUndefined();
      await desk.resets.stopByLink(none, origin);
    }
    const again = await desk.held();
    await desk.resets.stopByLink(token, origin);
    expect((await desk.rows(again.account))[0]?.state).toBe('held');
  });

  test('by the help desk needs a role, and ends a verification too', async () => {
    const [account, by] = [await desk.person(), await support()];
    expect(await outcome(desk.resets.stop(account, { by }, origin))).toBe('nothing-held');
    await desk.resets.start(account, { by }, origin);
    expect(await outcome(desk.resets.stop(account, { by: account }, origin))).toBe('role-missing');
    const analyst = await desk.person({ role: 'security-analyst' });
    await desk.resets.stop(account, { by: analyst }, origin);
    expect((await desk.events(account)).at(-1)).toMatchObject({
      event: 'factor-reset.stopped',
      actor: analyst,
      reason: 'help-desk',
      before: { state: 'code-sent' },
    });
    // Nobody had proved anything: the one who talked to the caller stays away, not the desk.
    expect(await outcome(desk.resets.start(account, { by }, origin))).toBe('stopped-lately');
    expect(await outcome(desk.resets.start(account, { by: await support() }, origin))).toBe('done');
  });
});

describe('what is refused is written down', () => {
  test('with who tried what, why not, and from where, and nothing else is changed', async () => {
    const { account, by } = await desk.held();
    const before = await desk.rows(account);
    const stranger = await desk.person({ role: 'security-analyst' });
    const acts: [act: string, reason: string, actor: string, () => Promise<unknown>][] = [
      ['reset-approval', 'second-person', by, () => desk.resetFactor.approve(account, { by }, origin)],
      [
        ...(['reset-approval', 'own-account', account] as const),
        async () => {
          const role = { account, role: 'operator', granted_by: 't' } as const;
          await desk.db.insertInto('global_roles').values(role).execute();
          await desk.resetFactor.approve(account, { by: account }, origin);
        },
      ],
      [
        ...(['reset-approval', 'role-missing', stranger] as const),
        () => desk.resetFactor.approve(account, { by: stranger }, origin),
      ],
      ['verification-start', 'running', by, () => desk.resets.start(account, { by }, origin)],
      ['verification', 'no-code', by, () => desk.resets.verify(account, { by, code: '123456' }, origin)],
      ['verification', 'malformed', by, () => desk.resets.verify(account, { by, code: '1' }, origin)],
      ['reset-request', 'running', by, () => desk.resets.request(account, { by }, origin)],
      ['reset-stop', 'role-missing', 'nobody', () => desk.resets.stop(account, { by: 'nobody' }, origin)],
    ];
    for (const [, reason, , act] of acts) expect(await outcome(act())).toBe(reason);
    expect(await desk.refusals(account)).toEqual(
      acts.map(([act, reason, actor]) => ({
        actor,
        reason,
        after: { act },
        outcome: 'failure',
        address: origin.address,
      })),
    );
    expect(await desk.rows(account)).toEqual(before);
  });

  test('whichever way the help desk goes wrong, and a wrong code once', async () => {
    const by = await support();
    const colleague = await support();
    const account = await desk.person();
    const reasons: [string, () => Promise<unknown>][] = [
      ['not-verified', () => desk.resets.request(account, { by }, origin)],
      ['nothing-held', () => desk.resetFactor.approve(account, { by }, origin)],
      ['nothing-held', () => desk.resets.stop(account, { by }, origin)],
    ];
    for (const [reason, act] of reasons) expect(await outcome(act())).toBe(reason);
    await desk.resets.start(account, { by }, origin);
    const code = await desk.code(account);
    const wrong = code === '000000' ? '111111' : '000000';
    expect(await outcome(desk.resets.verify(account, { by: colleague, code }, origin))).toBe('not-theirs');
    for (let n = 0; n < 5; n += 1) await outcome(desk.resets.verify(account, { by, code: wrong }, origin));
    expect(await outcome(desk.resets.verify(account, { by, code }, origin))).toBe('locked');
    expect((await desk.refusals(account)).map(({ reason }) => reason)).toEqual([
      ...['not-verified', 'nothing-held', 'nothing-held', 'not-theirs', 'locked'],
    ]);
    const failed = (await desk.events(account)).filter(({ reason }) => reason === 'wrong-code');
    expect(failed).toHaveLength(5);
    await desk.resets.stop(account, { by: colleague }, origin);
    await outcome(desk.resets.start(account, { by }, origin));
    const plain = await desk.person({ factor: false, email: null, phone: null });
    await outcome(desk.resets.start(plain, { by }, origin));
    const silent = await desk.person({ email: null, phone: null });
    await outcome(desk.resets.start(silent, { by }, origin));
    expect((await desk.refusals(account)).at(-1)).toMatchObject({ reason: 'stopped-lately' });
    expect(await desk.refusals(plain)).toMatchObject([{ reason: 'no-factor' }]);
    expect(await desk.refusals(silent)).toMatchObject([{ reason: 'no-contact' }]);
  });

  test('and where it cannot be, the answer is an error, not a refusal', async () => {
    const [account, by] = [await desk.person(), await desk.person()];
    const append = desk.trail.append;
    desk.trail.append = async () => {
      throw new Error('the audit log is full');
    };
    try {
      await expect(desk.resets.start(account, { by }, origin)).rejects.toThrow('full');
    } finally {
      desk.trail.append = append;
    }
  });
});

test('the list shows what runs, and with ended ones everything, in pages', async () => {
  const { account, by } = await desk.held();
  const { rows } = await desk.resets.list({ limit: 1 });
  expect(rows).toMatchObject([{ account, state: 'held', started_by: by, started_by_user_id: by }]);
  const first = await desk.resets.list({ limit: 1, ended: true });
  const second = await desk.resets.list({ limit: 500, ended: true, after: first.next });
  expect(second.rows.length).toBeGreaterThan(5);
  expect(second.rows.some(({ state }) => state === 'stopped')).toBe(true);
  expect(second.rows.map(({ id }) => id)).not.toContain(rows[0]?.id);
});

async function openSession(account: string): Promise<string> {
  const uid = `session-${account}-${Math.random()}`;
  const later = new Date(Date.now() + 3_600_000);
  await desk.db
    .insertInto('sessions')
    .values({ uid, account, absolute_expires_at: later, idle_expires_at: later })
    .execute();
  return uid;
}

async function ledger(uid: string) {
  return desk.db.selectFrom('sessions').selectAll().where('uid', '=', uid).executeTakeFirst();
}

async function sessionsAreRevoked(account: string): Promise<boolean> {
  return (await desk.accounts.find(account))?.sessionsNotBefore instanceof Date;
}
