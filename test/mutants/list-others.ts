import type { Mutant } from './mutant.ts';

// What programmers get wrong outside the sign-in itself, feature by feature in the order of the alphabet.

export const otherMutants: readonly Mutant[] = [
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
    piece: `where('memberships.valid_to', '>', sql<Date>\`clock_timestamp()\`)`,
    becomes: `where('memberships.valid_to', '>', where.ref('memberships.valid_from'))`,
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
      ...{ scope: 'admin:write', roles: OPERATORS },`,
    becomes: `      summary: 'Sends the person a link to a new password, or before activation to their account',
      ...{ scope: 'admin:write', roles: GUARDS },`,
    breaks: 'rule 35: nobody does what their role does not hold',
    test: {
      file: 'test/admin/matrix.test.ts',
      name: 'the API’s document says of each operation what this table says, and of no other',
    },
  },
  {
    name: 'a page of the console forgets to ask for the role',
    feature: 'admin',
    file: 'src/admin/console/accounts.tsx',
    piece: `({ ctx, props, params, perform, admit }: Visit): Promise<void> {
    const { t } = props;
    const { operations } = this.#parts;
    await admit(operations.disable);
    const person = await perform(operations.show, { params });
    const open = await perform(operations.disable, { params, body: { dry_run: true } });`,
    becomes: `({ ctx, props, params, perform }: Visit): Promise<void> {
    const { t } = props;
    const { operations } = this.#parts;
    const person = await perform(operations.show, { params });
    const open = { sessions: person.open_sessions, offline: person.offline_grants };`,
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
    piece: `        await sessions.endAllOf(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });\n`,
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
    file: 'src/apps/registry.ts',
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
    name: 'a replica is ready as long as one store is there',
    feature: 'operations',
    file: 'src/operations/readiness.ts',
    piece: `.some(({ state }) => state === 'away');`,
    becomes: `.every(({ state }) => state === 'away');`,
    breaks: 'rule 39: readiness says whether this replica should get requests',
    test: {
      file: 'test/operations/operations.test.ts',
      name: 'is 503 within about a second when one fails, throws or hangs, says which',
    },
  },

  {
    name: 'recovery sends to what was typed',
    feature: 'recovery',
    file: 'src/recovery/messages.ts',
    piece: `const contact = first && this.#contactOf(first, channel);`,
    becomes: `const contact = first && { channel, to: contacts[0] ?? '' };`,
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
    piece: `    const { sessions, guard, fold } = this.#parts;
    const origin = originOf(ctx);
    await sessions.endAllOf(sub, { reason: 'password-changed', by: sub, origin });
`,
    becomes: `    const { guard, fold } = this.#parts;
    const origin = originOf(ctx);
`,
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
];
