import { errors, type FindAccount } from 'oidc-provider';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { TokenDemands } from './token-demands.ts';

/** What an app may learn, by scope; the names are those of OIDC Core 5.1 and our contract. */
export const claimsByScope = {
  openid: ['sub', 'auth_time', 'amr', 'acr', 'sid'],
  profile: ['preferred_username', 'name', 'given_name', 'family_name', 'locale', 'zoneinfo'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  practice: ['practices', 'roles'],
} as const;

export const scopes = [...Object.keys(claimsByScope), 'offline_access'];

/** What claims are made of. */
export type People = Pick<Accounts, 'find' | 'practices' | 'roles'>;

/**
 * oidc-provider's findAccount. Nobody is found for an account that is not active, nor for a token from before
 * the moment to which all its sessions were revoked; a token whose app demands more by now is refused.
 */
export function createFindAccount(people: People, demands: Pick<TokenDemands, 'holds'>): FindAccount {
  return async (ctx, sub, token) => {
    const person = await people.find(sub);
    if (person?.status !== 'active' || issuedBefore(token, person.sessionsNotBefore)) return undefined;
    if (token && !(await demands.holds(ctx, token, person))) throw demandsMore(ctx.oidc.route);
    return {
      accountId: sub,
      claims: async (_use, scope, claims) => ({
        ...claimsOf(person),
        ...((scope.split(' ').includes('practice') || 'practices' in claims || 'roles' in claims) && {
          practices: await people.practices(sub),
          roles: await people.roles(sub),
        }),
      }),
    };
  };
}

/** As the endpoint tells it; the detail is for the log. */
function demandsMore(route: string): Error {
  const detail = 'the app demands a role or a second factor that is not there';
  return route === 'token' ? new errors.InvalidGrant(detail) : new errors.InvalidToken(detail);
}

/** When a token was issued; `iiat` is when the first of its family was. Epoch seconds. */
interface Issued {
  readonly iiat?: number | undefined;
  readonly iat?: number | undefined;
}

/** True for a token issued before `moment`; tokens carry whole seconds, so one of the same second is too. */
export function issuedBefore(token: Issued | undefined, moment: Date | null): boolean {
  if (!moment || !token) return false;
  const { iiat, iat } = token;
  const issued = iiat ?? iat;
  return issued !== undefined && issued * 1000 < moment.getTime();
}

function claimsOf(person: Account): { sub: string } & Record<string, string | boolean> {
  const known = {
    preferred_username: person.userId,
    name: person.name,
    given_name: person.givenName,
    family_name: person.familyName,
    email: person.email,
    email_verified: person.email ? person.emailVerified : null,
    phone_number: person.phoneNumber,
    phone_number_verified: person.phoneNumber ? person.phoneNumberVerified : null,
    locale: person.locale,
    zoneinfo: person.zoneinfo,
  };
  const told = Object.entries(known).filter(
    (entry): entry is [string, string | boolean] => entry[1] !== null,
  );
  return { sub: person.sub, ...Object.fromEntries(told) };
}
