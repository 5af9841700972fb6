import compose from 'koa-compose';
import type { Context, Next } from '../http/context.ts';
import type { VestibuleProvider } from './internals.ts';

/** The provider in use. Another set of keys is another provider, swapped in between two requests. */
export class CurrentProvider {
  #provider: VestibuleProvider | undefined;
  #handle: ((ctx: Context, next: Next) => Promise<unknown>) | undefined;

  /** Provider and middleware change together; requests under way finish with those they began with. */
  swap(provider: VestibuleProvider): void {
    this.#provider = provider;
    this.#handle = compose(provider.middleware);
  }

  /** @throws Error before the first swap */
  get current(): VestibuleProvider {
    if (!this.#provider) throw new Error('there is no provider yet');
    return this.#provider;
  }

  async handle(ctx: Context, next: Next): Promise<void> {
    await this.#handle?.(ctx, next);
  }
}
