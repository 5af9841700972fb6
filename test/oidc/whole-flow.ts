import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { asApp, codeOf, flow, introspect, redeem, refresh, userinfo, Visitor } from '../support/visitor.ts';

export const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

/** Everything that a browser and its apps do, and every secret that came up on the way. */
export async function wholeFlow(portal: Portal): Promise<Record<string, string>> {
  const visitor = new Visitor(portal);
  const claims = await visitor.signIn('claims', { scope: 'openid profile email phone practice' });
  const [cookie, browser] = [String(visitor.cookie('session')), String(visitor.cookie('csrf'))];
  const first = await redeem(portal, claims);
  const next = await refresh(portal, 'claims', first.refresh_token);
  await userinfo(portal, next.access_token);
  await introspect(portal, 'claims', next.refresh_token);
  const mobile = await visitor.signIn('mobile', offline);
  const phone = await redeem(portal, mobile);
  const phoneNext = await refresh(portal, 'mobile', phone.refresh_token);
  const { url } = flow('eligibility');
  const fields = Object.fromEntries(new URL(url, portal.issuer).searchParams);
  const { request_uri } = JSON.parse((await asApp(portal, 'eligibility', '/oidc/par', fields)).body);
  const unredeemed = codeOf(await visitor.open(flow('eligibility').url));
  // Left open: an interaction on a session, which the library would save with the session's cookie.
  const page = await visitor.open(flow('claims', { prompt: 'login' }).url);
  await visitor.submit(page, { user_id: 'dr.rivera', password: 'not-the-password-either' });
  return {
    'redeemed code': claims.code,
    'fresh code': unredeemed,
    'native code': mobile.code,
    'session id': cookie,
    'browser id': browser.split('.')[0] as string,
    'access token': first.access_token,
    'next access token': next.access_token,
    'consumed refresh token': first.refresh_token,
    'refresh token': next.refresh_token,
    'consumed offline token': phone.refresh_token,
    'offline token': phoneNext.refresh_token,
    'offline access token': phoneNext.access_token,
    'pushed request': String(request_uri).replace(/^.*:/, ''),
    'ID token': String(first.id_token.split('.')[2]),
    'code verifier': claims.verifier,
    password: DEMO_PASSWORD,
    'wrong password': 'not-the-password-either',
    'client secret': 'claims-demo-secret',
  };
}
