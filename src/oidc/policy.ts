import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Demands } from './demands.ts';
import { decodeJwt } from './jwt.ts';
import { refuseImpossibleAcr } from './step-up.ts';

/** What the policy asks of the rest of Vestibule, each awaited before anything is handed out. */
export interface PolicyHooks {
  /** Records a sign-in that this request completes. False when it may not stand (account gone, session ended). */
  begin(ctx: KoaContextWithOIDC): Promise<boolean>;
  /** Records that the app is entered. False when the session has ended meanwhile. */
  enter(ctx: KoaContextWithOIDC): Promise<boolean>;
}

type Prompt = InstanceType<typeof interactionPolicy.Prompt>;
const { Check, Prompt: PromptClass, base } = interactionPolicy;

/** Characters of all parameters together; a real request with an id_token_hint has two or three thousand. */
const LONGEST_REQUEST = 8192;

/** The reason of a login prompt that wants a second factor on the session that there is. */
export const SECOND_FACTOR = 'second_factor';

/** Whether a prompt would ask for something, by name; for deciding before the policy itself runs. */
export type Asks = (ctx: KoaContextWithOIDC) => Promise<boolean>;

/**
 * What stands between a request and its code, in order. Each prompt asks one kind of thing; the first that
 * asks becomes the interaction, or the error of prompt=none.
 */
export function createPolicy(
  hooks: PolicyHooks,
  demands: Demands,
): { prompts: Prompt[]; asksForPerson: Asks } {
  const login = loginPrompt(demands);
  const access = accessPrompt(demands);
  const handOver = continuePrompt();
  const prompts = [recordPrompt(hooks), login, access, handOver, consentPrompt(), enterPrompt(hooks)];
  return { prompts, asksForPerson: (ctx) => anyAsks([login, access, handOver], ctx) };
}

/** @throws Error when an upgrade of the library has none of this name */
function libraryPrompt(name: string): Prompt {
  const prompt = base().get(name);
  if (!prompt) throw new Error(`oidc-provider has no prompt ${name}`);
  return prompt;
}

/** The library's own checks, and one for an account that is gone or disabled since it signed in. */
function loginPrompt(demands: Demands): Prompt {
  const login = libraryPrompt('login');
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(new Check('text', 'a parameter cannot be kept', refuseUnstorable));
  login.checks.add(new Check('acr', 'the requested acr cannot be had', refuseImpossibleAcr));
  login.checks.add(new Check('other_person', 'somebody else was asked for', 'login_required', isOtherPerson));
  login.checks.add(
    new Check(
      'account_gone',
      'the account may not sign in',
      'login_required',
      (ctx) => Boolean(ctx.oidc.session?.accountId) && !ctx.oidc.account,
    ),
  );
  login.checks.add(
    new Check('stale', 'the app wants a fresher sign-in', 'login_required', (ctx) =>
      demands.wantsSignIn(ctx),
    ),
  );
  login.checks.add(
    new Check(SECOND_FACTOR, 'a second factor is wanted', 'login_required', (ctx) =>
      demands.wantsFactor(ctx),
    ),
  );
  return login;
}

/** The app demands a role: no sign-in helps, so prompt=none and the page's way back say `access_denied`. */
function accessPrompt(demands: Demands): Prompt {
  const lacksRole = (ctx: KoaContextWithOIDC) => demands.lacksRole(ctx);
  return new PromptClass(
    { name: 'access' },
    new Check('role_missing', 'the account lacks the role', 'access_denied', lacksRole, async (ctx) => ({
      ...(await demands.refused(ctx)),
    })),
  );
}

/**
 * Whether somebody else has signed in than the one whom id_token_hint names (OIDC Core §3.1.2.1). The library
 * verifies the hint when the request comes, and forgets it on the way back from the sign-in.
 */
function isOtherPerson({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.route === 'resume' ? oidc.params?.id_token_hint : undefined;
  const sub = typeof hint === 'string' ? decodeJwt(hint)?.sub : undefined;
  return sub !== undefined && sub !== oidc.session?.accountId;
}

/** PostgreSQL takes no NUL and no half of a surrogate pair: a token for such a request could not be kept. */
function refuseUnstorable({ oidc }: KoaContextWithOIDC): boolean {
  const refuse = (text: unknown) => {
    if (typeof text !== 'string' || (!text.includes('\0') && text.isWellFormed())) return;
    throw new errors.InvalidRequest('a parameter has a character that cannot be kept');
  };
  const { nonce, claims } = oidc.params ?? {};
  // Kept for as long as the page may stand open, for anybody who asks.
  if (JSON.stringify(oidc.params ?? {}).length > LONGEST_REQUEST) {
    throw new errors.InvalidRequest('the request is too long');
  }
  refuse(nonce);
  if (typeof claims === 'string') JSON.parse(claims, (name, value) => [name, value].map(refuse));
  return false;
}

/**
 * A native app on an existing session: its client_id proves nothing, another app on the device could use it
 * to get tokens silently. So a person presses a button (RFC 8252 §8.6).
 */
function continuePrompt(): Prompt {
  return new PromptClass(
    { name: 'continue' },
    new Check('native_app', 'a person has to let the app in', 'interaction_required', ({ oidc }) => {
      const answered = oidc.result?.login ?? oidc.result?.continue;
      return oidc.client?.applicationType === 'native' && !answered;
    }),
  );
}

/** First-party apps ask nobody for consent; prompt=consent is granted without a page. */
function consentPrompt(): Prompt {
  const consent = libraryPrompt('consent');
  consent.checks.remove('consent_prompt');
  consent.checks.remove('native_client_prompt');
  consent.checks.remove('op_claims_missing');
  consent.checks.add(
    new Check('asked_again', 'consent was asked for', 'consent_required', ({ oidc }) => {
      const wanted = oidc.prompts.has('consent') && oidc.promptPending('consent');
      return wanted && oidc.client?.first_party !== true;
    }),
  );
  return consent;
}

/** Never asks anything: it runs first, on a resume that completes a sign-in, and must succeed for it to stand. */
function recordPrompt(hooks: PolicyHooks): Prompt {
  return new PromptClass(
    { name: 'sign-in' },
    new Check('recorded', 'the sign-in could not be recorded', 'login_required', async (ctx) =>
      ctx.oidc.result?.login ? !(await hooks.begin(ctx)) : false,
    ),
  );
}

function enterPrompt(hooks: PolicyHooks): Prompt {
  return new PromptClass(
    { name: 'enter' },
    new Check(
      'recorded',
      'the session has ended',
      'login_required',
      async (ctx) => !(await hooks.enter(ctx)),
    ),
  );
}

async function anyAsks(prompts: Prompt[], ctx: KoaContextWithOIDC): Promise<boolean> {
  for (const prompt of prompts) {
    for (const check of prompt.checks) if (await check.check(ctx)) return true;
  }
  return false;
}
