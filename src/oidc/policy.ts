import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { AAL1 } from './claims.ts';

/** What the policy asks of the rest of Vestibule, each awaited before anything is handed out. */
export interface PolicyHooks {
  /** Records a sign-in that this request completes. False when it may not stand (account gone, session ended). */
  begin(ctx: KoaContextWithOIDC): Promise<boolean>;
  /** Records that the app is entered. */
  enter(ctx: KoaContextWithOIDC): Promise<void>;
}

type Prompt = InstanceType<typeof interactionPolicy.Prompt>;
const { Check, Prompt: PromptClass, base } = interactionPolicy;

/** Whether a prompt would ask for something, by name; for deciding before the policy itself runs. */
export type Asks = (ctx: KoaContextWithOIDC) => Promise<boolean>;

/**
 * What stands between a request and its code, in order. Each prompt asks one kind of thing; the first that
 * asks becomes the interaction, or the error of prompt=none.
 */
export function createPolicy(hooks: PolicyHooks): { prompts: Prompt[]; asksForPerson: Asks } {
  const login = loginPrompt();
  const handOver = continuePrompt();
  const prompts = [recordPrompt(hooks), login, handOver, consentPrompt(), enterPrompt(hooks)];
  return { prompts, asksForPerson: (ctx) => anyAsks([login, handOver], ctx) };
}

/** The library's own checks, and one for an account that is gone or disabled since it signed in. */
function loginPrompt(): Prompt {
  const login = base().get('login') as Prompt;
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(new Check('acr', 'the requested acr cannot be had', refuseImpossibleAcr));
  login.checks.add(
    new Check(
      'account_gone',
      'the account may not sign in',
      'login_required',
      (ctx) => Boolean(ctx.oidc.session?.accountId) && !ctx.oidc.account,
    ),
  );
  return login;
}

/**
 * An essential acr that no sign-in here reaches ends in an error; the library would ask for a sign-in, and
 * again after it, for ever. The claims parameter is read as it came, since acr_values overwrites it.
 */
function refuseImpossibleAcr({ oidc }: KoaContextWithOIDC): boolean {
  const claims = typeof oidc.params?.claims === 'string' ? JSON.parse(oidc.params.claims) : {};
  const acr = claims.id_token?.acr ?? {};
  if (!acr.essential) return false;
  const wanted: unknown[] = Array.isArray(acr.values) ? acr.values : acr.value ? [acr.value] : [];
  if (wanted.length === 0 || wanted.includes(AAL1)) return false;
  throw new errors.UnmetAuthenticationRequirements('the requested acr cannot be had here');
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
  const consent = base().get('consent') as Prompt;
  consent.checks.remove('consent_prompt');
  consent.checks.remove('native_client_prompt');
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
    new Check('recorded', 'the app could not be entered', 'access_denied', async (ctx) => {
      await hooks.enter(ctx);
      return false;
    }),
  );
}

async function anyAsks(prompts: Prompt[], ctx: KoaContextWithOIDC): Promise<boolean> {
  for (const prompt of prompts) {
    for (const check of prompt.checks) if (await check.check(ctx)) return true;
  }
  return false;
}
