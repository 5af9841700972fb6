import type { PageProps } from '../html/page.ts';
import { SignedInAs } from '../html/signed-in-as.tsx';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { type AccountPath, endingOf, type Owner } from './access.ts';
import type { AccountPageProps } from './pages/account-page.tsx';
import { AccountNavigation } from './pages/navigation.tsx';

/** What every page of the account is given, menu and header included. */
export type PagePropsOf = (ctx: Context, owner: Owner, here: AccountPath) => AccountPageProps;

export function createPageProps(page: (ctx: Context) => PageProps, csrf: Csrf): PagePropsOf {
  return (ctx, owner, here) => {
    const props = page(ctx);
    const token = csrf.token(ctx);
    return {
      ...props,
      csrf: token,
      action: here,
      zone: owner.zone,
      ending: endingOf(owner, token),
      navigation: <AccountNavigation here={here} t={props.t} />,
      account: (
        <SignedInAs
          userName={owner.name}
          userId={owner.userId}
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
