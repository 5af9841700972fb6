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
    piece: "for i = 11, #ARGV, 2 do redis.call('HSET', KEYS[1], 'app:' .. ARGV[i], ARGV[i + 1]) end",
    becomes: `for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 4) == 'app:' then redis.call('HDEL', KEYS[1], name) end
end
for i = 11, #ARGV, 2 do redis.call('HSET', KEYS[1], 'app:' .. ARGV[i], ARGV[i + 1]) end`,
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
    piece: "return ['authorization', 'resume'].includes(oidc.route) && !oidc.prompts.has('none');",
    becomes: "return ['authorization', 'resume'].includes(oidc.route);",
    breaks: 'docs/apps.md: prompt=none does not keep a session alive',
    test: {
      file: 'test/oidc/prompts.test.ts',
      name: 'prompt=none does not keep a session alive; a visible sign-on does',
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
    piece:
      "if (interaction.result.browser !== this.#parts.browserOf(ctx)) throw new AppError('session-expired');",
    becomes: '',
    breaks: 'rule 11: an interaction belongs to the browser that began it',
    test: {
      file: 'test/sign-in/hijack.test.ts',
      name: 'whoever plants their finished sign-in in somebody’s browser signs nobody in',
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
    name: 'a lock is forgotten with Redis',
    feature: 'lockout',
    file: 'src/lockout/guard.ts',
    piece: `const { mirrored, work } = await this.#ask(attempt);
    if (mirrored.until) return { verdict: 'locked', until: mirrored.until };`,
    becomes: 'const { mirrored, work } = await this.#ask(attempt);',
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
    piece: 'Math.max(LEAST, this.#timeouts.query - waited)',
    becomes: 'Math.max(LEAST, this.#timeouts.query - waited / 1000)',
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
];
