/** What leans on how oidc-provider works inside when an app comes by itself; see internals.ts. */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { currentScopes } from '../apps/admin-scopes.ts';
import { refuseOtherAudiences } from './client-assertion.ts';

export interface ClientHooks {
  /** What an app is told of its secret, which was compared. */
  readonly judgeSecret: (ctx: KoaContextWithOIDC, clientId: string, right: boolean) => Promise<boolean>;
  /** Lets a request be pushed by an app that proves nothing, or throws. */
  readonly admitPush: (ctx: KoaContextWithOIDC) => Promise<void>;
}

export function mendClients(provider: Provider, { judgeSecret, admitPush }: ClientHooks): void {
  judgeSecrets(provider, judgeSecret);
  boundPushes(provider, admitPush);
  findAppsOnce(provider);
  readFormerScopes(provider);
  expectOneAudience(provider);
}

/**
 * One answer on an app for the whole of a request. The library asks several times, and takes a later "there is
 * none" for impossible: an app that was removed in between ended in a 500.
 */
function findAppsOnce(provider: Provider): void {
  const { Client } = provider;
  const find = Client.find.bind(Client);
  const found = new WeakMap<object, Map<string, ReturnType<typeof find>>>();
  Client.find = (id: string) => {
    const ctx = Provider.ctx;
    if (!ctx) return find(id);
    const answers = found.get(ctx.req) ?? new Map();
    found.set(ctx.req, answers);
    const answer = answers.get(id) ?? find(id);
    answers.set(id, answer);
    return answer;
  };
}

/**
 * A program that goes on asking for the scope that was split asks for what that became. The library drops words that
 * it does not know, and would hand out a token that opens nothing.
 */
function readFormerScopes(provider: Provider): void {
  const { prototype } = provider.OIDCContext;
  const known = Object.getOwnPropertyDescriptor(prototype, 'requestParamOIDCScopes')?.get;
  Object.defineProperty(prototype, 'requestParamOIDCScopes', {
    get(this: KoaContextWithOIDC['oidc']) {
      const { grant_type: grant, scope } = this.params ?? {};
      if (grant !== 'client_credentials' || typeof scope !== 'string') return known?.call(this);
      return known?.call({ params: { scope: currentScopes(scope).join(' ') } });
    },
  });
}

/** The library takes any list with one of ours in it, and the address of the endpoint that is called. */
function expectOneAudience(provider: Provider): void {
  const ours = [provider.issuer, provider.urlFor('token')];
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = function () {
    refuseOtherAudiences(this.params?.client_assertion, ours);
    return new Set(ours);
  };
}

/** While an app's servers change over to a new secret, both are good. Guesses are counted. */
function judgeSecrets(provider: Provider, judge: ClientHooks['judgeSecret']): void {
  const { prototype } = provider.Client;
  const { compareClientSecret } = prototype;
  // The library compares this one property in constant time, and awaits the answer.
  const compare = (clientSecret: string | undefined, actual: string) =>
    clientSecret !== undefined && Reflect.apply(compareClientSecret, { clientSecret }, [actual]) === true;
  prototype.compareClientSecret = async function (actual) {
    const right = compare(this.clientSecret, actual) || compare(this.previous_secret, actual);
    return Provider.ctx ? judge(Provider.ctx, this.clientId, right) : right;
  };
}

/** An app without a secret pushes for anybody who knows its name: that is bounded before anything is kept. */
function boundPushes(provider: Provider, admit: ClientHooks['admitPush']): void {
  const { prototype } = provider.PushedAuthorizationRequest;
  const { save } = prototype;
  prototype.save = async function (ttl) {
    const ctx = Provider.ctx;
    if (ctx?.oidc.client?.clientAuthMethod === 'none') await admit(ctx);
    return save.call(this, ttl);
  };
}
