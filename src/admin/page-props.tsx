import type { PageProps } from '../html/page.ts';
import { SignedInAs } from '../html/signed-in-as.tsx';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { Visitor } from './access.ts';
import type { AdminPageProps } from './pages/admin-page.tsx';

/** The props that every page of the console is given. */
export function createPageProps(page: (ctx: Context) => PageProps, csrf: Csrf) {
  return (ctx: Context, { account, actor }: Visitor): AdminPageProps => {
    const props = page(ctx);
    const token = csrf.token(ctx);
    return {
      ...props,
      csrf: token,
      zone: account.zoneinfo,
      roles: actor.roles,
      account: (
        <SignedInAs
          userName={account.name}
          userId={account.userId}
          csrf={token}
          signOutAction="/sign-out"
          switchUserAction="/switch-user"
          signOutId="sign-out"
          t={props.t}
        />
      ),
    };
  };
}
