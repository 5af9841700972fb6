import type { z } from 'zod';
import { bare } from '../../bare.ts';
import { AppError } from '../../errors.ts';
import { renderPage } from '../../html/render.ts';
import type { Context } from '../../http/context.ts';
import type { Form } from '../../http/forms.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { Access, Visitor } from '../access.ts';
import type { Operation } from '../operation.ts';
import type { OperationRunner, Request } from '../operation-runner.ts';
import type { AdminPageProps } from '../pages/admin-page.tsx';
import { ConfirmPage, type Question } from '../pages/confirm.tsx';
import { Problem } from '../problem.ts';

/** One request of somebody at the console. */
export interface ConsolePage extends Visitor {
  readonly ctx: Context;
  readonly params: Readonly<Record<string, string>>;
  /** Of the query, those that came once and say something. */
  readonly query: Readonly<Record<string, string>>;
  /** The posted fields, after the router verified their CSRF token; empty for a GET. */
  readonly form: Form;
  readonly props: AdminPageProps;
  /** Answers with the page that asks before an act; its form posts to this page's own path unless it names another. */
  confirm(question: Question, status?: number): void;
  /** @throws Problem */
  perform<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
    operation: Operation<P, Q, B, A>,
    request?: Request,
  ): Promise<z.output<A>>;
}

export interface ConsolePagesDependencies {
  readonly access: Access;
  readonly runner: OperationRunner;
  readonly pageProps: (ctx: Context, visitor: Visitor) => AdminPageProps;
}

type Handler = (page: ConsolePage) => Promise<void>;

/** The act that must be allowed before a request is handled, and whether its form is from a page that asked first. */
interface Asked {
  readonly act?: Operation | undefined;
  readonly filled?: boolean;
}

/** What all pages of the console share: who is it, may they do it, and what a refusal looks like. */
export class ConsolePages {
  readonly #deps: ConsolePagesDependencies;

  constructor(deps: ConsolePagesDependencies) {
    this.#deps = deps;
  }

  /** A page; with `act`, only for those who may do that act now. */
  page(router: Router, path: string, handler: Handler, act?: Operation): void {
    router.page(path, (ctx) => this.#serve(ctx, ctx.params, {}, { act }, handler));
  }

  /**
   * An act whose form is part of another page.
   * @param from that page, where the act's own path has none: a sign-in on the way leads back to it
   */
  act(router: Router, path: string, act: Operation, handler: Handler, from?: string): void {
    if (from) router.page(path, (ctx) => redirect(ctx, withParams(from, ctx.params)));
    this.#post(router, path, { act }, handler);
  }

  /** An act with a page of its own that asks first; what it asks for, the page asked for already. */
  confirmed(router: Router, path: string, act: Operation, handlers: { ask: Handler; act: Handler }): void {
    this.page(router, path, handlers.ask, act);
    this.#post(router, path, { act, filled: true }, handlers.act);
  }

  #post(router: Router, path: string, asked: Asked, handler: Handler): void {
    router.form(path, (ctx, form) => this.#serve(ctx, ctx.params, form, asked, handler));
  }

  async #serve(
    ctx: Context,
    params: Readonly<Record<string, string>>,
    form: Form,
    { act, filled = false }: Asked,
    handler: Handler,
  ): Promise<void> {
    const { access, runner, pageProps } = this.#deps;
    const visitor = await access.visitor(ctx, { filled });
    if (!visitor) return;
    const props = pageProps(ctx, visitor);
    try {
      if (act) await runner.admit(act, visitor.actor);
      await handler({
        ...visitor,
        ctx,
        params,
        form,
        query: said(ctx.query),
        props,
        confirm: (question, status = 200) =>
          renderPage(ctx, ConfirmPage({ ...props, action: ctx.path, ...question }), { status }),
        perform: (operation, request) => runner.perform(operation, visitor.actor, request),
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'fresh-sign-in-needed') return access.signInAgain(ctx);
      throw new AppError(PAGES[error.code] ?? 'bad-request', { cause: error });
    }
  }
}

const PAGES: Partial<Record<Problem['code'], 'not-found' | 'not-permitted'>> = {
  'not-found': 'not-found',
  'not-permitted': 'not-permitted',
};

function withParams(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Fields that came once and are not empty. */
function said(query: Context['query']): Record<string, string> {
  const entries = Object.entries(query).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '',
  );
  return bare(entries.map(([name, value]) => [name, value.trim()]));
}
