import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Barred, Secret } from './attempt-limiter.ts';
import { LockedPage, type LockedPageProps } from './pages/locked.tsx';

interface Locked {
  readonly barred: Barred;
  readonly secret: Secret;
  /** By the store's clock, which locks go by. */
  readonly now: Date;
}

/** Answers 429 with the page that says until when a secret may not be tried, and what to do now. */
export function answerLocked(
  ctx: Context,
  page: Omit<LockedPageProps, 'kind' | 'until' | 'now'>,
  { barred, secret, now }: Locked,
): void {
  const until = barred.verdict === 'locked' ? barred.until : undefined;
  if (until) ctx.set('Retry-After', String(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))));
  const kind = secret === 'password' ? 'password' : 'code';
  renderPage(ctx, LockedPage({ ...page, kind, until, now }), { status: 429 });
}
