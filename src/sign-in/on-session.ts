import { AppError } from '../errors.ts';
import { renderPage } from '../html/render.ts';
import { type Origin, originOf } from '../http/origin.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { EndReason } from '../sessions/ledger.ts';
import type { Step } from './flow.ts';
import type { Interactions } from './interaction.ts';
import { AccessDeniedPage } from './pages/access-denied.tsx';
import { ConsentPage } from './pages/consent.tsx';
import { ContinuePage } from './pages/continue.tsx';
import type { Visit } from './visit.ts';

interface ConsentGiven {
  account: string;
  clientId: string;
  scopes: readonly string[];
}

export interface OnSessionDependencies {
  readonly interactions: Interactions;
  readonly cookie: SessionCookie;
  readonly accounts: { find(sub: string): Promise<{ name: string; userId: string } | undefined> };
  readonly consents: { give(consent: ConsentGiven, origin: Origin): Promise<void> };
  readonly endSession: (uid: string, end: { reason: EndReason; by: string; origin: Origin }) => Promise<void>;
}

export type SessionStep = Extract<Step, 'access-denied' | 'continue' | 'consent'>;

/** Pages that ask something of the session that there is. */
export class OnSession {
  readonly #deps: OnSessionDependencies;

  constructor(deps: OnSessionDependencies) {
    this.#deps = deps;
  }

  async show({ ctx, interaction, page }: Visit, step: SessionStep): Promise<void> {
    const account = await this.#deps.accounts.find(String(interaction.accountId));
    if (!account) throw new AppError('session-expired');
    const { name: userName, userId } = account;
    const props = { ...page, userName, userId };
    const { roles, scopes } = interaction;
    const pages = {
      'access-denied': () => AccessDeniedPage({ ...props, roles }),
      continue: () => ContinuePage(props),
      consent: () => ConsentPage({ ...props, scopes }),
    };
    renderPage(ctx, pages[step](), step === 'access-denied' ? { status: 403 } : {});
  }

  /** Where the browser goes on, by what was chosen. */
  async answer({ ctx, interaction }: Visit, step: SessionStep, choice: string | undefined): Promise<string> {
    const { interactions, consents } = this.#deps;
    if (step === 'continue') return interactions.allow(ctx, interaction);
    if (step === 'access-denied') return interactions.refuse(ctx, interaction, 'the account lacks the role');
    if (choice !== 'allow') return interactions.refuse(ctx, interaction, 'the person did not consent');
    const { accountId: account = '', clientId, scopes } = interaction;
    await consents.give({ account, clientId, scopes }, originOf(ctx));
    return interactions.consent(ctx, interaction);
  }

  /** Ends the session first, so that nothing of the first person goes on into the second one's. */
  async switchUser({ ctx, session, interaction }: Visit): Promise<string> {
    if (session) {
      const by = session.login.accountId;
      await this.#deps.endSession(session.uid, { reason: 'switched-user', by, origin: originOf(ctx) });
      this.#deps.cookie.clear(ctx);
    }
    return this.#deps.interactions.startOver(ctx, interaction.uid);
  }
}
