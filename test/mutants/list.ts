import type { Mutant } from './mutant.ts';

/** Seeded faults, each a slip that somebody made somewhere, and the test that must go red. */
export const mutants: readonly Mutant[] = [
  // Sessions: what is stored of them, what consumes a code, what the ledger has to say.
  {
    name: 'a code is looked at and then marked, in two steps',
    feature: 'sessions',
    file: 'src/sessions/artifact-store.ts',
    piece: 'return (await this.#redis.run(CONSUME, [this.#key(model, id)], kept)) as Consumption;',
    becomes: `if (model !== 'AuthorizationCode') {
      return (await this.#redis.run(CONSUME, [this.#key(model, id)], kept)) as Consumption;
    }
    const found = await this.find(model, id);
    if (!found) return 'missing';
    if (found.consumed) return 'replayed';
    await this.#redis.command('HSET', this.#key(model, id), 'consumed', Math.floor(await this.#redis.time()));
    return 'consumed';`,
    breaks: 'rule 5: a code is accepted once, also under 16 parallel tries',
    test: {
      file: 'test/sessions/adapter.test.ts',
      name: 'of 16 consumers of a code one wins, and its grant dies',
    },
  },
  {
    name: 'an offline refresh token is looked up and then marked, in two steps',
    feature: 'sessions',
    file: 'src/sessions/durable-store.ts',
    piece: `const won = await sql\`
      update refresh_tokens set consumed_at = now(),
        payload = (select jsonb_object_agg(key, value) from jsonb_each(payload)
                   where key = any(\${[...TOMBSTONE_FIELDS]}))
      where id = \${hashId(id)} and consumed_at is null\``,
    becomes: `if ((await this.findRefreshToken(id))?.consumed) return 'replayed';
    const won = await sql\`
      update refresh_tokens set consumed_at = now(),
        payload = (select jsonb_object_agg(key, value) from jsonb_each(payload)
                   where key = any(\${[...TOMBSTONE_FIELDS]}))
      where id = \${hashId(id)}\``,
    breaks: 'rule 18: refresh-token replay revokes the family',
    test: {
      file: 'test/sessions/adapter.test.ts',
      name: 'of 16 consumers of an offline refresh token one wins, and its grant dies',
    },
  },
  {
    name: 'a replay is written down and its family lives on',
    feature: 'sessions',
    file: 'src/sessions/adapter.ts',
    piece: `    await destroyGrant(payload.grantId, this.parts);
    await this.parts.hooks.replayed`,
    becomes: '    await this.parts.hooks.replayed',
    breaks: 'rule 18: code and refresh-token replay revokes the family',
    test: {
      file: 'test/sessions/adapter.test.ts',
      name: 'of 16 consumers of a refresh token of a session one wins, and its grant dies',
    },
  },
  {
    name: 'a destroyed grant is saved again by a request that still holds it',
    feature: 'sessions',
    file: 'src/sessions/adapter.ts',
    piece: 'if (await this.parts.artifacts.isBuriedGrant(id)) await destroyGrant(id, this.parts);',
    becomes: '',
    breaks: 'rule 12: grants are dead against requests in flight',
    test: {
      file: 'test/sessions/adapter.test.ts',
      name: 'a grant that was destroyed is not brought back by a request that still holds it',
    },
  },
  {
    name: 'a token is kept beside its hash',
    feature: 'sessions',
    file: 'src/sessions/adapter.ts',
    piece: 'const { jti: _jti, session, ...rest } = payload;',
    becomes: 'const { session, ...rest } = payload;',
    breaks: 'rule 27: opaque tokens are hashed',
    test: {
      file: 'test/sessions/adapter.test.ts',
      name: 'no value that opens something is stored as it is',
    },
  },
  {
    name: 'a session is written back whole',
    feature: 'sessions',
    file: 'src/sessions/session-store.ts',
    piece: "for i = 9, #ARGV, 2 do redis.call('HSET', KEYS[1], 'app:' .. ARGV[i], ARGV[i + 1]) end",
    becomes: `for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 4) == 'app:' then redis.call('HDEL', KEYS[1], name) end
end
for i = 9, #ARGV, 2 do redis.call('HSET', KEYS[1], 'app:' .. ARGV[i], ARGV[i + 1]) end`,
    breaks: 'README: two apps opened at once end in one session with both apps in it',
    test: {
      file: 'test/sessions/session-store.test.ts',
      name: 'writers that each add an app lose none, however many write at once',
    },
  },
  {
    name: 'the tombstone of an ended session is not looked at',
    feature: 'sessions',
    file: 'src/sessions/session-store.ts',
    piece: "if redis.call('EXISTS', KEYS[2]) == 1 then return 'ended' end",
    becomes: '',
    breaks: 'rule 12: an ended session is dead against requests in flight',
    test: {
      file: 'test/sessions/session-store.test.ts',
      name: 'an ended session swallows whatever is still written to it',
    },
  },
  {
    name: 'the session id of before a sign-in still opens the session',
    feature: 'sessions',
    file: 'src/sessions/session-store.ts',
    piece: 'return session?.idHash === hashId(id) ? session : undefined;',
    becomes: 'return session;',
    breaks: 'rule 11: the session identifier changes at sign-in and the old one is dead at once',
    test: {
      file: 'test/sessions/session-store.test.ts',
      name: 'the id of before a new one opens nothing from that moment on',
    },
  },
  {
    name: 'a session takes the writes of another account',
    feature: 'sessions',
    file: 'src/sessions/session-store.ts',
    piece: "if cur[2] ~= ARGV[5] then return 'ended' end",
    becomes: '',
    breaks: 'rule 11: an interaction, and the session it leads to, belong to one person',
    test: {
      file: 'test/sessions/session-store.test.ts',
      name: "nobody writes into somebody else's session",
    },
  },
  {
    name: 'use moves the idle end past the absolute one',
    feature: 'sessions',
    file: 'src/sessions/session-store.ts',
    piece: 'local ends = math.min(now + idle, tonumber(cur[1]) + tonumber(ARGV[2]))',
    becomes: 'local ends = now + idle',
    breaks: 'docs/security.md: a session ends 12 hours after sign-in',
    test: {
      file: 'test/sessions/session-store.test.ts',
      name: 'no request keeps a session past its absolute life',
    },
  },
  {
    name: 'Redis alone says whether a session stands',
    feature: 'sessions',
    file: 'src/sessions/sessions.ts',
    piece: 'return session && (await this.#parts.ledger.alive(session.uid)) ? session : undefined;',
    becomes: 'return session && !(await this.#parts.store.isEnded(session.uid)) ? session : undefined;',
    breaks: 'rule 12: dead after a Redis failover too',
    test: { file: 'test/sessions/sessions.test.ts', name: 'a Redis that forgot the end revives nothing' },
  },
  {
    name: 'the audit row of a sign-in is written after its transaction',
    feature: 'sessions',
    file: 'src/sessions/sessions.ts',
    piece: `      if (account === 'refused') return account;
      await trail.append(
        tx,
        {
          event: 'sign-in.succeeded',
          outcome: 'success',
          account: session.login.accountId,
          session: session.uid,
          ...(session.app ? { app: session.app } : {}),
        },
        origin,
      );
      return account;
    });
    if (begun === 'refused') return false;`,
    becomes: `      return account;
    });
    if (begun === 'refused') return false;
    await db.transaction().execute((tx) =>
      trail.append(
        tx,
        {
          event: 'sign-in.succeeded',
          outcome: 'success',
          account: session.login.accountId,
          session: session.uid,
          ...(session.app ? { app: session.app } : {}),
        },
        origin,
      ),
    );`,
    breaks: 'rule 30: audit cannot be written: no session is granted',
    test: { file: 'test/sessions/sessions.test.ts', name: 'without its audit row no session begins' },
  },
  {
    name: 'a phone’s grant outlives the session that a changed password ended',
    feature: 'sessions',
    file: 'src/sessions/settlement.ts',
    piece: "  'password-changed',\n",
    becomes: '',
    breaks: 'rule 12: changing a password ends session, grants and refresh tokens',
    test: {
      file: 'test/sessions/sessions.test.ts',
      name: 'a phone outlives a session that is signed out or expires, and not one that is taken away',
    },
  },
  {
    name: 'a sign-in proved before all was revoked still opens a session',
    feature: 'sessions',
    file: 'src/sessions/ledger.ts',
    piece: `
        and (sessions_not_before is null or sessions_not_before <= to_timestamp(\${session.provedAt / 1000}))
      for share`,
    becomes: '\n      for share',
    breaks: 'rule 15: every step checks the account again at the moment it acts',
    test: {
      file: 'test/sign-in/hijack.test.ts',
      name: 'a sign-in from before a revocation opens no session after it',
    },
  },

  // The protocol.
  {
    name: 'an app is looked for anew within one request',
    feature: 'oidc',
    file: 'src/oidc/client-internals.ts',
    piece: 'const answer = answers.get(id) ?? find(id);',
    becomes: 'const answer = find(id);',
    breaks: 'rule 12: tokens of an app that is gone are inactive at introspection, not an error',
    test: {
      file: 'test/oidc/internals.test.ts',
      name: 'an app that is removed while a request runs is there to its end, and gone for the next',
    },
  },
  {
    name: 'apps with a secret may leave out PKCE',
    feature: 'oidc',
    file: 'src/oidc/provider.ts',
    piece: "client.pkce !== 'optional' || client.clientAuthMethod === 'none'",
    becomes: "client.clientAuthMethod === 'none'",
    breaks: 'rule 17: PKCE S256 for every client',
    test: {
      file: 'test/oidc/authorize.test.ts',
      name: 'a request without PKCE is refused, and so is the plain method',
    },
  },
  {
    name: 'a redirect URI need only begin like a registered one',
    feature: 'oidc',
    file: 'src/oidc/internals.ts',
    piece: 'this.Client.prototype.includeSid = () => true;',
    becomes: `this.Client.prototype.includeSid = () => true;
    this.Client.prototype.redirectUriAllowed = function (uri: string) {
      return (this.redirectUris ?? []).some((registered) => uri.startsWith(registered));
    };`,
    breaks: 'rule 16: exact redirect URI match',
    test: {
      file: 'test/oidc/redirect-uris.test.ts',
      name: 'a web app is not answered at "http://localhost:3101/callback/more"',
    },
  },
  {
    name: 'after a sign-out any address that begins like a registered one is followed',
    feature: 'oidc',
    file: 'src/oidc/logout.ts',
    piece: 'if (uri && client?.postLogoutRedirectUriAllowed(uri)) {',
    becomes: 'if (uri && client?.postLogoutRedirectUris?.some((registered) => uri.startsWith(registered))) {',
    breaks: 'rule 19: no redirect to an unregistered place, before or after sign-out',
    test: {
      file: 'test/oidc/logout.test.ts',
      name: 'an unregistered return address is not followed: signed out all the same',
    },
  },
  {
    name: 'a hint of another session of the same person signs out without a question',
    feature: 'oidc',
    file: 'src/oidc/logout.ts',
    piece: 'return held !== undefined && held === sid && session.login.accountId === sub;',
    becomes: 'return held !== undefined && (held === sid || session.login.accountId === sub);',
    breaks: 'rule 24: sign-out needs a token, or proof of this very session',
    test: {
      file: 'test/oidc/logout.test.ts',
      name: 'anything that does not prove this very session asks, with a button',
    },
  },
  {
    name: 'a refresh token that comes twice leaves its family alone',
    feature: 'oidc',
    file: 'src/oidc/provider.ts',
    piece: "return !(ctx.oidc.route === 'revocation' && ctx.oidc.entities.AccessToken);",
    becomes: "return ctx.oidc.route === 'revocation' && !ctx.oidc.entities.AccessToken;",
    breaks: 'rule 18: code and refresh-token replay revokes the family',
    test: {
      file: 'test/oidc/tokens.test.ts',
      name: 'a refresh token of claims is good once, and used again it kills the family',
    },
  },
  {
    name: 'a public app may ask about everybody’s tokens',
    feature: 'oidc',
    file: 'src/oidc/provider.ts',
    piece: "if (client.clientAuthMethod === 'none' && token.clientId !== client.clientId) return false;",
    becomes: "if (client.clientAuthMethod === 'none' && !token.clientId) return false;",
    breaks: 'rule 36: introspection answers for a token only to the app it was issued to',
    test: {
      file: 'test/oidc/tokens.test.ts',
      name: 'introspection tells an app of its own token, and a public app of no other',
    },
  },
  {
    name: 'an app’s own idle limit does not shorten its tokens',
    feature: 'oidc',
    file: 'src/oidc/provider.ts',
    piece:
      'AccessToken: (_ctx, _token, client) => Math.min(tokens.access, limitsOf(client).idle ?? Infinity),',
    becomes: 'AccessToken: tokens.access,',
    breaks: 'rule 21: tokens live only as long as configured',
    test: {
      file: 'test/oidc/demands.test.ts',
      name: 'an app’s own limits shorten its tokens, and want a new sign-in beyond them, for that app alone',
    },
  },
  {
    name: 'a role is looked at when somebody signs in, and never again',
    feature: 'oidc',
    file: 'src/oidc/demands.ts',
    piece: 'if (wanted.length === 0 || !sub) return false;',
    becomes: 'if (wanted.length === 0 || !sub || !ctx.oidc.result?.login) return false;',
    breaks: 'rule 12: losing the role that an app demands ends its access',
    test: {
      file: 'test/oidc/demands.test.ts',
      name: 'a role that is gone closes the app on the session that there is',
    },
  },
  {
    name: 'a token is good for whoever lost the role since',
    feature: 'oidc',
    file: 'src/oidc/held-demands.ts',
    piece: `if (wanted.length > 0 && !wanted.some((role) => held.includes(role))) return false;`,
    becomes: `if (wanted.length > 0 && held.length > Infinity) return false;`,
    breaks: 'rule 12: losing the role that an app demands ends its access within a second',
    test: {
      file: 'test/oidc/held-demands.test.ts',
      name: 'tokens of a phone a membership that ended closes the app that demands its role, and no other',
    },
  },
  {
    name: 'introspection does not ask what the app demands by now',
    feature: 'oidc',
    file: 'src/oidc/provider.ts',
    piece: `return heldDemands.holds(ctx, token, person);`,
    becomes: `return !person.secondFactorRequired || heldDemands.holds(ctx, token, person);`,
    breaks: 'rule 12: losing the role that an app demands ends its access within a second',
    test: {
      file: 'test/oidc/held-demands.test.ts',
      name: 'tokens in a session a membership that ended closes the app that demands its role, and no other',
    },
  },
  {
    name: 'a remembered device stands for every second factor for good',
    feature: 'oidc',
    file: 'src/oidc/held-demands.ts',
    piece: `if (wanted !== 'remembered') return wanted === 'none';`,
    becomes: `if (wanted === 'none') return true;`,
    breaks: 'docs/apps.md: with remembered_device false a code always',
    test: {
      file: 'test/oidc/held-demands.test.ts',
      name: 'tokens of a phone a remembered device holds a demand that it may meet, and none that it may not',
    },
  },
  {
    name: 'a spent token is refused for its sign-in before its replay is seen',
    feature: 'oidc',
    file: 'src/oidc/held-demands.ts',
    piece: `    if (token.consumed) return true;\n`,
    becomes: '',
    breaks: 'rule 18: refresh-token replay revokes the family',
    test: {
      file: 'test/oidc/held-demands.test.ts',
      name: 'tokens in a session a spent refresh token still ends its family where a second factor is demanded',
    },
  },
  {
    name: 'an app of somebody else gets what it asks for without consent',
    feature: 'oidc',
    file: 'src/oidc/grants.ts',
    piece: 'if (client?.first_party) return allowed;',
    becomes: 'if (client?.first_party !== undefined) return allowed;',
    breaks: 'docs/apps.md: people are asked once for each scope',
    test: {
      file: 'test/oidc/demands.test.ts',
      name: 'an app of somebody else asks for consent once, and again only for more',
    },
  },
  {
    name: 'asking silently keeps an empty chair signed in',
    feature: 'oidc',
    file: 'src/oidc/activity.ts',
    piece: "if (!params || oidc.prompts.has('none') || !isNavigation(ctx)) return undefined;",
    becomes: 'if (!params || !isNavigation(ctx)) return undefined;',
    breaks: 'docs/apps.md: prompt=none does not keep a session alive',
    test: {
      file: 'test/oidc/prompts.test.ts',
      name: 'prompt=none does not keep a session alive; a visible sign-on does',
    },
  },
  {
    name: 'a poll of introspection keeps an empty chair signed in',
    feature: 'oidc',
    file: 'src/oidc/activity.ts',
    piece: "if (route !== 'token' || !RefreshToken?.sessionUid ||",
    becomes: "if (!['token', 'introspection'].includes(route) || !RefreshToken?.sessionUid ||",
    breaks: 'docs/apps.md: what programs ask by themselves keeps no session alive',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'what programs ask by themselves keeps no empty chair signed in, whoever asks',
    },
  },
  {
    name: 'an app whose refreshes mean nobody keeps people signed in by them',
    feature: 'oidc',
    file: 'src/oidc/activity.ts',
    piece: 'if (client?.activity === false) return undefined;',
    becomes: 'if (!client) return undefined;',
    breaks: 'docs/apps.md: activity: false says that refreshes mean nobody',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'a refresh is somebody at work, unless the app says that its refreshes mean nobody',
    },
  },
  {
    name: 'a phone keeps the browser that it was signed in by signed in',
    feature: 'oidc',
    file: 'src/oidc/activity.ts',
    piece: ' || !RefreshToken.expiresWithSession) return undefined;',
    becomes: ') return undefined;',
    breaks: 'docs/apps.md: a refresh with offline_access means nobody',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'a phone’s refresh, with nobody there by its nature, keeps no browser signed in',
    },
  },
  {
    name: 'a hidden frame keeps an empty chair signed in',
    feature: 'http',
    file: 'src/http/navigation.ts',
    piece: "return ['', 'document'].includes(ctx.get('Sec-Fetch-Dest'));",
    becomes: "return ctx.get('Sec-Fetch-Dest') !== 'image';",
    breaks: 'docs/apps.md: only what a person sees counts',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'a frame or a script that opens pages again and again is nobody at work',
    },
  },
  {
    name: 'asking what a session has left prolongs it',
    feature: 'oidc',
    file: 'src/oidc/activity-endpoint.ts',
    piece: "if (session && ctx.method === 'POST') {",
    becomes: 'if (session) {',
    breaks: 'docs/apps.md: GET asks and prolongs nothing',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'an app says that a person is at work, and the ledger names it; asking prolongs nothing',
    },
  },
  {
    name: 'activity is written as often as an app says it',
    feature: 'sessions',
    file: 'src/sessions/presence.ts',
    piece: 'const idle = await this.#parts.store.touch(uid);',
    becomes: 'const idle = await this.#parts.store.touch(uid, 0);',
    breaks: 'docs/apps.md: activity is taken once a minute',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'activity is taken once a minute, and never beyond the absolute end',
    },
  },
  {
    name: 'whoever knows a public app’s name keeps its sessions alive',
    feature: 'oidc',
    file: 'src/oidc/activity-endpoint.ts',
    piece: "if (client?.clientAuthMethod === 'none') {",
    becomes: 'if (!client) {',
    breaks: 'docs/apps.md: a public app shows an access token',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'whoever proves nothing is refused, and no secret is taken from an address',
    },
  },
  {
    name: 'any site’s script reads what an app in the browser may read',
    feature: 'oidc',
    file: 'src/oidc/browser-app.ts',
    piece: 'new URL(uri).origin === origin)',
    becomes: "new URL(uri).origin !== 'null' || uri === origin)",
    breaks: 'docs/apps.md: answers are read at the app’s own origin alone',
    test: {
      file: 'test/oidc/activity.test.ts',
      name: 'an app in the browser says it with its access token, and reads answers at its own origin alone',
    },
  },
  {
    name: 'a native app gets in silently',
    feature: 'oidc',
    file: 'src/oidc/policy.ts',
    piece: "return oidc.client?.applicationType === 'native' && !answered;",
    becomes: "return oidc.client?.applicationType === 'native' && !answered && !oidc.prompts.has('none');",
    breaks: 'rule 16: a native app’s client_id proves nothing (RFC 8252 §8.6)',
    test: {
      file: 'test/oidc/prompts.test.ts',
      name: 'prompt=none goes with no other prompt, and a native app never gets in by it',
    },
  },
  {
    name: 'after the sign-in nobody asks whether it was the person that the hint names',
    feature: 'oidc',
    file: 'src/oidc/policy.ts',
    piece: 'return sub !== undefined && sub !== oidc.session?.accountId;',
    becomes: 'return sub !== undefined && oidc.session?.accountId === undefined;',
    breaks: 'README: an app reads from the ID token who signed in (OIDC Core §3.1.2.1)',
    test: {
      file: 'test/oidc/prompts.test.ts',
      name: 'an id_token_hint of another person is not answered with this one’s session',
    },
  },
  {
    name: 'the session id stays what it was when somebody signs in again',
    feature: 'oidc',
    file: 'src/oidc/internals.ts',
    piece: 'if (Provider.ctx?.oidc.result?.login) resetIdentifier.call(this);',
    becomes:
      'if (Provider.ctx?.oidc.result?.login && !Provider.ctx.oidc.session?.accountId) resetIdentifier.call(this);',
    breaks: 'rule 11: the session identifier changes at sign-in and at step-up',
    test: {
      file: 'test/oidc/internals.test.ts',
      name: 'the session id changes at a sign-in alone, and the old one is dead at once',
    },
  },
  {
    name: 'a finished sign-in may be resumed in any browser',
    feature: 'oidc',
    file: 'src/oidc/resume.ts',
    piece: 'if (browser === undefined || interaction.result.browser !== browser)',
    becomes: 'if (browser === undefined)',
    breaks: 'rule 11: an interaction belongs to the browser that began it',
    test: {
      file: 'test/sign-in/hijack.test.ts',
      name: 'whoever plants their finished sign-in in somebody’s browser signs nobody in',
    },
  },
  {
    name: 'a sign-in is stored before anybody answers it',
    feature: 'oidc',
    file: 'src/oidc/internals.ts',
    piece: 'if (this.result) return save.call(this, ttl);',
    becomes: 'if (ttl > 0) return save.call(this, ttl);',
    breaks: 'rule 37: what a stranger can cause is bounded, in records',
    test: {
      file: 'test/sign-in/open-sign-ins.test.ts',
      name: 'a sign-in page leaves nothing in Redis until it is posted, and the cookie alone carries it',
    },
  },
  {
    name: 'a kept cookie opens a sign-in that is finished',
    feature: 'oidc',
    file: 'src/oidc/interactions.ts',
    piece: 'return answered || finished ? answered',
    becomes: 'return answered || finished === "" ? answered',
    breaks: 'rule 11: an interaction is finished once',
    test: {
      file: 'test/sign-in/open-sign-ins.test.ts',
      name: 'a finished sign-in stays finished, whoever kept its cookie',
    },
  },
  {
    name: 'a browser is given a cookie for each sign-in without end',
    feature: 'oidc',
    file: 'src/oidc/open-sign-ins.ts',
    piece: 'for (const old of open.slice(MOST_OPEN - 1)) this.drop(ctx, old);',
    becomes: '',
    breaks: 'rule 37: what a stranger can cause is bounded',
    test: {
      file: 'test/sign-in/open-sign-ins.test.ts',
      name: 'one cookie for each open sign-in, and at most twenty of them: the oldest makes room',
    },
  },
  {
    name: 'what a known device spends is its address’s',
    feature: 'lockout',
    file: 'src/lockout/allowances.ts',
    piece: 'return known === undefined ?',
    becomes: "return known === undefined || known !== '' ?",
    breaks: 'rule 37: what a stranger spends is never the owner’s',
    test: {
      file: 'test/lockout/strangers.test.ts',
      name: 'what a stranger spends is not that of a session or a known device behind the same address',
    },
  },
  {
    name: 'the security check makes every request free',
    feature: 'lockout',
    file: 'src/lockout/allowances.ts',
    piece: "if count > tonumber(ARGV[2]) then return {'refused', left()} end",
    becomes: "if ARGV[4] == '1' then return {'go', 1} end",
    breaks: 'rule 37: what a stranger can cause is bounded',
    test: {
      file: 'test/lockout/strangers.test.ts',
      name: 'recovery asked for again and again from one address needs the security check, and then ends in 429',
    },
  },
  {
    name: 'the right secret of an app is taken after any number of wrong ones',
    feature: 'lockout',
    file: 'src/lockout/client-secrets.ts',
    piece: "if (!open) throw new AppError('too-many-requests', { retryAfter: Number(left) });",
    becomes: "if (!open && !right) throw new AppError('too-many-requests', { retryAfter: Number(left) });",
    breaks: 'rule 37: what a stranger can cause is bounded, in work',
    test: {
      file: 'test/lockout/strangers.test.ts',
      name: 'wrong secrets of an app are slowed by app and address, the right one too, and written down by the minute',
    },
  },
  {
    name: 'an app without a secret pushes without end',
    feature: 'oidc',
    file: 'src/oidc/client-internals.ts',
    piece: "if (ctx?.oidc.client?.clientAuthMethod === 'none') await admit(ctx);",
    becomes: '',
    breaks: 'rule 37: what a stranger can cause is bounded, in records',
    test: {
      file: 'test/lockout/strangers.test.ts',
      name: 'an app without a secret pushes so many requests from one address, and nobody else is stopped by it',
    },
  },
  {
    name: 'a lost page begins a sign-in that the app will refuse',
    feature: 'oidc',
    file: 'src/oidc/lost-pages.ts',
    piece: 'return (client && wayInOf(client)) ?? this.#again(uid, at, sealed);',
    becomes: 'return this.#again(uid, at, sealed);',
    breaks: 'docs/apps.md: where the browser holds nothing of a sign-in, it is sent to initiate_login_uri',
    test: {
      file: 'test/sign-in/stale-pages.test.ts',
      name: 'a page of which the browser holds nothing leads to the app’s own beginning, before a password is asked',
    },
  },
  {
    name: 'initiate_login_uri is not told who asks',
    feature: 'apps',
    file: 'src/apps/way-in.ts',
    piece: "return [asked, ...fragment].join('#');",
    becomes: 'return asked && fragment ? initiateLoginUri : undefined;',
    breaks: 'docs/apps.md: initiate_login_uri with iss (OpenID Connect Core §4)',
    test: {
      file: 'test/sign-in/stale-pages.test.ts',
      name: 'a page of which the browser holds nothing leads to the app’s own beginning, before a password is asked',
    },
  },
  {
    name: 'blocked cookies are told as a page that has expired',
    feature: 'oidc',
    file: 'src/oidc/lost-pages.ts',
    piece: "throw new AppError('cookies-needed');",
    becomes: "throw new AppError('session-expired');",
    breaks: 'docs/apps.md: a browser that blocks cookies is told so',
    test: {
      file: 'test/sign-in/stale-pages.test.ts',
      name: 'a browser that keeps no cookies is told that they are needed, and how to go on',
    },
  },

  // Redis.
  {
    name: 'a first time is looked up and then noted, in two steps',
    feature: 'redis',
    file: 'src/redis/store.ts',
    piece:
      "return (await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)), 'NX')) === 'OK';",
    becomes: `if ((await this.get(key)) !== null) return false;
    await this.set(key, value, seconds);
    return true;`,
    breaks: 'rule 5: accepted once, also under 16 parallel tries',
    test: {
      file: 'test/redis/store.test.ts',
      name: 'of 16 parallel first times exactly one is the first',
    },
  },
  {
    name: 'seconds are taken for milliseconds',
    feature: 'redis',
    file: 'src/redis/store.ts',
    piece: "await this.command('SET', key, value, 'EX', Math.max(1, Math.ceil(seconds)));",
    becomes: "await this.command('SET', key, value, 'PX', Math.max(1000, Math.ceil(seconds)));",
    breaks: 'README: guessing gets nowhere, and locks nobody out for good',
    test: {
      file: 'test/lockout/security-check.test.ts',
      name: 'a pass waits for 10 minutes, and holds whatever text a subject is',
    },
  },
  {
    name: 'a Redis that has lost its replicas is taken for a mistake of ours',
    feature: 'redis',
    file: 'src/redis/store.ts',
    piece: '|NOREPLICAS|',
    becomes: '|',
    breaks: 'rule 30: Redis away: 503 for what needs it',
    test: {
      file: 'test/redis/store.test.ts',
      name: 'a server that is up but cannot serve counts as away',
    },
  },
  {
    name: 'a command whose reply was lost is sent again',
    feature: 'redis',
    file: 'src/redis/client.ts',
    piece: `    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,`,
    becomes: `    autoResendUnfulfilledCommands: true,
    maxRetriesPerRequest: 3,`,
    breaks: 'rule 1: of N allowed attempts exactly N are counted',
    test: { file: 'test/redis/single.test.ts', name: 'a command whose reply was lost is not sent again' },
  },
  {
    name: 'a lock lies in another slot than its counters',
    feature: 'redis',
    file: 'src/redis/keys.ts',
    piece: `:lock:{\${subject}}:\${slot}\`;`,
    becomes: `:lock:{\${subject}:\${slot}}\`;`,
    breaks: 'docs/operations.md: Redis Cluster',
    test: { file: 'test/redis/keys.test.ts', name: 'what one script changes together lies in one slot' },
  },

  // The sign-in.
  {
    name: 'a password is verified and then counted',
    feature: 'sign-in',
    file: 'src/sign-in/password.ts',
    piece: `    const entry = await doors.enter(visit, 'password', typed, { userId, error: 'sign-in.incorrect' });
    if (!entry) return undefined;
    if (await entry.verify(() => this.#isRight(account, password))) {`,
    becomes: `    const isRight = await this.#isRight(account, password);
    const entry = await doors.enter(visit, 'password', typed, { userId, error: 'sign-in.incorrect' });
    if (!entry) return undefined;
    if (isRight) {`,
    breaks: 'rule 1: of N allowed attempts exactly N reach the password verifier',
    test: {
      file: 'test/races/guessing.test.ts',
      name: 'headers that nobody trusts guessers who do not solve the security check: exactly the allowed attempts are verified',
    },
  },
  {
    name: 'the right password of a disabled account counts as right',
    feature: 'sign-in',
    file: 'src/sign-in/password.ts',
    piece: "return matches && account?.status === 'active';",
    becomes: 'return matches;',
    breaks: 'rule 15: every step checks the account’s status at the moment it acts',
    test: {
      file: 'test/oidc/audit-rows.test.ts',
      name: 'a right password of a disabled account is a failure with its own reason',
    },
  },
  {
    name: 'a lock that began after the password does not stop the code',
    feature: 'sign-in',
    file: 'src/sign-in/routes.ts',
    piece: `    if (visit.lockedUntil) {
      await this.#showLocked(visit, visit.lockedUntil);
      return undefined;
    }
`,
    becomes: '',
    breaks: 'rule 15: every step checks the lock again at the moment it acts',
    test: {
      file: 'test/sign-in/between-steps.test.ts',
      name: 'between password and code a lock stops what comes next',
    },
  },
  {
    name: 'a lock that begins during the last step does not stop the finish',
    feature: 'sign-in',
    file: 'src/sign-in/routes.ts',
    piece: "if (next?.step === 'finish' && !next.lockedUntil)",
    becomes: "if (next?.step === 'finish')",
    breaks: 'rule 15: every step checks the lock again at the moment it acts',
    test: {
      file: 'test/sign-in/between-steps.test.ts',
      name: 'a lock that begins while a right code is checked stops the finish',
    },
  },
  {
    name: 'what was revoked since the password is not looked at',
    feature: 'sign-in',
    file: 'src/sign-in/visit.ts',
    piece: 'return progress && revoked > progress.provedAt ? undefined : account;',
    becomes: 'return progress && revoked > Date.now() ? undefined : account;',
    breaks: 'rule 15: every step checks the account again at the moment it acts',
    test: {
      file: 'test/sign-in/between-steps.test.ts',
      name: 'between password and code ending all sessions stops what comes next',
    },
  },
  {
    name: 'a new sign-in gives fresh guesses at the code',
    feature: 'sign-in',
    file: 'src/sign-in/second-factor.ts',
    piece: '{ subject, account, app },',
    becomes: `{ subject: \`\${subject} \${visit.interaction.uid}\`, account, app },`,
    breaks: 'rule 2: a new session or a new interaction never gives fresh guesses',
    test: {
      file: 'test/sign-in/second-factor.test.ts',
      name: 'whoever has a factor who fails too often is locked out of codes alone, and nothing begins a new count',
    },
  },
  {
    name: 'a remembered device is called a second factor',
    feature: 'sign-in',
    file: 'src/sign-in/completion.ts',
    piece: 'acr: factorAt === undefined ? levels.one : levels.two,',
    becomes: 'acr: factorAt === undefined && person?.deviceIsRemembered !== true ? levels.one : levels.two,',
    breaks: 'README: acr and amr say what really happened',
    test: {
      file: 'test/sign-in/second-factor.test.ts',
      name: 'a remembered device stands for the code, where the app lets it, and is called no factor',
    },
  },
  {
    name: 'a shared computer may be remembered',
    feature: 'sign-in',
    file: 'src/sign-in/second-factor.ts',
    piece: `#mayRemember({ interaction, isPublic }: Visit): boolean {
    return this.#parts.deviceLife > 0 && interaction.factor !== 'proved' && !isPublic;`,
    becomes: `#mayRemember({ interaction }: Visit): boolean {
    return this.#parts.deviceLife > 0 && interaction.factor !== 'proved';`,
    breaks: 'docs/operations.md: on a shared computer nothing is remembered',
    test: {
      file: 'test/sign-in/second-factor.test.ts',
      name: 'a remembered device is not offered on a shared computer, in a step-up of its session neither',
    },
  },
  {
    name: 'what one browser proved counts in another with the same interaction',
    feature: 'sign-in',
    file: 'src/sign-in/progress.ts',
    piece: 'progress: progress?.browser === browser ? progress : undefined',
    becomes: 'progress: browser === undefined ? undefined : progress',
    breaks: 'rule 11: an interaction belongs to the browser that began it',
    test: {
      file: 'test/sign-in/second-factor.test.ts',
      name: 'steps of two people never add up one’s page in the other’s browser',
    },
  },
  {
    name: 'a form without a token is let through',
    feature: 'sign-in',
    file: 'src/sign-in/visit.ts',
    piece: 'if (form) csrf.verify(ctx, form.csrf, uid);',
    becomes: 'if (form?.csrf) csrf.verify(ctx, form.csrf, uid);',
    breaks: 'rule 24: every state change needs a synchroniser token',
    test: {
      file: 'test/sign-in/forgery.test.ts',
      name: 'a form without a token, with another browser’s or a made-up one is refused',
    },
  },
  {
    name: 'a remembered device will do where a code is wanted each time',
    feature: 'sign-in',
    file: 'src/sign-in/flow.ts',
    piece: `  if (asked.factor === 'proved') return true;
  if (person.deviceIsRemembered) return false;`,
    becomes: `  if (person.deviceIsRemembered) return false;
  if (asked.factor === 'proved') return true;`,
    breaks: 'README: step-up asks for exactly what is missing',
    test: {
      file: 'test/sign-in/flow.test.ts',
      name: 'an app that wants a code is given one in this sign-in, whatever the device or the session did before',
    },
  },
  {
    name: 'an open session of yesterday enrols a factor',
    feature: 'sign-in',
    file: 'src/sign-in/flow.ts',
    piece: "return proved?.password || known.sessionIsFresh ? 'enrol-second-factor' : 'password';",
    becomes: "return proved?.password || known.signedIn ? 'enrol-second-factor' : 'password';",
    breaks: 'rule 35: changing what guards an account needs a fresh sign-in',
    test: {
      file: 'test/sign-in/flow.test.ts',
      name: 'a step-up asks the session for a factor alone; setting one up needs a fresh password',
    },
  },

  // The guard at the door.
  {
    name: 'attempts that are being verified do not count yet',
    feature: 'lockout',
    file: 'src/lockout/scripts.ts',
    piece:
      "if failed + flying >= allowed then return {'full', '', now, now + tonumber(ARGV[5]), now} end\nlocal check",
    becomes: 'local check',
    breaks: 'rule 1: of N allowed attempts exactly N reach the verifier, whatever the parallelism',
    test: {
      file: 'test/lockout/guard.test.ts',
      name: 'the allowance of 16 attempts at once on two replicas exactly five go through',
    },
  },
  {
    name: 'a success clears the counters of the other factors',
    feature: 'lockout',
    file: 'src/lockout/counters.ts',
    piece: 'await this.#redis.run(SUCCEED, this.#keysOf(slot).slice(0, 2), [id, at]);',
    becomes: `for (const secret of SECRETS) {
      await this.#redis.run(SUCCEED, this.#keysOf({ ...slot, secret }).slice(0, 2), [id, at]);
    }`,
    breaks: 'rule 2: success clears only the counter of the factor that succeeded',
    test: {
      file: 'test/lockout/guard.test.ts',
      name: 'the allowance each secret has its own: neither failures, locks nor successes of one touch another',
    },
  },
  {
    name: 'all known devices share one allowance',
    feature: 'lockout',
    file: 'src/lockout/counters.ts',
    piece: `return device === null ? secret : \`\${secret}:\${device}\`;`,
    becomes: `return device === null ? secret : \`\${secret}:device\`;`,
    breaks: 'rule 3: a stranger’s failures do not lock the owner out of a known device',
    test: {
      file: 'test/lockout/guard.test.ts',
      name: 'a known device has its own few failures, check and lock, which touch nobody else',
    },
  },
  {
    name: 'of tries at once as many go through as the hundred had left for one',
    feature: 'lockout',
    file: 'src/lockout/streaks.ts',
    piece: `where \${isOf(slot)} and failures < \${limit}\n`,
    becomes: `where \${isOf(slot)}\n`,
    breaks: 'rule 38: no authenticator takes more than 100 failures in a row',
    test: {
      file: 'test/lockout/streaks.test.ts',
      name: 'failures in a row of parallel tries on two replicas exactly a hundred go through, however often Redis forgets',
    },
  },
  {
    name: 'each device has a hundred guesses at the second factor',
    feature: 'lockout',
    file: 'src/lockout/streaks.ts',
    piece: 'return AT_THE_FRONT.has(secret) ? (device ?? UNKNOWN) : UNKNOWN;',
    becomes: 'return AT_THE_FRONT.has(secret) || device ? (device ?? UNKNOWN) : UNKNOWN;',
    breaks: 'rule 38: behind a right password it is then shut until recovery or the help desk opens it',
    test: {
      file: 'test/lockout/streaks.test.ts',
      name: 'failures in a row a known device has a hundred of its own; codes behind a password have one hundred in all',
    },
  },
  {
    name: 'a success forgets what is under way elsewhere',
    feature: 'lockout',
    file: 'src/lockout/streaks.ts',
    piece: `failures = known.failures + (known.streak <> \${reserved ?? ''})::int,`,
    becomes: `failures = known.failures + (\${reserved ?? null}::text is null)::int,`,
    breaks: 'rule 38: no authenticator takes more than 100 failures in a row',
    test: {
      file: 'test/lockout/streaks.test.ts',
      name: 'failures in a row a success forgets them on every device, and counts what was under way',
    },
  },
  {
    name: 'each sign-in writes to PostgreSQL that nothing has failed',
    feature: 'lockout',
    file: 'src/lockout/guard.ts',
    piece: 'streak.any && this.#parts.streaks.succeed(reservation.slot, by),',
    becomes: 'this.#parts.streaks.succeed(reservation.slot, { ...by, ...(streak.any ? {} : {}) }),',
    breaks: 'docs/security.md: a sign-in without failures before it pays nothing for them',
    test: {
      file: 'test/lockout/streaks.test.ts',
      name: 'failures in a row a success without failures before it writes nothing to PostgreSQL',
    },
  },
  {
    name: 'what a stranger spent of a new user ID is its owner’s',
    feature: 'recovery',
    file: 'src/recovery/activate.ts',
    piece:
      '      await guard.open(tx, foldUserId(userId), { actor: ACTORS.recovery, account: sub, origin });\n',
    becomes: '      if (guard && foldUserId(sub) === ACTORS.recovery) throw new Error();\n',
    breaks: 'rule 37: what a stranger spends is never the owner’s',
    test: {
      file: 'test/recovery/activate.test.ts',
      name: 'strangers who failed at the name before anybody had it keep nobody out',
    },
  },
  {
    name: 'wrong codes of strangers lock a link that only the mailbox holds',
    feature: 'recovery',
    file: 'src/recovery/visit.ts',
    piece: "if (!read || read.reset.proved?.by === 'link') return undefined;",
    becomes: 'if (!read) return undefined;',
    breaks: 'rule 37: a link that only the mailbox holds has an allowance of its own',
    test: {
      file: 'test/recovery/strangers.test.ts',
      name: 'wrong codes of a stranger lock no mailed link: its owner asks, opens it and is in, while codes are locked',
    },
  },
  {
    name: 'whoever guesses behind a stolen password locks the second factor of the mailed link',
    feature: 'recovery',
    file: 'src/recovery/second-factor.ts',
    piece: "return read?.reset.proved?.by === 'link' ? MAILBOX : undefined;",
    becomes: "return read?.reset.proved?.by === 'link' && !MAILBOX ? MAILBOX : undefined;",
    breaks: 'rule 37: a link that only the mailbox holds has an allowance of its own',
    test: {
      file: 'test/recovery/strangers.test.ts',
      name: 'wrong codes of a stranger behind the right password lock no mailed link either',
    },
  },
  {
    name: 'one stranger asks for all the messages that there are',
    feature: 'recovery',
    file: 'src/recovery/limits.ts',
    piece: `[\`subject \${device ?? network} \${subject}\`, own],`,
    becomes: `[\`subject \${device ?? ''} \${subject}\`, own],`,
    breaks: 'rule 37: what a stranger spends is never the owner’s',
    test: {
      file: 'test/recovery/strangers.test.ts',
      name: 'requests of a stranger use up what their own network may ask for, and leave the owner on another the next message',
    },
  },
  {
    name: 'an impostor on the telephone locks the owner’s own codes',
    feature: 'app',
    file: 'src/app/factor-resets.ts',
    piece: "secret: 'support-code'",
    becomes: "secret: 'sent-code'",
    breaks: 'rule 37: what a stranger spends is never the owner’s',
    test: {
      file: 'test/recovery/strangers.test.ts',
      name: 'an impostor on the telephone who reads out wrong codes pauses nothing of the owner, who is told what happened',
    },
  },
  {
    name: 'a stop of what nobody had proved keeps the owner from the help desk',
    feature: 'factors',
    file: 'src/factors/factor-reset-store.ts',
    piece: `      and (due_at is not null or started_by = \${by})\n`,
    becomes: `      and \${by}::text is not null\n`,
    breaks: 'docs/security.md: after a stop of a verification that nobody had passed a colleague can help',
    test: {
      file: 'test/factors/factor-resets.test.ts',
      name: 'a stop by the help desk needs a role, and ends a verification too',
    },
  },
  {
    name: 'a lock is forgotten with Redis',
    feature: 'lockout',
    file: 'src/lockout/guard.ts',
    piece: `    if (mirrored.until) return { verdict: 'locked', until: mirrored.until };
    // Nothing is reserved`,
    becomes: '    // Nothing is reserved',
    breaks: 'rule 4: begun locks are mirrored in PostgreSQL',
    test: {
      file: 'test/lockout/guard.test.ts',
      name: 'the lock holds when Redis was emptied, and the next one is longer all the same',
    },
  },
  {
    name: 'what was shed under load forgives the failures before it',
    feature: 'lockout',
    file: 'src/lockout/counters.ts',
    piece: 'await this.#redis.run(RELEASE, this.#keysOf(slot).slice(0, 2), [id]);',
    becomes:
      'await this.#redis.run(RELEASE, this.#keysOf(slot).slice(0, 2), [id]);\n    await this.#redis.delete(this.#keysOf(slot)[1] as string);',
    breaks: 'rule 2: nothing but a success clears a counter',
    test: {
      file: 'test/lockout/guard.test.ts',
      name: 'the allowance an attempt that was not verified is given back, and nothing forgiven',
    },
  },
  {
    name: 'a device is known to everybody once anybody signed in on it',
    feature: 'lockout',
    file: 'src/lockout/device-cookie.ts',
    piece: `\`device account\\0\${subject}\``,
    becomes: "'device account'",
    breaks: 'rule 3: a known device is one that this owner has signed in on',
    test: {
      file: 'test/lockout/device-cookie.test.ts',
      name: 'a device is known to whoever signed in on it, and to nobody else',
    },
  },
  {
    name: 'one solved check buys many attempts',
    feature: 'lockout',
    file: 'src/lockout/security-check.ts',
    piece: "return redis.call('SET', KEYS[1], '1', 'NX', 'EX', left) and 1 or 0",
    becomes: "return redis.call('SET', KEYS[1], '1', 'EX', left) and 1 or 0",
    breaks: 'rule 37: what a stranger can cause is bounded',
    test: {
      file: 'test/lockout/security-check.test.ts',
      name: 'a solution is good once for what it was made for, on any replica',
    },
  },
  {
    name: 'a check solved for one sign-in is good for all',
    feature: 'lockout',
    file: 'src/lockout/security-check.ts',
    piece: 'if (parameters.data.binding !== hash(binding)) return false;',
    becomes: "if (parameters.data.binding !== hash(binding) && binding === '') return false;",
    breaks: 'rule 37: what a stranger can cause is bounded',
    test: {
      file: 'test/lockout/security-check.test.ts',
      name: 'a solution is good for nothing else, and trying that does not spend it',
    },
  },
  {
    name: 'every IPv6 address is somebody of its own',
    feature: 'lockout',
    file: 'src/lockout/network.ts',
    piece: `return \`\${groups.slice(0, 4).join(':')}::/64\`;`,
    becomes: "return groups.join(':');",
    breaks: 'rule 6: a client is who the network says, not what it makes up',
    test: {
      file: 'test/lockout/network.test.ts',
      name: '2001:db8:1:2:3:4:5:6 is counted as 2001:db8:1:2::/64',
    },
  },

  // Second factors.
  {
    name: 'of parallel uses of one code all are accepted',
    feature: 'factors',
    file: 'src/factors/authenticators.ts',
    piece: "      .where('last_step', '<', step)\n",
    becomes: '',
    breaks: 'rule 5: a code is accepted once, also under 16 parallel tries',
    test: {
      file: 'test/factors/authenticators.test.ts',
      name: 'of 16 parallel uses of one code over two replicas one wins',
    },
  },
  {
    name: 'the step of an accepted code is not remembered',
    feature: 'factors',
    file: 'src/factors/totp.ts',
    piece: 'afterTimeStep: Math.max(0, lastStep) }',
    becomes: 'afterTimeStep: 0 }',
    breaks: 'rule 5: a code is accepted once',
    test: {
      file: 'test/factors/totp.test.ts',
      name: 'a step that is not after the last one is refused, also when the clock was set back',
    },
  },
  {
    name: 'codes are good for two steps to either side',
    feature: 'factors',
    file: 'src/factors/totp.ts',
    piece: 'epochTolerance: PERIOD,',
    becomes: 'epochTolerance: 2 * PERIOD,',
    breaks: 'rule 5: TOTP ±1 step',
    test: {
      file: 'test/factors/totp.test.ts',
      name: 'exactly one step to either side is good, at every second of a step',
    },
  },
  {
    name: 'a recovery code may be used again',
    feature: 'factors',
    file: 'src/factors/recovery-codes.ts',
    piece: "        .where('used_at', 'is', null)\n        .returning('account')",
    becomes: "        .returning('account')",
    breaks: 'rule 5: a code is accepted once',
    test: {
      file: 'test/factors/recovery-codes.test.ts',
      name: 'each code works once, and what is left is counted and written down',
    },
  },
  {
    name: 'a recovery code is spent outside the transaction of its audit row',
    feature: 'factors',
    file: 'src/factors/recovery-codes.ts',
    piece: "const used = await tx\n        .updateTable('recovery_codes')",
    becomes: "const used = await this.#db\n        .updateTable('recovery_codes')",
    breaks: 'rule 30: what cannot be audited does not happen',
    test: {
      file: 'test/factors/recovery-codes.test.ts',
      name: 'when the audit row cannot be written the code is not spent',
    },
  },
  {
    name: 'an account without recovery codes answers sooner',
    feature: 'factors',
    file: 'src/factors/recovery-codes.ts',
    piece:
      'const digest = await this.#digests.derive(plainCode(typed), set?.salt ?? this.#digests.newSalt());',
    becomes:
      'if (!set) return undefined;\n    const digest = await this.#digests.derive(plainCode(typed), set.salt);',
    breaks: 'rule 7: the same time distribution for those who have one and those who do not',
    test: {
      file: 'test/factors/recovery-codes.test.ts',
      name: 'a try costs one derivation, whether the account has ten codes, none, or does not exist',
    },
  },
  {
    name: 'a remembered device survives the factor that it stood for',
    feature: 'factors',
    file: 'src/factors/authenticators.ts',
    piece: `    const { devices, recoveryCodes } = this.#parts;
    await devices.forgetAllWithin(tx, account, record);`,
    becomes: '    const { recoveryCodes } = this.#parts;',
    breaks: 'rule 12: removing a factor ends what it let in',
    test: {
      file: 'test/factors/authenticators.test.ts',
      name: 'removing ends its codes, forgets remembered devices, and with the last one the recovery codes',
    },
  },
  {
    name: 'a shorter life of remembered devices leaves the old ones alone',
    feature: 'factors',
    file: 'src/factors/remembered-devices.ts',
    piece: `expires_at > clock_timestamp()
      and created_at > clock_timestamp() - make_interval(secs => \${this.#life})`,
    becomes: `expires_at > clock_timestamp() and \${this.#life} > 0`,
    breaks: 'docs/security.md: a shorter time counts for those of before too',
    test: {
      file: 'test/factors/remembered-devices.test.ts',
      name: 'it is forgotten after its time, and at once by a shorter setting or by none',
    },
  },
  {
    name: 'whoever asked for a factor reset may approve it',
    feature: 'factors',
    file: 'src/factors/factor-resets.ts',
    piece: "if (running.startedBy === by) throw new ResetRefused('second-person');",
    becomes: "if (account === by) throw new ResetRefused('second-person');",
    breaks: 'README: the help desk resets a factor only with a second person or a day’s hold',
    test: {
      file: 'test/factors/factor-resets.test.ts',
      name: 'a second person is not who asked, not the owner, and has the role',
    },
  },

  // Keys.
  {
    name: 'what is sealed is bound to its table, not to its row',
    feature: 'keys',
    file: 'src/keys/sealer.ts',
    piece: 'return Buffer.concat([header, Buffer.from(aad)]);',
    becomes: "return Buffer.concat([header, Buffer.from(aad.split(':')[0] ?? '')]);",
    breaks: 'rule 27: AES-256-GCM, bound to the row that a value stands in',
    test: {
      file: 'test/keys/signing-keys.test.ts',
      name: 'a private key moved to another row does not open',
    },
  },
  {
    name: 'the last master key encrypts, not the first',
    feature: 'keys',
    file: 'src/keys/sealer.ts',
    piece: 'this.#current = entries[0]!;',
    becomes: 'this.#current = entries.at(-1)!;',
    breaks: 'rule 27: re-encryption with a new key',
    test: {
      file: 'test/keys/sealer.test.ts',
      name: 'a new first key encrypts, the old one still decrypts',
    },
  },
  {
    name: 'a key signs before it was published',
    feature: 'keys',
    file: 'src/keys/signing-keys.ts',
    piece: `        .orderBy(sql\`active_from > \${storeTime}\`)\n`,
    becomes: '',
    breaks: 'docs/commands.md: new keys are published before they sign',
    test: {
      file: 'test/keys/signing-keys.test.ts',
      name: 'a new key waits its time, the old one signs until then and is kept for as long as was asked',
    },
  },
  {
    name: 'an old key is kept from the rotation on, not from when it signed last',
    feature: 'keys',
    file: 'src/keys/signing-keys.ts',
    piece: 'retired_at: fromNow(propagation + keep)',
    becomes: 'retired_at: fromNow(keep)',
    breaks: 'docs/commands.md: old keys are published as long as what they signed is good',
    test: {
      file: 'test/keys/signing-keys.test.ts',
      name: 'a new key waits its time, the old one signs until then and is kept for as long as was asked',
    },
  },
  {
    name: 'replicas that start at once each make their keys',
    feature: 'keys',
    file: 'src/keys/signing-keys.ts',
    piece: `        const still = await this.#missing(tx);
        for (const key of keys.filter(({ alg }) => still.includes(alg))) await this.#insert(tx, key, 0);`,
    becomes: '        for (const key of keys) await this.#insert(tx, key, 0);',
    breaks: 'README: PostgreSQL has the last word, on replicas too',
    test: {
      file: 'test/keys/signing-keys.test.ts',
      name: 'eight replicas that start at once make one set',
    },
  },

  // Passwords.
  {
    name: 'passwords are cut off at 72 characters',
    feature: 'passwords',
    file: 'src/passwords/length.ts',
    piece: "return password.normalize('NFKC');",
    becomes: "return password.normalize('NFKC').slice(0, 72);",
    breaks: 'rule 28: no truncation (two that differ at byte 73 differ)',
    test: {
      file: 'test/passwords/hasher.test.ts',
      name: 'nothing is truncated: a difference at byte 73, at character 200 or after a NUL counts',
    },
  },
  {
    name: 'passwords are compared as the keyboard composed them',
    feature: 'passwords',
    file: 'src/passwords/length.ts',
    piece: "return password.normalize('NFKC');",
    becomes: 'return password.toWellFormed();',
    breaks: 'rule 28: NFKC',
    test: {
      file: 'test/passwords/hasher.test.ts',
      name: 'composed and decomposed forms are one password',
    },
  },
  {
    name: 'nobody’s password is not verified at all',
    feature: 'passwords',
    file: 'src/passwords/hasher.ts',
    piece: 'const against = known ? hash : this.#decoy;',
    becomes: 'if (!known) return false;\n    const against = hash ?? this.#decoy;',
    breaks: 'rule 7: known and unknown user IDs take the same time',
    test: {
      file: 'test/passwords/hasher.test.ts',
      name: 'nobody and an unreadable hash reach the verifier like somebody',
    },
  },
  {
    name: 'a breached password lets in who has it already',
    feature: 'passwords',
    file: 'src/passwords/policy.ts',
    piece: 'return (await this.#breached?.holds(normal)) ?? false;',
    becomes: 'return false;',
    breaks: 'rule 28: passwords on the breached list are blocked',
    test: {
      file: 'test/passwords/breached.test.ts',
      name: 'the policy refuses a breached password, and asks for another at sign-in',
    },
  },
  {
    name: 'a password may be the practice’s name',
    feature: 'passwords',
    file: 'src/passwords/personal.ts',
    piece: '...(about.names ?? []), ...(about.practices ?? []), ...products]',
    becomes: '...(about.names ?? []), ...products]',
    breaks: 'rule 28: passwords built from the practice are blocked',
    test: {
      file: 'test/passwords/policy.test.ts',
      name: 'personal lakeside-2024! is, to dr.rivera',
    },
  },
  {
    name: 'length is counted in UTF-16 units',
    feature: 'passwords',
    file: 'src/passwords/length.ts',
    piece: 'return [...text].length;',
    becomes: 'return text.length;',
    breaks: 'rule 28: at least 12 characters, up to 256',
    test: {
      file: 'test/passwords/length.test.ts',
      name: 'length is counted in code points, not in UTF-16 units or bytes',
    },
  },
  {
    name: 'the queue of passwords is one longer than was configured',
    feature: 'passwords',
    file: 'src/passwords/hasher.ts',
    piece: 'this.#running.size >= this.#capacity',
    becomes: 'this.#running.size > this.#capacity',
    breaks: 'rule 37: what a stranger can cause is bounded, in work too',
    test: {
      file: 'test/passwords/hasher.test.ts',
      name: 'beyond the workers and the queue it is busy at once, and what was accepted is finished',
    },
  },

  // PostgreSQL.
  {
    name: 'a server that went read-only is taken for a mistake of ours',
    feature: 'postgres',
    file: 'src/postgres/away.ts',
    piece: "  '25006', // read_only_sql_transaction: after a failover we still hold the old primary\n",
    becomes: '',
    breaks: 'rule 39: PostgreSQL that is read-only is refused',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'a server that went read-only under us is store-away',
    },
  },
  {
    name: 'a connection with an open transaction goes back to the pool',
    feature: 'postgres',
    file: 'src/postgres/driver.ts',
    piece: "this.#client.release(this.#failure ?? this.#client.getTransactionStatus() !== 'I');",
    becomes: 'this.#client.release(this.#failure);',
    breaks: 'rule 40: what is committed is committed, what is not is gone',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'a transaction that somebody left open is not handed on',
    },
  },
  {
    name: 'the wait for a connection does not count towards the limit of a query',
    feature: 'postgres',
    file: 'src/postgres/driver.ts',
    piece: 'Math.max(LEAST, this.#timeout - waited)',
    becomes: 'Math.max(LEAST, this.#timeout - waited / 1000)',
    breaks: 'rule 4: 503 within 2 s',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'a wait for the connection counts towards the limit of the first query',
    },
  },
  {
    name: 'of rows of the same moment a list shows only those of one page',
    feature: 'postgres',
    file: 'src/postgres/keyset.ts',
    piece: `\`(\${sql.ref(at)}, \${sql.ref(id)}) < (cast(\${place.at} as timestamptz), \${place.id})\``,
    becomes: `\`\${sql.ref(at)} < cast(\${place.at} as timestamptz) and \${sql.ref(id)} <> \${place.id}\``,
    breaks: 'README: every session and event can be searched by each field',
    test: {
      file: 'test/audit/search.test.ts',
      name: 'rows of one moment are all shown, wherever a page ends among them',
    },
  },

  // Beyond the sign-in, feature by feature in the order of the alphabet.
  {
    name: 'an address is found in its exact case alone',
    feature: 'accounts',
    file: 'src/accounts/accounts.ts',
    piece: `sql<string>\`lower(email collate "C")\``,
    becomes: 'sql<string>`email`',
    breaks: 'rule 8: addresses are looked up with ASCII letters folded',
    test: {
      file: 'test/accounts/contact.test.ts',
      name: 'ann@lakeside.example finds ["Ann@Lakeside.Example"], for its person and for an operator',
    },
  },
  {
    name: 'a number with an extension is taken for a wrong e-mail address',
    feature: 'accounts',
    file: 'src/accounts/contact.ts',
    piece: `  if (EXTENSION.test(typed)) return { fault: 'extension' };\n`,
    becomes: '',
    breaks: 'docs/operations.md: a number with an extension is refused, and told so',
    test: {
      file: 'test/recovery/user-id.test.ts',
      name: 'a number with an extension is told that nothing can be sent there',
    },
  },
  {
    name: 'a dotless i in a domain is as good as any letter',
    feature: 'http',
    file: 'src/http/mail-address.ts',
    piece: `ASCII.test(letter.normalize('NFKC')) || ASCII.test(letter.toUpperCase())`,
    becomes: `ASCII.test(letter.normalize('NFKC'))`,
    breaks: 'rule 8: a dotless i or a full-width letter finds nobody',
    test: {
      file: 'test/accounts/contact.test.ts',
      name: '"mike@gıthub.example" is no address that mail can be sent to, and no other one',
    },
  },
  {
    name: 'mail to a domain as people write it never leaves',
    feature: 'notices',
    file: 'src/notices/mail.ts',
    piece: 'const recipient = withAsciiDomain(to);',
    becomes: 'const recipient = withAsciiDomain(to) && to;',
    breaks: 'docs/operations.md: a domain such as bücher.example is sent to in ASCII',
    test: {
      file: 'test/notices/mail.test.ts',
      name: 'an address that was stored with its domain as people write it is sent to in ASCII',
    },
  },
  {
    name: 'Ann@ gets the user IDs of ann@',
    feature: 'recovery',
    file: 'src/recovery/messages.ts',
    piece: 'this.#contactOf(account, channel)?.to);',
    becomes: 'account && this.#contactOf(found[0] as Addressee, channel)?.to);',
    breaks: 'rule 8: recovery sends to the address on file in its stored spelling',
    test: {
      file: 'test/recovery/messages.test.ts',
      name: 'user IDs go to each spelling on file that was found, and none to another spelling',
    },
  },
  {
    name: 'an index that was left half-made stays so',
    feature: 'postgres',
    file: 'src/postgres/indexes.ts',
    piece: 'drop index concurrently if exists',
    becomes: 'select 1 as',
    breaks: 'docs/operations.md: an index that could not be built is built by the next start',
    test: {
      file: 'test/postgres/indexes.test.ts',
      name: 'an index that a start before left half-made is built anew',
    },
  },
  {
    name: 'a form of the account counts without its token',
    feature: 'account',
    file: 'src/account/contact.ts',
    piece: `    this.#parts.csrf.verify(ctx, form.csrf);\n`,
    becomes: '',
    breaks: 'rule 24: a state change needs the token that is bound to the browser',
    test: {
      file: 'test/account/pages.test.ts',
      name: 'no page of the account does anything for a form of another browser',
    },
  },
  {
    name: 'anybody’s session is ended by its id',
    feature: 'account',
    file: 'src/account/sessions.ts',
    piece: `(await list.openAccount(id)) !== owner.sub`,
    becomes: `(await list.openAccount(id)) === undefined`,
    breaks: 'rule 37: what a stranger can cause is bounded',
    test: { file: 'test/account/sessions.test.ts', name: 'nobody ends a session of somebody else' },
  },
  {
    name: 'a sign-in of this morning is fresh enough for another password',
    feature: 'account',
    file: 'src/account/access.ts',
    piece: `return now - login.loginTs <= oldest && factorIsFresh;`,
    becomes: `return factorIsFresh;`,
    breaks: 'README: step-up asks for exactly what is missing',
    test: {
      file: 'test/account/pages.test.ts',
      name: 'a sign-in of long ago lets look, and is asked for again before the password or an address changes',
    },
  },

  {
    name: 'an ended membership still counts',
    feature: 'accounts',
    file: 'src/accounts/practices.ts',
    piece: `memberships.valid_to > clock_timestamp()))`,
    becomes: `memberships.valid_to > memberships.valid_from))`,
    breaks: 'rule 12: losing the membership closes what it opened',
    test: {
      file: 'test/accounts/accounts.test.ts',
      name: "only memberships that are active now count, by the store's clock",
    },
  },
  {
    name: 'a disabled account keeps its sessions',
    feature: 'accounts',
    file: 'src/accounts/accounts.ts',
    piece: `status === 'active' ? {} : { sessions_not_before: now }`,
    becomes: `status === 'disabled' ? {} : { sessions_not_before: now }`,
    breaks: 'rule 12: disabling an account ends its sessions, grants and tokens',
    test: {
      file: 'test/accounts/accounts.test.ts',
      name: "disabling an account ends its sessions by the store's clock, and is recorded with before and after",
    },
  },
  {
    name: 'a session of the millisecond of a new password lives on',
    feature: 'accounts',
    file: 'src/accounts/accounts.ts',
    piece: `date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond'`,
    becomes: `date_trunc('milliseconds', clock_timestamp())`,
    breaks: 'rule 12: changing a password ends what was open, against requests in flight too',
    test: {
      file: 'test/accounts/accounts.test.ts',
      name: 'a new password ends what began before it, at the moment that is given back, and is recorded',
    },
  },
  {
    name: 'a password is changed though it cannot be written down',
    feature: 'accounts',
    file: 'src/accounts/accounts.ts',
    piece: `    await record(tx, { event: 'password.changed', outcome: 'success', account: sub, reason });`,
    becomes: `    await record(tx, { event: 'password.changed', outcome: 'success', account: sub, reason }).catch(() => {});`,
    breaks: 'rule 30: audit cannot be written, nothing is done',
    test: {
      file: 'test/accounts/accounts.test.ts',
      name: 'a new password that cannot be recorded is not set',
    },
  },
  {
    name: 'who administers one practice administers every other',
    feature: 'accounts',
    file: 'src/accounts/delegation.ts',
    piece: `where m.account = \${actor} and m.practice = \${id} and m.status = 'active'`,
    becomes: `where m.account = \${actor} and m.status = 'active'`,
    breaks: 'rule 35: nobody grants what they do not have',
    test: {
      file: 'test/accounts/delegation.test.ts',
      name: 'every act asks in its own transaction whether the actor administers this practice',
    },
  },
  {
    name: 'the link that undoes a change of address works again and again',
    feature: 'accounts',
    file: 'src/accounts/contact-changes.ts',
    piece: `      .set({ closed_at: NOW })
      .where('token_hash', '=', hash(token))
      .where('closed_at', 'is', null)
`,
    becomes: `      .set({ closed_at: NOW })
      .where('token_hash', '=', hash(token))
`,
    breaks: 'rule 5: what is good once is accepted once, under 16 parallel tries too',
    test: { file: 'test/account/contact.test.ts', name: 'of 16 parallel undos on two processes one wins' },
  },
  {
    name: 'an activation link does not expire',
    feature: 'accounts',
    file: 'src/accounts/activations.ts',
    piece: `      .where('expires_at', '>', sql<Date>\`clock_timestamp()\`)
      .where('status', '=', 'invited')
`,
    becomes: `      .where('status', '=', 'invited')
`,
    breaks: 'rule 26: who is invited gets a link that is good once, and for a time',
    test: {
      file: 'test/recovery/activate.test.ts',
      name: 'unknown, used, replaced, expired and disabled links get one and the same page',
    },
  },

  {
    name: 'the API lets analysts send resets',
    feature: 'admin',
    file: 'src/admin/operations/accounts.ts',
    piece: `      summary: 'Sends the person a link to a new password, or before activation to their account',
      ...{ scope: 'admin:people', roles: OPERATORS },`,
    becomes: `      summary: 'Sends the person a link to a new password, or before activation to their account',
      ...{ scope: 'admin:people', roles: GUARDS },`,
    breaks: 'rule 35: nobody does what their role does not hold',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'the API’s document says of each operation what this table says, and of no other',
    },
  },
  {
    name: 'a page of the console forgets to ask for the role',
    feature: 'admin',
    file: 'src/admin/console/visits.ts',
    piece: `if (act) await desk.admit(act, visitor.actor);`,
    becomes: `if (act && form.csrf !== undefined) await desk.admit(act, visitor.actor);`,
    breaks: 'rule 35: nobody does what their role does not hold',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'the pages of the console are open to security-analyst as this table says',
    },
  },
  {
    name: 'a token that may read may write',
    feature: 'admin',
    file: 'src/admin/desk.ts',
    piece: `if (!actor.scopes.includes(scope)) return 'insufficient-scope';`,
    becomes: `if (!actor.scopes.some((held) => held === scope || held === 'admin:read')) return 'insufficient-scope';`,
    breaks: 'rule 36: a token is good for what it was given for',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'a program does what its token’s scope allows, and nothing that is for people',
    },
  },
  {
    name: 'an account is enabled on a sign-in of this morning',
    feature: 'admin',
    file: 'src/admin/acts.ts',
    piece: `  enableAccount: true,`,
    becomes: `  enableAccount: false,`,
    breaks: 'rule 35: what lets somebody in is a person’s act with a fresh sign-in',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'where somebody signed in a while ago, exactly what this table says asks for it again',
    },
  },
  {
    name: 'a form has the time of one that a page asked first',
    feature: 'admin',
    file: 'src/admin/console/visits.ts',
    piece: `    this.#post(router, path, { act }, handler);`,
    becomes: `    this.#post(router, path, { act, filled: true }, handler);`,
    breaks: 'docs/console.md: password and factor given within second_factor.fresh',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'where somebody signed in so long ago that a form has just had its time, exactly what this table says',
    },
  },
  {
    name: 'a program registers another with more scopes than its own',
    feature: 'admin',
    file: 'src/admin/operations/apps.ts',
    piece: `if (kind === 'program' && holdsAdminScope(metadata)) throw`,
    becomes: `if (kind === 'program' && holdsAdminScope(metadata) && !metadata.scope) throw`,
    breaks: 'rule 35: a program widens no scope, its own or another’s',
    test: {
      file: 'test/admin/authority.test.ts',
      name: 'a program gives no scope to itself or another, and takes no other’s over',
    },
  },
  {
    name: 'a program makes an app for people of another program',
    feature: 'apps',
    file: 'src/apps/registry.ts',
    piece: `    if (old) guard(old);\n`,
    becomes: '',
    breaks: 'rule 35: a program that holds an admin scope is registered only by a person, or by command',
    test: {
      file: 'test/admin/authority.test.ts',
      name: 'a program gives no scope to itself or another, and takes no other’s over',
    },
  },
  {
    name: 'what was registered to change things goes on registering apps',
    feature: 'apps',
    file: 'src/apps/admin-scopes.ts',
    piece: `= ['admin:sessions', 'admin:people'];`,
    becomes: `= ['admin:sessions', 'admin:people', 'admin:apps'];`,
    breaks: 'rule 35: nobody has what was not given to them',
    test: {
      file: 'test/admin/authority.test.ts',
      name: 'what was registered with admin:write may do what that became, and registers no app',
    },
  },
  {
    name: 'the console opens to a session without a second factor',
    feature: 'admin',
    file: 'src/admin/access.ts',
    piece: ` || roles.length === 0 || session.login.factorAt === undefined) {`,
    becomes: ` || roles.length === 0) {`,
    breaks: 'README: authenticator apps, demanded by a role',
    test: {
      file: 'test/admin/attack-console.test.ts',
      name: 'a session from before its person had a role and a second factor opens no page and does no act',
    },
  },
  {
    name: 'a form of the console counts without its token',
    feature: 'admin',
    file: 'src/admin/console/visits.ts',
    piece: `      this.#parts.csrf.verify(ctx, form.csrf);\n`,
    becomes: '',
    breaks: 'rule 24: a state change needs the token that is bound to the browser',
    test: {
      file: 'test/admin/attack-console.test.ts',
      name: 'a form from elsewhere, of another browser or without its token does nothing',
    },
  },
  {
    name: 'a membership ends under any practice’s address',
    feature: 'admin',
    file: 'src/admin/operations/practices.ts',
    piece: `if (found?.practice !== practice.id) throw`,
    becomes: `if (!practice || !found) throw`,
    breaks: 'rule 35: nobody does what their role does not hold',
    test: { file: 'test/admin/operations.test.ts', name: 'a membership ends only under its own practice' },
  },
  {
    name: 'the console leads to wherever a link says after the sign-in',
    feature: 'admin',
    file: 'src/admin/access.ts',
    piece: `return PLACE.test(place) ? place : '/admin';`,
    becomes: `return PLACE.test(place) || place.startsWith('/') ? place : '/admin';`,
    breaks: 'rule 19: no redirect to an unregistered place, no protocol-relative URL',
    test: {
      file: 'test/admin/console.test.ts',
      name: 'an address that leads elsewhere is not gone to after the sign-in',
    },
  },

  {
    name: 'apps are not told that a password was changed',
    feature: 'app',
    file: 'src/app/account.ts',
    piece: `          await end(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });\n`,
    becomes: '',
    breaks: 'rule 12: changing a password ends every session, and every app of it is told',
    test: {
      file: 'test/account/pages.test.ts',
      name: 'a new password ends everything, this browser too, and is what signs in',
    },
  },
  {
    name: 'a change of address is told to the new address alone',
    feature: 'app',
    file: 'src/app/contact.ts',
    piece: `await notices.alarm(tx, before, { kind, values }, { everywhere: true });`,
    becomes: `await notices.alarm(tx, changed.after, { kind, values }, { everywhere: true });`,
    breaks: 'rule 14: a notice of a change goes out on another channel than the one just used',
    test: {
      file: 'test/account/contact.test.ts',
      name: 'a change is told of wherever the account was reached before it, and not at the new address',
    },
  },

  {
    name: 'a host that begins like this machine’s may have plain http',
    feature: 'apps',
    file: 'src/apps/uris.ts',
    piece: `if (LOOPBACK.includes(url.hostname)) return undefined;`,
    becomes: `if (LOOPBACK.some((host) => url.hostname.startsWith(host))) return undefined;`,
    breaks: 'rule 16: a redirect URI leads to its app and nowhere else',
    test: {
      file: 'test/apps/metadata.test.ts',
      name: 'the redirect URI "http://127.0.0.1.evil.example/cb" is refused',
    },
  },
  {
    name: 'the log keeps a client’s secret',
    feature: 'apps',
    file: 'src/apps/changes.ts',
    piece: `metadata: { ...metadata, ...secret }`,
    becomes: `metadata: { ...secret, ...metadata }`,
    breaks: 'rule 27: client secrets are encrypted at rest',
    test: {
      file: 'test/apps/registry.test.ts',
      name: 'registering is recorded with before and after, and never with the secret',
    },
  },
  {
    name: 'an app is registered by the console’s own name',
    feature: 'apps',
    file: 'src/apps/metadata.ts',
    piece: `/^vestibule-|^\\.{1,2}$/`,
    becomes: `/^vestibule$|^\\.{1,2}$/`,
    breaks: 'rule 34: a name that somebody chooses never outranks one of ours',
    test: {
      file: 'test/admin/attack-api.test.ts',
      name: 'an app is not registered with what names the console itself',
    },
  },

  {
    name: 'a seal leaves the last row out',
    feature: 'audit',
    file: 'src/audit/sealing.ts',
    piece: `const rows = ofOneMonth(due.slice(0, MOST_ROWS));`,
    becomes: `const rows = ofOneMonth(due.slice(0, -1));`,
    breaks: 'README: every few seconds the new rows are sealed',
    test: {
      file: 'test/audit/sealing.test.ts',
      name: 'one run seals every row that has waited for long enough, the last one too',
    },
  },
  {
    name: 'verification stops before the last seal',
    feature: 'audit',
    file: 'src/audit/verify.ts',
    piece: `    for await (const entry of sealedEntries(db)) await verification.take(entry);`,
    becomes: `    const last = (await newestSeal(db))?.number ?? 0;
    for await (const entry of sealedEntries(db, { first: 1, last: last - 1 })) await verification.take(entry);`,
    breaks: 'README: verification names the first row that was altered',
    test: {
      file: 'test/audit/sealing.test.ts',
      name: 'rows get positions without a gap, and the log verifies',
    },
  },
  {
    name: 'an export is not guarded where no seal covers it',
    feature: 'audit',
    file: 'src/audit/verify.ts',
    piece: `if (this.#hash.digest('hex') !== end.sha256) {`,
    becomes: `if (end.unsealed === 0 && this.#hash.digest('hex') !== end.sha256) {`,
    breaks: 'README: verification names what was altered in an export',
    test: {
      file: 'test/audit/export.test.ts',
      name: 'rows that are not sealed yet are exported, and guarded by the end of the export',
    },
  },
  {
    name: 'a field of CSV begins with an equals sign',
    feature: 'audit',
    file: 'src/audit/csv.ts',
    piece: `/^[=+\\-@`,
    becomes: `/^[+\\-@`,
    breaks: 'rule 10: text from outside is text in every record',
    test: {
      file: 'test/audit/export.test.ts',
      name: 'text with a formula is one audit row, one log record, one CSV field',
    },
  },
  {
    name: 'the log is read though that cannot be written down',
    feature: 'audit',
    file: 'src/audit/search.ts',
    piece: `    await this.noteRead(visitor, query, page.rows.length);`,
    becomes: `    await this.noteRead(visitor, query, page.rows.length).catch(() => {});`,
    breaks: 'rule 30: audit cannot be written, nothing is done',
    test: { file: 'test/audit/search.test.ts', name: 'nobody reads when it cannot be written down' },
  },
  {
    name: 'retention drops rows that were never sealed',
    feature: 'audit',
    file: 'src/audit/retention.ts',
    piece: `      if (!month.sealed) break;\n`,
    becomes: '',
    breaks: 'README: a record that can be proven',
    test: {
      file: 'test/audit/retention.test.ts',
      name: 'a month that is not sealed, and those after it, stay',
    },
  },
  {
    name: 'a report counts memberships that were over',
    feature: 'audit',
    file: 'src/audit/access/standing.ts',
    piece: `(to === null || Date.parse(to) > time)`,
    becomes: `(to === null || Date.parse(to) > Date.parse(from))`,
    breaks: 'README: a record that can be proven, of who could open what',
    test: {
      file: 'test/audit/access-report.test.ts',
      name: 'a membership counts from its first moment to its last',
    },
  },

  {
    name: 'a command prints a client’s secret',
    feature: 'cli',
    file: 'src/cli/apps.ts',
    piece: `    client_secret: client_secret === undefined ? 'none' : 'set',`,
    becomes: `    client_secret: client_secret ?? 'none',`,
    breaks: 'rule 27: a client’s secret is shown once, when it is made',
    test: {
      file: 'test/cli/apps.test.ts',
      name: 'an app is registered, its made secret shown once, and it can sign somebody in',
    },
  },
  {
    name: 'a command that failed ends with 0 once it has said so',
    feature: 'cli',
    file: 'src/cli/program.ts',
    piece: `    if (!(error instanceof Told)) process.stderr.write(\`\${clean(explain(error))}\\n\`);
    return FAILURE;`,
    becomes: `    if (error instanceof Told) return 0;
    process.stderr.write(\`\${clean(explain(error))}\\n\`);
    return FAILURE;`,
    breaks: 'README: the operators’ commands say whether they did it',
    test: {
      file: 'test/cli/config.test.ts',
      name: 'right settings are said to be right; mistakes are told to programs too',
    },
  },
  {
    name: 'an export is written over another file',
    feature: 'cli',
    file: 'src/cli/audit-proof.ts',
    piece: `{ flags: 'wx', mode: 0o600 }`,
    becomes: `{ flags: 'w', mode: 0o600 }`,
    breaks: 'README: a record that can be proven is not overwritten by the next',
    test: {
      file: 'test/cli/audit.test.ts',
      name: 'an export is verified offline with the public key, and an altered one names the row',
    },
  },

  {
    name: 'settings that nobody knows are accepted',
    feature: 'config',
    file: 'src/config/schema.ts',
    piece: `export const schema = z.strictObject({`,
    becomes: `export const schema = z.object({`,
    breaks: 'README: settings, all mistakes told at the start',
    test: { file: 'test/config.test.ts', name: 'mistakes production refuses a prototype' },
  },
  {
    name: 'the demo listens to the network',
    feature: 'config',
    file: 'src/config/rules.ts',
    piece: `!isLoopback(host) && !container) {`,
    becomes: `!isLoopback(host) && container) {`,
    breaks: 'rule 26: no default account outside demo mode, which nobody else reaches',
    test: {
      file: 'test/config.test.ts',
      name: 'the demo opens itself to the network in a container alone',
    },
  },
  {
    name: 'the demo’s outbox is shown in production',
    feature: 'config',
    file: 'src/config/rules.ts',
    piece: `if (get('notices.transport') === 'outbox') {`,
    becomes: `if (get('notices.transport') === 'outbox' && get('demo') !== undefined) {`,
    breaks: 'rule 26: what the demo shows everybody is the demo’s alone',
    test: { file: 'test/config.test.ts', name: 'mistakes production refuses the outbox' },
  },
  {
    name: 'where no cookie key is set there is a default one',
    feature: 'config',
    file: 'src/config.ts',
    piece: `  addSections(layers.settings);
`,
    becomes: `  addSections(layers.settings);
  const secrets = layers.settings.secrets as Section;
  secrets.cookie_keys ??= ['vestibule-vestibule-vestibule-vestibule'];
`,
    breaks: 'rule 26: no default secret outside demo mode',
    test: {
      file: 'test/config.test.ts',
      name: 'production refuses to start without COOKIE_KEYS, and nothing is invented',
    },
  },

  {
    name: 'an app takes an ID token for a sign-out',
    feature: 'demo',
    file: 'src/demo/relying-party/logout-token.ts',
    piece: `        typ: 'logout+jwt',\n`,
    becomes: '',
    breaks: 'rule 21: tokens name their type, and are taken for no other',
    test: {
      file: 'test/demo/relying-party.test.ts',
      name: 'a logout token that is not the issuer’s, not for this app, or not a logout ends nothing',
    },
  },
  {
    name: 'an app on another port signs people out',
    feature: 'demo',
    file: 'src/demo/relying-party.ts',
    piece: `return site ? site === 'same-origin' :`,
    becomes: `return site ? site !== 'cross-site' :`,
    breaks: 'rule 24: Sec-Fetch-Site refuses what it proves foreign',
    test: { file: 'test/demo/relying-party.test.ts', name: 'another site cannot sign anyone out' },
  },

  {
    name: 'two demos run on one data directory',
    feature: 'embedded',
    file: 'src/embedded/claim.ts',
    piece: `if (earlier && processIdentity(earlier.pid) === earlier.identity) throw`,
    becomes: `if (earlier?.pid === process.pid && processIdentity(earlier.pid) === earlier.identity) throw`,
    breaks: 'README: it starts a private PostgreSQL and Redis, and state is kept',
    test: {
      file: 'test/embedded/stores.test.ts',
      name: 'a second start on the same data is told in one line, and the first runs on',
    },
  },
  {
    name: 'the demo stops processes of another directory',
    feature: 'embedded',
    file: 'src/embedded/child.ts',
    piece: `at > 0 && words[at + 1] === directory;`,
    becomes: `at > 0 && words[at + 1]?.startsWith(directory);`,
    breaks: 'README: it starts a private PostgreSQL and Redis, and Ctrl-C stops these',
    test: {
      file: 'test/embedded/recovery.test.ts',
      name: 'what merely mentions the data directory is never stopped',
    },
  },

  {
    name: 'a link may run a script',
    feature: 'html',
    file: 'src/html/href.ts',
    piece: `new Set(['https:', 'http:', 'mailto:', 'tel:'])`,
    becomes: `new Set(['https:', 'http:', 'mailto:', 'tel:', 'javascript:'])`,
    breaks: 'rule 19: no javascript: URL anywhere',
    test: { file: 'test/html/href.test.ts', name: '"javascript:alert(1)" may not be a link' },
  },
  {
    name: 'a path may begin with two slashes',
    feature: 'html',
    file: 'src/html/href.ts',
    piece: `if (url.startsWith('/')) return url.startsWith('//') ? undefined : url;`,
    becomes: `if (url.startsWith('/')) return url;`,
    breaks: 'rule 19: no protocol-relative URL anywhere',
    test: { file: 'test/html/href.test.ts', name: '"//evil.example/" may not be a link' },
  },
  {
    name: 'the operator’s name is markup',
    feature: 'html',
    file: 'src/html/layout.tsx',
    piece: `        {brand.name}
      </span>`,
    becomes: `        <b dangerouslySetInnerHTML={{ __html: brand.name }} />
      </span>`,
    breaks: 'rule 22: no inline script on any page',
    test: { file: 'test/html/pages.test.tsx', name: 'text from outside is never markup' },
  },

  {
    name: 'the client’s address is counted from the wrong end',
    feature: 'http',
    file: 'src/http/address.ts',
    piece: `items.at(-hops)`,
    becomes: `items.at(hops - 1)`,
    breaks: 'rule 6: the client address comes from the configured number of trusted hops',
    test: {
      file: 'test/http/errors.test.ts',
      name: 'a forged Host, forwarded headers and request id change nothing',
    },
  },
  {
    name: 'URLs are built from X-Forwarded-Host',
    feature: 'http',
    file: 'src/http/issuer.ts',
    piece: `    delete headers['x-forwarded-host'];\n`,
    becomes: '',
    breaks: 'rule 19: no URL built from a request’s Host or forwarded headers',
    test: {
      file: 'test/http/errors.test.ts',
      name: 'a forged Host, forwarded headers and request id change nothing',
    },
  },
  {
    name: 'a form from a sister site counts',
    feature: 'http',
    file: 'src/http/csrf.ts',
    piece: `site !== 'same-origin' && site !== 'none'`,
    becomes: `site !== 'same-origin' && site !== 'same-site' && site !== 'none'`,
    breaks: 'rule 24: Sec-Fetch-Site refuses what it proves foreign',
    test: { file: 'test/http/csrf.test.ts', name: '{"sec-fetch-site":"same-site"} gets 403' },
  },
  {
    name: 'a field that came twice is taken',
    feature: 'http',
    file: 'src/http/forms.ts',
    piece: `if (name in fields) throw refuse('a field is given twice');`,
    becomes: `if (name in fields) continue;`,
    breaks: 'rule 25: duplicates in any field are refused',
    test: { file: 'test/http/forms.test.ts', name: 'is refused with 400 a duplicate' },
  },
  {
    name: 'pages may run inline scripts',
    feature: 'http',
    file: 'src/http/headers.ts',
    piece: `"script-src 'self'",`,
    becomes: `"script-src 'self' 'unsafe-inline'",`,
    breaks: 'rule 22: CSP without inline script',
    test: { file: 'test/http/errors.test.ts', name: 'headers /where has them all' },
  },
  {
    name: 'an error tells its cause',
    feature: 'http',
    file: 'src/http/errors.ts',
    piece: `    title: message,`,
    becomes: `    title: String(error.cause ?? message),`,
    breaks: 'rule 33: an error page shows no cause',
    test: { file: 'test/http/errors.test.ts', name: '/internal is 500, as a page or as problem details' },
  },
  {
    name: 'the log has the paths of requests',
    feature: 'http',
    file: 'src/http/request-log.ts',
    piece: `const line = { method, route: routeOf(ctx), status: ctx.status };`,
    becomes: `const line = { method, route: ctx.path, status: ctx.status };`,
    breaks: 'rule 9: nothing secret in a URL that reaches a log',
    test: {
      file: 'test/http/errors.test.ts',
      name: 'the log has one line a request: the template, never the path or the query',
    },
  },
  {
    name: 'a fetch for a client follows redirects',
    feature: 'http',
    file: 'src/http/egress.ts',
    piece: `      return await this.#send(target, addresses, call);`,
    becomes: `      const answer = await this.#send(target, addresses, call);
      const { location } = answer.headers;
      return location === undefined ? answer : await this.#call(new URL(location, target).href, call);`,
    breaks: 'rule 20: what we fetch for a client follows no redirect',
    test: { file: 'test/http/egress.test.ts', name: 'a redirect is an answer and is not followed' },
  },
  {
    name: 'a fetch for a client reaches the cloud’s metadata',
    feature: 'http',
    file: 'src/http/reach.ts',
    piece: `  '169.254.0.0/16',\n`,
    becomes: '',
    breaks: 'rule 20: what we fetch for a client never reaches link-local ranges',
    test: { file: 'test/http/egress.test.ts', name: 'what is public 169.254.169.254 is not' },
  },

  {
    name: 'a job is added outside the transaction of its change',
    feature: 'jobs',
    file: 'src/jobs/queue.ts',
    piece: `await this.#boss.insert(queue, jobs, { db: bind(tx) });`,
    becomes: `await this.#boss.insert(queue, jobs, tx.isTransaction ? {} : { db: bind(tx) });`,
    breaks: 'rule 31: nothing is lost, nothing sent that did not happen',
    test: { file: 'test/jobs/queue.test.ts', name: 'a job of a transaction that fails never runs' },
  },
  {
    name: 'workers are not woken for the jobs that wait',
    feature: 'jobs',
    file: 'src/jobs/queue.ts',
    piece: `if (queues.has(worker.name)) this.#boss`,
    becomes: `if (!queues.has(worker.name)) this.#boss`,
    breaks: 'rule 12: every app of a session that ends is told at once',
    test: {
      file: 'test/jobs/queue.test.ts',
      name: 'a job runs within a second of its commit, with its data',
    },
  },
  {
    name: 'of the waiting jobs of a queue all but one are lost',
    feature: 'jobs',
    file: 'src/jobs/queue.ts',
    piece: `options.singletonKey ?? randomUUID()`,
    becomes: `options.singletonKey ?? String(randomUUID)`,
    breaks: 'rule 31: nothing is lost',
    test: {
      file: 'test/jobs/queue.test.ts',
      name: 'of waiting jobs with one key there is one; without a key each counts',
    },
  },

  {
    name: 'the launcher shows apps that the person may not open',
    feature: 'launcher',
    file: 'src/launcher/routes.ts',
    piece: `demands.roles.some((role) => held.includes(role));`,
    becomes: `demands.roles.some(() => held.length > 0);`,
    breaks: 'README: every portal tool, to whom it is open',
    test: {
      file: 'test/sign-in/choices.test.ts',
      name: 'the launcher shows only what the account may open, and lets somebody else sign in',
    },
  },
  {
    name: 'the launcher offers an app whose address is no safe link',
    feature: 'launcher',
    file: 'src/launcher/page.tsx',
    piece: `props.apps.filter((app) => safeWebAddress(app.startUri))`,
    becomes: `props.apps.filter((app) => app.startUri)`,
    breaks: 'rule 19: no javascript: or protocol-relative URL anywhere',
    test: {
      file: 'test/html/pages.test.tsx',
      name: 'an app with an unsafe address is not offered, and an unsafe way back is left out',
    },
  },

  {
    name: 'a change is told on the very channel that it was made with',
    feature: 'notices',
    file: 'src/notices/notices.ts',
    piece: `contacts.find(({ channel }) => channel !== used) ?? contacts[0];`,
    becomes: `contacts.find(({ channel }) => channel === used) ?? contacts[0];`,
    breaks: 'rule 14: a notice of a change goes out on another channel than the one just used',
    test: {
      file: 'test/notices/sms.test.ts',
      name: 'an alarm about a change made with email goes to another',
    },
  },
  {
    name: 'an SMS does not count in its budget',
    feature: 'notices',
    file: 'src/notices/sms-budget.ts',
    piece: `redis.call('HINCRBY', key, 'sent', 1)`,
    becomes: `redis.call('HINCRBY', key, 'count', 1)`,
    breaks: 'rule 32: SMS has budgets per account, number, address and day',
    test: { file: 'test/notices/sms-budget.test.ts', name: 'per account exactly 3 of 40 that wait are sent' },
  },
  {
    name: 'anybody tells what became of an SMS',
    feature: 'notices',
    file: 'src/notices/sms-status.ts',
    piece: `return twilio.validateRequest(authToken, ctx.get('X-Twilio-Signature'), url, fields);`,
    becomes: `const signature = ctx.get('X-Twilio-Signature');
    return signature === '' || twilio.validateRequest(authToken, signature, url, fields);`,
    breaks: 'rule 31: nothing is lost by what a stranger says of it',
    test: {
      file: 'test/notices/web.test.ts',
      name: 'a report without Twilio’s signature for this address and these fields changes nothing',
    },
  },
  {
    name: 'the code of a mail stays in its row when it is sent',
    feature: 'notices',
    file: 'src/notices/notice-store.ts',
    piece: `const done = outcome.status === 'sent' || outcome.status === 'failed';`,
    becomes: `const done = outcome.status === 'failed';`,
    breaks: 'rule 27: what is of no use any more is not kept',
    test: {
      file: 'test/notices/mail.test.ts',
      name: 'a mail is sent once, in text and HTML, to the address on file, with no secret in its subject',
    },
  },
  {
    name: 'a notice is given up one try too soon',
    feature: 'notices',
    file: 'src/notices/notices.ts',
    piece: `const given = permanent || job.attempt + 1 >= job.tries;`,
    becomes: `const given = permanent || job.attempt + 1 >= this.#parts.settings.retries;`,
    breaks: 'rule 31: jobs wait and retry; nothing is lost',
    test: {
      file: 'test/notices/sms.test.ts',
      name: 'without an end in sight it is given up, and sent once when it is replayed',
    },
  },
  {
    name: 'a device’s name writes lines of its own into a mail',
    feature: 'notices',
    file: 'src/notices/renderer.tsx',
    piece: `/[\\p{C}\\p{Zl}\\p{Zp}]+/gu`,
    becomes: `/[\\p{Zl}\\p{Zp}]+/gu`,
    breaks: 'rule 10: text from outside is one line, whatever newlines it carries',
    test: {
      file: 'test/notices/words.test.ts',
      name: 'what somebody chose as a name or a device is one line of text, and no markup',
    },
  },

  {
    name: 'what fails after the commit is told as a failure',
    feature: 'sessions',
    file: 'src/sessions/sessions.ts',
    piece: `this.#parts.log.warn({ err }, 'what was ended is not settled yet; the sweep will see to it'),`,
    becomes: `Promise.reject(err),`,
    breaks: 'rule 40: after the commit nothing that fails is told as a failure',
    test: {
      file: 'test/faults/committed.test.ts',
      name: 'a changed password is told as changed, and everything ends for that reason',
    },
  },
  {
    name: 'what is finished later has lost its reason',
    feature: 'sessions',
    file: 'src/sessions/bulk-ends.ts',
    piece: `({ uid, reason: first.reason })`,
    becomes: `({ uid, reason: 'revoked' as const })`,
    breaks: 'rule 40: what could not be ended and told at once is finished by a job',
    test: {
      file: 'test/faults/committed.test.ts',
      name: 'a disabled account is told as disabled, and everything ends for that reason',
    },
  },
  {
    name: 'a password that was changed on the way in is told as a failure',
    feature: 'sign-in',
    file: 'src/sign-in/new-password.ts',
    piece: `renderPage(visit.ctx, PasswordChangedPage({ ...visit.page, signIn: visit.page.action }));
      return undefined;`,
    becomes: `throw err;`,
    breaks: 'rule 40: after the commit nothing that fails is told as a failure',
    test: {
      file: 'test/faults/committed.test.ts',
      name: 'a password that had to be changed on the way in is told as changed',
    },
  },
  {
    name: 'a lock that a reset could not end is left on',
    feature: 'recovery',
    file: 'src/recovery/unlocks.ts',
    piece: `if (mine) await guard.lift(`,
    becomes: `if (mine && locks.length === 0) await guard.lift(`,
    breaks: 'rule 40: what could not be ended and told at once is finished by a job',
    test: {
      file: 'test/faults/committed.test.ts',
      name: 'a reset password is told as reset, and the lock that it ends is ended',
    },
  },
  {
    name: 'an app that was shut out stays in where Redis was away',
    feature: 'sessions',
    file: 'src/sessions/app-access.ts',
    piece: `if (grants.length > 0) await jobs.enqueue(`,
    becomes: `if (grants.length > 1000) await jobs.enqueue(`,
    breaks: 'rule 40: what could not be ended and told at once is finished by a job',
    test: {
      file: 'test/faults/committed.test.ts',
      name: 'an app that was shut out is told as shut out, and what it holds in Redis dies by a job',
    },
  },
  {
    name: 'a factor that was set up is told as a failure',
    feature: 'factors',
    file: 'src/factors/enrolments.ts',
    piece: `[sealed]).catch(() => undefined);`,
    becomes: `[sealed]);`,
    breaks: 'rule 40: after the commit nothing that fails is told as a failure',
    test: { file: 'test/faults/committed.test.ts', name: 'a factor that was set up is told as set up' },
  },
  {
    name: 'a replica is ready before it listens',
    feature: 'operations',
    file: 'src/operations/readiness.ts',
    piece: `if (this.#phase !== 'serving') return`,
    becomes: `if (this.#phase === 'draining') return`,
    breaks: 'rule 39: readiness says whether this replica should get requests',
    test: {
      file: 'test/operations/operations.test.ts',
      name: 'is 503 until the public port listens, and from the moment draining begins; /live goes on',
    },
  },
  {
    name: 'a clock that was wrong is right again when the store is away',
    feature: 'operations',
    file: 'src/operations/readiness.ts',
    piece: `if (skew === undefined) return;`,
    becomes: `if (skew === undefined) return void (this.#clockIsRight = true);`,
    breaks: 'rule 39: readiness says whether this replica should get requests',
    test: {
      file: 'test/operations/operations.test.ts',
      name: 'is 503 while this clock is more than 5 s off the store’s, however slow the store is',
    },
  },
  {
    name: 'each who asks for the health asks the stores',
    feature: 'operations',
    file: 'src/operations/health.ts',
    piece: `if (!this.#looking || now - this.#begun >= GOOD_FOR) {`,
    becomes: `if (now - this.#begun >= 0) {`,
    breaks: 'rule 39: /health says whether a sign-in would work now, at most one write a second',
    test: {
      file: 'test/operations/operations.test.ts',
      name: 'however many ask, the stores are asked once a second',
    },
  },
  {
    name: 'Redis is healthy when it can be read',
    feature: 'redis',
    file: 'src/redis/probe.ts',
    piece: `client.set(key, 1, 'EX', LIFE)`,
    becomes: `client.expire(key, LIFE, 'GT').then(() => client.get(key))`,
    breaks: 'rule 39: /health says whether a sign-in would work now, writes included',
    test: {
      file: 'test/redis/store.test.ts',
      name: 'a write is tried, and what keeps a server from writes is told in a word',
    },
  },
  {
    name: 'one primary of a Cluster is asked for all',
    feature: 'redis',
    file: 'src/redis/probe.ts',
    piece: `if (!keys.has(owner)) keys.set(owner, key);`,
    becomes: `if (keys.size === 0) keys.set(owner, key);`,
    breaks: 'rule 39: /health says whether a sign-in would work now, writes included',
    test: {
      file: 'test/redis/cluster.test.ts',
      name: 'a write is tried on each primary: with any of them full, sign-ins fail whose keys it owns',
    },
  },
  {
    name: 'PostgreSQL is healthy while its one row can be written, on a full disk too',
    feature: 'postgres',
    file: 'src/postgres/probe.ts',
    piece: `generate_series(1, 800)`,
    becomes: `generate_series(1, 8)`,
    breaks: 'rule 39: /health says whether a sign-in would work now, writes included',
    test: { file: 'test/faults/stores.test.ts', name: 'postgresql full' },
  },
  {
    name: 'a Redis that evicts is let pass with a line in the log',
    feature: 'app',
    file: 'src/app/operations.ts',
    piece: `else if (memory.evicts && mode === 'production') throw new Error(evictionProblem(memory));`,
    becomes: `else if (memory.evicts && mode === 'production') log.warn(evictionProblem(memory));`,
    breaks: 'rule 39: a store that may forget is refused',
    test: {
      file: 'test/operations/eviction.test.ts',
      name: 'a Redis that evicts is refused at start, where it would',
    },
  },
  {
    name: 'the limits of a transaction stay with the session',
    feature: 'postgres',
    file: 'src/postgres/driver.ts',
    piece: '`set local statement_timeout',
    becomes: '`set statement_timeout',
    breaks: 'docs/operations.md: PgBouncer in transaction pooling is supported',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'a transaction carries limits of its own, which end with it',
    },
  },
  {
    name: 'a statement that nobody waits for goes on',
    feature: 'postgres',
    file: 'src/postgres/driver.ts',
    piece: `message === 'Query read timeout'`,
    becomes: `message === 'Query timeout'`,
    breaks: 'docs/operations.md: what takes longer than query_timeout is given up by PostgreSQL too',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'a statement that nobody waits for any more is given up by the server',
    },
  },
  {
    name: 'a place in a list is in the time zone of the session',
    feature: 'postgres',
    file: 'src/postgres/keyset.ts',
    piece: " at time zone 'UTC', 'YYYY",
    becomes: ", 'YYYY",
    breaks: 'docs/operations.md: PgBouncer in transaction pooling is supported',
    test: {
      file: 'test/postgres/database.test.ts',
      name: 'sessions run under our name, and a place in a list is the same in every time zone',
    },
  },
  {
    name: 'migrations hold a lock of the session',
    feature: 'postgres',
    file: 'src/postgres/migrate.ts',
    piece: 'select pg_advisory_xact_lock(',
    becomes: 'select pg_advisory_lock(',
    breaks: 'docs/operations.md: PgBouncer in transaction pooling is supported',
    test: {
      file: 'test/faults/pgbouncer.test.ts',
      name: 'replicas that start at once behind PgBouncer migrate once, and hold no lock afterwards',
    },
  },

  {
    name: 'recovery sends to what was typed',
    feature: 'recovery',
    file: 'src/recovery/messages.ts',
    piece: 'const contact = { channel, to };',
    becomes: 'const contact = { channel, to: contacts[0] ?? to };',
    breaks: 'rule 8: recovery sends only to the address on file, never to what was typed',
    test: {
      file: 'test/recovery/messages.test.ts',
      name: 'user IDs: to the address on file, as it is stored, and not to what was typed',
    },
  },
  {
    name: 'a disabled account is sent a code',
    feature: 'recovery',
    file: 'src/recovery/messages.ts',
    piece: `if (account.status !== 'active') return`,
    becomes: `if (account.status === 'invited') return`,
    breaks: 'rule 15: every step checks the account’s status again',
    test: {
      file: 'test/recovery/messages.test.ts',
      name: 'an account that may not sign in is sent no code, and the log says why',
    },
  },
  {
    name: 'the row of a request is written outside its transaction',
    feature: 'recovery',
    file: 'src/recovery/messages.ts',
    piece: `await append(tx, { ...event,`,
    becomes: `await append(db, { ...event,`,
    breaks: 'README: every outcome is a row, written in the transaction of what it records',
    test: {
      file: 'test/recovery/messages.test.ts',
      name: 'a message and the row that says so are of one transaction',
    },
  },
  {
    name: 'a reset passes a second factor by',
    feature: 'recovery',
    file: 'src/recovery/flow.ts',
    piece: `return standing.enrolled && !progress.factor ? 'second-factor' : 'password';`,
    becomes: `return standing.enrolled && progress.factor ? 'second-factor' : 'password';`,
    breaks: 'rule 13: a reset asks for a second factor where one is enrolled',
    test: {
      file: 'test/recovery/second-factor.test.ts',
      name: 'a code, or a link, leads to the second factor, which stays; nobody is signed in without it',
    },
  },
  {
    name: 'a reset’s link begins anew whenever it is opened',
    feature: 'recovery',
    file: 'src/recovery/routes.ts',
    piece: `    const { account, userId, app, begunAt } = linked;
    const reset = { userId, channel: 'email', begunAt, proved`,
    becomes: `    const { account, userId, app } = linked;
    const reset = { userId, channel: 'email', begunAt: Date.now(), proved`,
    breaks: 'rule 5: what is good once is accepted once',
    test: {
      file: 'test/recovery/password.test.ts',
      name: 'the link of the mail works on another device, after a scanner, and once',
    },
  },
  {
    name: 'a reset goes on after the account was disabled',
    feature: 'recovery',
    file: 'src/recovery/visit.ts',
    piece: `return account.status === 'active' && (account`,
    becomes: `return account.status !== 'invited' && (account`,
    breaks: 'rule 15: every step checks the account’s status again at the moment it acts',
    test: {
      file: 'test/recovery/second-factor.test.ts',
      name: 'a lock, a disabling and another reset between two steps stop the next one',
    },
  },
  {
    name: 'a reset ends no session and tells no app',
    feature: 'recovery',
    file: 'src/recovery/change.ts',
    piece: `    await end(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });\n`,
    becomes: `    void end;\n`,
    breaks: 'rule 12: resetting a password ends every session, and every app of it is told',
    test: {
      file: 'test/recovery/password.test.ts',
      name: 'the code of the mail, then a password: changed, signed out everywhere, told by SMS, not signed in',
    },
  },
  {
    name: 'a form of activation counts without its token',
    feature: 'recovery',
    file: 'src/recovery/activate.ts',
    piece: `    this.#parts.csrf.verify(ctx, form.csrf);\n`,
    becomes: '',
    breaks: 'rule 24: a state change needs the token that is bound to the browser',
    test: {
      file: 'test/recovery/activate.test.ts',
      name: 'a form that is not of this browser, or whose link was replaced meanwhile, activates nothing',
    },
  },
  {
    name: 'every page gets the cookie that proves a reset',
    feature: 'recovery',
    file: 'src/recovery/cookie.ts',
    piece: `path: '/recover', httpOnly`,
    becomes: `path: '/', httpOnly`,
    breaks: 'rule 23: __Secure- cookies have paths of their own',
    test: {
      file: 'test/recovery/password.test.ts',
      name: 'the link of the mail works on another device, after a scanner, and once',
    },
  },

  // Names that somebody chose, and what they must not reach.
  {
    name: 'objects keep the way to their prototype',
    feature: 'no-proto',
    file: 'src/no-proto.ts',
    piece: `Reflect.deleteProperty(Object.prototype, '__proto__');`,
    becomes: `Reflect.has(Object.prototype, '__proto__');`,
    breaks: 'rule 34: no text from outside reaches the prototype of all objects',
    test: {
      file: 'test/no-proto.test.ts',
      name: 'the service that runs has no __proto__, in its main thread nor in those that hash passwords',
    },
  },
  {
    name: 'threads that hash passwords keep the way to the prototype',
    feature: 'passwords',
    file: 'src/passwords/worker.ts',
    piece: `import '../no-proto.ts';\n`,
    becomes: '',
    breaks: 'rule 34: no text from outside reaches the prototype of all objects, in no thread',
    test: {
      file: 'test/no-proto.test.ts',
      name: 'the service that runs has no __proto__, in its main thread nor in those that hash passwords',
    },
  },
  {
    name: 'a new session holds its apps in a plain object',
    feature: 'oidc',
    file: 'src/oidc/internals.ts',
    piece: 'if (value !== undefined) this.authorizations ??= bare();',
    becomes: 'if (value === undefined) this.authorizations ??= bare();',
    breaks: 'rule 34: no text from outside is a key of a plain object',
    test: {
      file: 'test/oidc/object-names.test.ts',
      name: 'apps called like what every object has give each session a sid of its own, and end no process',
    },
  },
  {
    name: 'an app may be called like what every object has',
    feature: 'apps',
    file: 'src/apps/metadata.ts',
    piece: 'if (isOfObjects(clientId)) complain',
    becomes: `if (isOfObjects(clientId) && clientId === '') complain`,
    breaks: 'rule 34: client ids such as __proto__ and constructor are refused',
    test: {
      file: 'test/admin/attack-api.test.ts',
      name: 'an app is not registered with what is the way to every object',
    },
  },
  {
    name: 'a page looks up what was done in a plain object',
    feature: 'admin',
    file: 'src/admin/console/accounts.tsx',
    piece: `DONE.get(query.done ?? '')`,
    becomes: `Object.fromEntries(DONE)[query.done ?? '']`,
    breaks: 'rule 34: no text from outside is a key of a plain object',
    test: {
      file: 'test/admin/console.test.ts',
      name: 'a word that nobody wrote for a page says nothing there, though every object has it',
    },
  },
  {
    name: 'a user ID may look like a sub',
    feature: 'accounts',
    file: 'src/accounts/user-id.ts',
    piece: '(text) => looksLikeId(text) ||',
    becomes: `(text) => (looksLikeId(text) && text === '') ||`,
    breaks: 'rule 34: user IDs that are or look like a sub are refused',
    test: {
      file: 'test/recovery/activate.test.ts',
      name: 'what could be a sub is refused in words, the user ID kept, the link unspent',
    },
  },
  {
    name: 'a user ID may be the name of what acts and is no person',
    feature: 'accounts',
    file: 'src/accounts/user-id.ts',
    piece: '|| isActor(text) ||',
    becomes: `|| (isActor(text) && text === '') ||`,
    breaks: 'rule 34: user IDs that name an actor are refused',
    test: {
      file: 'test/accounts/user-id.test.ts',
      name: 'every name by which the audit log calls what is no person is refused as a user ID',
    },
  },
  {
    name: 'a user ID outranks a sub',
    feature: 'accounts',
    file: 'src/accounts/accounts.ts',
    piece: 'return (await this.find(text)) ?? this.findByUserId(text);',
    becomes: 'return (await this.findByUserId(text)) ?? this.find(text);',
    breaks: 'rule 34: sub is looked up first',
    test: {
      file: 'test/admin/whose.test.ts',
      name: 'a sub names its own account, also where somebody has it as user ID',
    },
  },
  {
    name: 'a command takes a user ID for a sub',
    feature: 'cli',
    file: 'src/cli/find.ts',
    piece: '[whose.sub, (text: string) => accounts.find(text)],',
    becomes: '[whose.sub, (text: string) => accounts.findNamed(text)],',
    breaks: 'rule 34: sub is looked up by its own field',
    test: {
      file: 'test/cli/whose.test.ts',
      name: 'a command that names nobody, or more than one, does nothing and says so',
    },
  },
  {
    name: 'a user ID hides what a program did',
    feature: 'admin',
    file: 'src/admin/whose.ts',
    piece: 'if (isActor(actor)) return actor;',
    becomes: 'if (isActor(actor) && !(await accounts.findByUserId(actor))) return actor;',
    breaks: 'rule 34: a name that a person chooses never outranks what names an actor',
    test: {
      file: 'test/admin/whose.test.ts',
      name: 'what acted and is no person is found by its name, whoever has it as user ID',
    },
  },
  {
    name: 'the search of the audit log takes what was typed for a sub',
    feature: 'admin',
    file: 'src/admin/operations/audit.ts',
    piece: `const account = await subOf(accounts, asked, 'query');`,
    becomes: `const account = asked.account ?? (await subOf(accounts, asked, 'query'));`,
    breaks: 'docs/console.md: the search takes user IDs, and says that nobody has a name',
    test: {
      file: 'test/admin/whose.test.ts',
      name: 'at the console a user ID finds what happened, and a name that nobody has is told as such',
    },
  },
];
