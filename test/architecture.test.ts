import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { circles } from './support/circles.ts';
import { breaches, importsOf, readSources } from './support/imports.ts';

const source = fileURLToPath(new URL('../src/', import.meta.url));

const files = readSources(source);

test('imports point one way, all over src/', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(breaches(files)).toEqual([]);
});

test('no files import one another in a circle, types neither', () => {
  expect(circles(files)).toEqual([]);
});

describe('a planted breach is found:', () => {
  const planted: readonly [name: string, path: string, text: string][] = [
    [
      'a capability that imports a surface',
      'accounts/accounts.ts',
      "import { flow } from '../sign-in/flow.ts';",
    ],
    [
      'a capability that imports a sibling',
      'sessions/store.ts',
      "import type { App } from '../apps/registry.ts';\nimport { b } from '../apps/registry.ts';",
    ],
    ['a use case that imports a surface', 'use-cases/invite.ts', "import '../admin/operation-runner.ts';"],
    ['a capability that imports a use case', 'accounts/accounts.ts', "import '../use-cases/invite.ts';"],
    ['a surface that imports another', 'launcher/routes.tsx', "export * from '../sign-in/flow.ts';"],
    [
      'a page deep in a surface',
      'sign-in/pages/form.tsx',
      "import {\n  a,\n  b,\n} from '../../oidc/provider.ts';",
    ],
    ['ground that imports a capability', 'http/csrf.ts', "const a = await import('../keys/sealer.ts');"],
    ['a surface that imports the app', 'admin/routes.ts', "import '../app.ts';"],
    [
      'private stores outside the demo',
      'main.ts',
      "import { startEmbeddedStores } from './embedded/stores.ts';",
    ],
    ["the library's insides", 'oidc/provider.ts', "import x from 'oidc-provider/lib/helpers/y.js';"],
    ['the environment', 'http/address.ts', 'const hops = process.env.TRUSTED_PROXIES;'],
    ['the environment, imported', 'http/address.ts', "import { env } from 'node:process';"],
    ['a clock beside ours', 'sessions/ledger.ts', 'const now = Date.now();'],
    ['a moment beside ours', 'use-cases/tell-of-lock.ts', 'const at = new Date().toISOString();'],
    ['a time taken beside ours', 'apps/registry.ts', 'const asked = performance.now();'],
    ['a timer beside ours', 'keys/key-watch.ts', 'this.#timer = setTimeout(() => this.look(), 1000);'],
    ['a timer again and again', 'sweeper.ts', 'setInterval(sweep, 1000);'],
    ['a wait beside ours', 'redis/store.ts', "import { setTimeout as pause } from 'node:timers/promises';"],
    ['a Redis key made by hand', 'lockout/windows.ts', `const key = \`\${this.#prefix}:lock:{\${user}}\`;`],
    [
      'words looked up in a plain object',
      'admin/console/accounts.tsx',
      "const DONE: Readonly<Record<string, MessageId>> = { sent: 'admin-account.sent' };",
    ],
    ['an actor named by hand', 'audit/retention.ts', "const event = { actor: 'retention', before };"],
    ['a granter named by hand', 'demo/people.ts', "const grant = { account, grantedBy: 'demo' };"],
    [
      'a form without its token',
      'account/profile.ts',
      "router.endpoint('post', HERE, (ctx) => this.#post(ctx));",
    ],
    [
      'a transaction in the wiring',
      'app/account.ts',
      'db.transaction().execute((tx) => accounts.lock(tx, sub));',
    ],
    ['a form read by hand', 'recovery/user-id.ts', 'const form = await readForm(ctx);'],
    ['a folder that no layer knows', 'helpers/things.ts', ''],
  ];

  test.each(planted)('%s', (_name, path, text) => {
    expect(breaches([{ path, text }])).toHaveLength(1);
  });
});

test('a circle is found, whichever way round, and nothing else is', () => {
  const imports = (path: string, ...targets: string[]) => ({
    path,
    text: targets.map((target) => `import type { A } from './${target}';`).join('\n'),
  });
  const round = [imports('a/1.ts', '2.ts'), imports('a/2.ts', '3.ts'), imports('a/3.ts', '1.ts', '4.ts')];
  expect(circles([...round, imports('a/4.ts', '5.ts'), imports('a/5.ts')])).toEqual([
    ['a/1.ts', 'a/2.ts', 'a/3.ts'],
  ]);
});

test.each([
  ['sign-in/flow.ts', "import { Accounts } from '../accounts/accounts.ts';"],
  ['sessions/store.ts', "import type { App } from '../apps/registry.ts';"],
  ['app.ts', "import { routes } from './sign-in/routes.ts';"],
  ['demo/apps.ts', "import { startEmbeddedStores } from '../embedded/stores.ts';"],
  ['oidc/internals.ts', "import x from 'oidc-provider/lib/helpers/y.js';"],
  ['config/layers.ts', 'const all = process.env;'],
  ['redis/keys.ts', `return \`\${this.#prefix}:session:{\${uid}}\`;`],
  ['clock.ts', 'const now = Date.now() + performance.now();'],
  ['postgres/driver.ts', 'const asked = performance.now();'],
  ['embedded/child.ts', "import { setTimeout as pause } from 'node:timers/promises';"],
  ['http/forms.ts', 'socket.setTimeout(5000); clock.after(5000, done); new Date(clock.now());'],
  ['jobs/queue.ts', "// process.env is config's\nimport { AppError } from '../errors.ts';"],
])('what the design allows is let be: %s', (path, text) => {
  expect(breaches([{ path, text }])).toEqual([]);
});

test('an import is seen however it is written', () => {
  const text = `
    import one from './1.ts'; import type { Two } from "./2.ts";
    export { three } from './3.ts'; import './4.ts';
    const five = await import('./5.ts'); type Six = import('./6.ts').Six;
    require('./7.ts'); new Worker(new URL('./8.ts', import.meta.url));`;
  expect(importsOf(text).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `./${n}.ts`));
});
