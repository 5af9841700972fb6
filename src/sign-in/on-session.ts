import type { Accounts } from '../accounts/accounts.ts';
import type { Consents } from '../apps/consents.ts';
import { AppError } from '../errors.ts';
import { renderPage } from '../html/render.ts';
import { originOf } from '../http/origin.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { Interactions } from '../sessions/interaction.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SessionStep } from './flow.ts';
import { AccessDeniedPage, ConsentPage, ContinuePage } from './pages/on-session.tsx';
import type { SignInRequest } from './sign-in-request.ts';

export interface OnSessionDependencies {
  readonly interactions: Interactions;
  readonly cookie: SessionCookie;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly consents: Pick<Consents, 'give'>;
  readonly sessions: Pick<Sessions, 'end'>;
}

/** Pages that ask something of the session that there is. */
export class OnSession {
  readonly #deps: OnSessionDependencies;

  constructor(deps: OnSessionDependencies) {
    this.#deps = deps;
  }

  async show({ ctx, interaction, page }: SignInRequest, step: SessionStep): Promise<void> {
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
  async answer(
    { ctx, interaction }: SignInRequest,
    step: SessionStep,
    choice: string | undefined,
  ): Promise<string> {
    const { interactions, consents } = this.#deps;
    if (step === 'continue') return interactions.allow(ctx, interaction);
    if (step === 'access-denied') return interactions.refuse(ctx, interaction, 'the account lacks the role');
    if (choice !== 'allow') return interactions.refuse(ctx, interaction, 'the person did not consent');
    const { accountId: account = '', clientId, scopes } = interaction;
    await consents.give({ account, clientId, scopes }, originOf(ctx));
    return interactions.consent(ctx, interaction);
  }

  /** Ends the session first, so that nothing of the first person goes on into the second one's. */
  async switchUser({ ctx, session, interaction }: SignInRequest): Promise<string> {
    if (session) {
      const by = session.login.accountId;
      await this.#deps.sessions.end(session.uid, { reason: 'switched-user', by, origin: originOf(ctx) });
      this.#deps.cookie.clear(ctx);
    }
    return this.#deps.interactions.startOver(ctx, interaction.uid);
  }
}
