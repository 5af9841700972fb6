import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Context, Next } from '../http/context.ts';

/** What may keep a session from idling out, as the setting names it. */
export type Activity = 'authorize' | 'launcher' | 'refresh' | 'userinfo' | 'introspection';

/** Whether a request is visible activity: an authorize that a person sees, not prompt=none. */
export function isVisible(ctx: KoaContextWithOIDC | undefined, counted: readonly string[]): boolean {
  const oidc = ctx?.oidc;
  // Refused before its parameters were read (a stale resume): whether it was visible, nobody knows.
  if (!oidc?.params || !counted.includes('authorize')) return false;
  return ['authorization', 'resume'].includes(oidc.route) && !oidc.prompts.has('none');
}

/** Notes the use that apps make of a session, so that someone who works in one of them does not idle out. */
export function noteActivity(counted: readonly string[], touch: (uid: string) => Promise<void>) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    if (ctx.status !== 200) return;
    const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
    const uid = oidc && usedSession(oidc, counted);
    if (uid) await touch(uid);
  };
}

function usedSession(oidc: KoaContextWithOIDC['oidc'], counted: readonly string[]): string | undefined {
  const { AccessToken, RefreshToken } = oidc.entities;
  if (oidc.route === 'userinfo' && counted.includes('userinfo')) return AccessToken?.sessionUid;
  if (oidc.route === 'token' && counted.includes('refresh')) return RefreshToken?.sessionUid;
  if (oidc.route !== 'introspection' || !counted.includes('introspection')) return undefined;
  return AccessToken?.sessionUid ?? RefreshToken?.sessionUid;
}
