import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Context, Next } from '../http/context.ts';
import { isNavigation } from '../http/navigation.ts';
import type { Use } from '../sessions/ledger.ts';

/** What is taken for somebody at work without being said, as the setting `session.activity` names it. */
export type Activity = 'authorize' | 'launcher' | 'refresh';

type Oidc = KoaContextWithOIDC['oidc'];
interface Used {
  readonly uid: string;
  readonly use: Use & { readonly by: Activity };
}

/**
 * Notes the use that apps make of a session, so that someone who works in one of them does not idle out. What a
 * program asks again and again by itself (userinfo, introspection, prompt=none) does not count.
 */
export function noteActivity(
  counted: readonly Activity[],
  note: (uid: string, use: Use) => Promise<void>,
): (ctx: Context, next: Next) => Promise<void> {
  return async (ctx, next) => {
    await next();
    if (ctx.status >= 400) return;
    // The library leaves it where it served the request.
    const oidc: Oidc | undefined = Reflect.get(ctx, 'oidc');
    const used = oidc && (visibleAuthorize(ctx, oidc) ?? refresh(oidc));
    if (used && counted.includes(used.use.by)) await note(used.uid, used.use);
  };
}

/** An authorize that a person sees. */
function visibleAuthorize(ctx: Context, oidc: Oidc): Used | undefined {
  const { session, client, params } = oidc;
  if (!['authorization', 'resume'].includes(oidc.route) || !session?.accountId) return undefined;
  // Refused before its parameters were read (a stale resume): whether it was visible, nobody knows.
  if (!params || oidc.prompts.has('none') || !isNavigation(ctx)) return undefined;
  return { uid: session.uid, use: { by: 'authorize', app: client?.clientId } };
}

/** Offline access is for when nobody is there (OpenID Connect Core §11), and so may an app's every refresh be. */
function refresh({ route, client, entities: { RefreshToken } }: Oidc): Used | undefined {
  if (route !== 'token' || !RefreshToken?.sessionUid || !RefreshToken.expiresWithSession) return undefined;
  if (client?.activity === false) return undefined;
  return { uid: RefreshToken.sessionUid, use: { by: 'refresh', app: client?.clientId } };
}
