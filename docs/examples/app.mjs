// ISSUER=http://localhost:3000 CLIENT_ID=claims CLIENT_SECRET=… APP=http://localhost:3101 node app.mjs
import { createServer } from 'node:http';
import * as client from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP } = process.env;
const execute = ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : []; // on one's own machine only
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, { execute });

async function signIn(_request, response) {
  const [state, nonce, verifier] = Array.from({ length: 3 }, () => client.randomPKCECodeVerifier());
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  const wanted = { redirect_uri: `${APP}/callback`, scope: 'openid profile practice', state, nonce };
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const location = client.buildAuthorizationUrl(config, { ...wanted, ...pkce }).href;
  const flags = `Path=/callback; HttpOnly; SameSite=Lax${APP.startsWith('https:') ? '; Secure' : ''}`;
  response.writeHead(303, { location, 'set-cookie': `login=${state}.${nonce}.${verifier}; ${flags}` }).end();
}

async function callback({ url, headers }, response) {
  // Only the browser that began the sign-in has these three; without them this throws.
  const [, state, nonce, verifier] = /login=([\w-]+)\.([\w-]+)\.([\w-]+)/.exec(headers.cookie);
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
  const tokens = await client.authorizationCodeGrant(config, new URL(url, APP), checks);
  response.end(JSON.stringify(tokens.claims())); // who signed in: the app's own session begins here
}

createServer((request, response) => {
  const handle = request.url.startsWith('/callback?') ? callback : signIn;
  handle(request, response).catch(() => response.writeHead(400).end('Not signed in. Please try again.'));
}).listen(new URL(APP).port);
