import type { Note } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import { codeFault, digitsOf } from '../http/six-digits.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import { type CodeNews, CodePage } from './pages/code.tsx';
import type { CodeRequest } from './recovery-request.ts';
import type { RequestStep } from './request.ts';
import type { Resets, SentCode } from './resets.ts';

export interface CodeStepDependencies {
  readonly attemptPages: AttemptPages;
  readonly resets: Resets;
  readonly request: Pick<RequestStep, 'resend'>;
  readonly fold: (userId: string) => string;
  readonly append: Note;
  /** Those that are configured. */
  readonly channels: readonly NoticeChannel[];
  /** s */
  readonly codeLife: number;
}

/** The code that was sent to the address on file, if it was sent at all. */
export class CodeStep {
  readonly #deps: CodeStepDependencies;

  constructor(deps: CodeStepDependencies) {
    this.#deps = deps;
  }

  async show({ ctx, page, read }: CodeRequest, news?: CodeNews): Promise<void> {
    const { resets, channels, codeLife } = this.#deps;
    const { id, reset } = read;
    const { userId, channel } = reset;
    const minutes = Math.max(1, Math.floor(codeLife / 60));
    const sent = { userId, channel, hasOther: channels.length > 1, minutes };
    const resent = ctx.method === 'GET' && ctx.query.done === 'resent' ? 'recover.resent' : undefined;
    renderPage(ctx, CodePage({ ...page, ...sent, wait: await resets.wait(id), news: news ?? resent }));
  }

  async submit(request: CodeRequest, form: Form): Promise<'next' | undefined> {
    if (form.choice === 'resend') return this.#resend(request);
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.code === undefined) return 'next';
    const fault = codeFault(form.code);
    // Told without a try, which it does not cost.
    if (fault) return void (await this.show(request, `recover.code-${fault}`));
    const sent = await this.#deps.resets.sentCode(request.read.id);
    if (!sent) return void (await this.show(request, 'recover.code-expired'));
    return this.#check(request, sent, digitsOf(form.code));
  }

  /** Told on the page's own address: reloading it has nothing sent again. */
  async #resend(request: CodeRequest): Promise<undefined> {
    if (!(await this.#deps.request.resend(request)))
      return void (await this.show(request, 'recover.resend-early'));
    const { ctx, page } = request;
    redirect(ctx, `${page.action}${request.app === undefined ? '?' : '&'}done=resent`);
  }

  async #check(request: CodeRequest, sent: SentCode, digits: string): Promise<'next' | undefined> {
    const { attemptPages, resets, fold, append } = this.#deps;
    const { ctx, app } = request;
    const { id, reset } = request.read;
    const typed = { subject: fold(reset.userId), account: sent.account, app };
    const tried = { userId: reset.userId, error: 'recover.code-wrong' } as const;
    const attempt = await attemptPages.enter(request, 'sent-code', typed, tried);
    if (!attempt) return undefined;
    const account = resets.accountOf(id, sent, digits);
    if (account === undefined) {
      const failed = { event: 'recovery.failed', outcome: 'failure', reason: 'wrong-code' } as const;
      await append({ ...failed, account: sent.account, app }, originOf(ctx));
      if (await attempt.fail()) return undefined;
      const isEarlier = await resets.isEarlierCode(id, digits);
      return void (await this.show(request, isEarlier ? 'recover.code-earlier' : 'recover.code-wrong'));
    }
    await attempt.succeed();
    // Of any number of parallel uses one proves something; the others find the next step, in this browser.
    if (await resets.write(request.read, { ...reset, proved: { account, by: 'code' } })) {
      const proved = { event: 'recovery.proved', outcome: 'success', reason: 'code' } as const;
      await append({ ...proved, account, app }, originOf(ctx));
    }
    return 'next';
  }
}
