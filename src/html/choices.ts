import { createHash } from 'node:crypto';
import type { Context, Middleware } from '../http/context.ts';
import { cookieOptions } from '../http/cookies.ts';
import { redirect } from '../http/redirect.ts';
import type { Brand } from './brand.ts';
import { chooseLocale } from './language.ts';
import { type Locale, locales, translator } from './messages.ts';
import type { PageProps } from './page.ts';

const LANGUAGE = 'vestibule_language';
const DISMISSED = 'vestibule_notice';
/** A year, ms. */
const KEPT = 365 * 24 * 3600 * 1000;
/** Each language in its own words. */
const NAMES: Readonly<Record<Locale, string>> = { en: 'English', es: 'Español' };

/** What every page is given: the operator's brand, and words in the language of this request. */
export function pageIn(brand: Brand): (ctx: Context) => PageProps {
  return (ctx) => {
    const lang = chooseLocale({
      uiLocales: ctx.state.uiLocales,
      chosen: ctx.cookies.get(LANGUAGE, { signed: false }),
      accepted: ctx.acceptsLanguages(),
    });
    // A request of the protocol cannot be made again by a link: its pages stay in the language they came in.
    const languages = (/^\/oidc\//i.test(ctx.path) ? [] : locales)
      .filter((other) => other !== lang)
      .map((other) => ({ lang: other, name: NAMES[other], href: here(ctx, { lang: other }) }));
    return { brand, t: translator(lang), languages, notice: noticeFor(ctx, brand, lang) };
  };
}

/**
 * `?lang=es` and `?dismiss=…` on any page keep the choice in a cookie, and show the page again without it in
 * the address. They change how pages look to this browser and nothing else, so a link may carry them.
 */
export function keepChoices({ secure }: { secure: boolean }): Middleware {
  return async (ctx, next) => {
    const { lang, dismiss } = ctx.query;
    const chosen = locales.find((locale) => locale === lang);
    const dismissed = typeof dismiss === 'string' && /^[\w-]{8}$/.test(dismiss) ? dismiss : undefined;
    if ((!chosen && !dismissed) || ctx.method !== 'GET') return next();
    if (chosen) keepLanguage(ctx, chosen, secure);
    if (dismissed) ctx.cookies.set(DISMISSED, dismissed, cookieOptions(secure, { maxAge: KEPT }));
    redirect(ctx, here(ctx, {}));
  };
}

/** Shows every page to this browser in this language from now on. */
export function keepLanguage(ctx: Context, chosen: Locale, secure: boolean): void {
  ctx.cookies.set(LANGUAGE, chosen, cookieOptions(secure, { maxAge: KEPT }));
}

function noticeFor(ctx: Context, { notice }: Brand, lang: Locale): PageProps['notice'] {
  const text = notice?.[lang] ?? notice?.en;
  if (!text || /^\/oidc\//i.test(ctx.path)) return undefined;
  const id = createHash('sha256').update(JSON.stringify(notice)).digest('base64url').slice(0, 8);
  if (ctx.cookies.get(DISMISSED, { signed: false }) === id) return undefined;
  return { text, dismiss: here(ctx, { dismiss: id }) };
}

/**
 * This very page: its path begins with exactly one slash, so that it can't lead to another site. Of the
 * query only the app's name, and what its sign-in's page needs should cookies be lost, are carried on; the rest
 * may be anything.
 */
function here(ctx: Context, more: Readonly<Record<string, string>>): string {
  const kept = ['app', 'began'].flatMap((name) => {
    const value = ctx.query[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const query = new URLSearchParams({ ...Object.fromEntries(kept), ...more });
  const path = ctx.path.replace(/^[/\\]+/, '/');
  return query.size > 0 ? `${path}?${query}` : path;
}
