import KoaRouter, { type RouterContext } from '@koa/router';
import type Koa from 'koa';
import type { Next, State } from './context.ts';
import type { Csrf } from './csrf.ts';
import { type Form, readForm } from './forms.ts';

/** A request that a route matched: `ctx.params` holds what its path names. */
export type Routed = RouterContext<State>;

type Answer = void | Promise<void>;

interface FormOptions {
  /** The interaction that the form's token is bound to (`Csrf.token`); the browser's cookie where left out. */
  readonly interaction?: (ctx: Routed) => string;
  /** Asked when the token is not genuine: answers a browser that lost what the form belongs to; true when it did. */
  readonly lost?: (ctx: Routed) => Promise<boolean>;
}

/**
 * The routes of all surfaces. A form's handler gets what was posted only after its token was verified, so none can
 * forget that; what browsers do not post from our pages is an endpoint. [ASVS 3.5.1]
 */
export class Router {
  readonly #routes = new KoaRouter<State>();
  readonly #csrf: Csrf;

  constructor(csrf: Csrf) {
    this.#csrf = csrf;
  }

  page(path: string, show: (ctx: Routed) => Answer): void {
    this.#routes.get(path, show);
  }

  /** @throws AppError `bad-request`, `payload-too-large`, `forgery` to the browser */
  form(path: string, submit: (ctx: Routed, form: Form) => Answer, options: FormOptions = {}): void {
    this.#routes.post(path, async (ctx) => {
      const form = await readForm(ctx);
      try {
        this.#csrf.verify(ctx, form.csrf, options.interaction?.(ctx));
      } catch (error) {
        if (await options.lost?.(ctx)) return;
        throw error;
      }
      await submit(ctx, form);
    });
  }

  /** What programs call, or other sites lead to: it proves its caller by itself. */
  endpoint(
    method: 'get' | 'post' | 'all',
    path: string | string[],
    answer: (ctx: Routed, next: Next) => Answer,
  ): void {
    this.#routes[method](path, answer);
  }

  /** Every route, as METHOD path. */
  list(): string[] {
    return this.#routes.stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`),
    );
  }

  /** Mounts them all. */
  mount(koa: Koa<State>): void {
    koa.use(this.#routes.routes());
  }
}
