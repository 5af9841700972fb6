import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AccessReportPages } from '../../src/admin/console/access-report.ts';
import { AccountPages } from '../../src/admin/console/accounts.tsx';
import { AppPages } from '../../src/admin/console/apps.ts';
import { AuditPages } from '../../src/admin/console/audit.ts';
import { ConsolePages } from '../../src/admin/console/console-pages.ts';
import { KeyPages } from '../../src/admin/console/keys.ts';
import { OverviewPages } from '../../src/admin/console/overview.ts';
import { PracticePages } from '../../src/admin/console/practices.ts';
import { SessionPages } from '../../src/admin/console/sessions.ts';
import { accessReportOperations } from '../../src/admin/operations/access-report.ts';
import { accountOperations } from '../../src/admin/operations/accounts.ts';
import { appOperations } from '../../src/admin/operations/apps.ts';
import { auditOperations } from '../../src/admin/operations/audit.ts';
import { helpDeskOperations } from '../../src/admin/operations/help-desk.ts';
import { keyOperations } from '../../src/admin/operations/keys.ts';
import { overviewOperations } from '../../src/admin/operations/overview.ts';
import { practiceOperations } from '../../src/admin/operations/practices.ts';
import { sessionOperations } from '../../src/admin/operations/sessions.ts';
import { Csrf } from '../../src/http/csrf.ts';
import { Router } from '../../src/http/router.ts';
import type { GlobalRole } from '../../src/roles.ts';
import { type Answer, pageName, type Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

/**
 * Who may do what, written by hand and never made from the code: operation, who of analyst (A), operator (O) and
 * support (S), the scope a program needs, `people-only` where no program does it, and `fresh` where a person must have
 * signed in just now.
 */
const OPERATIONS = `
showOverview          GET  /overview                              A O -  read
listSessions          GET  /sessions                              A O -  read
showSession           GET  /sessions/x                            A O -  read
endSession            POST /sessions/x/end                        A O -  sessions fresh
endSessions           POST /sessions/end                          A O -  sessions fresh
endSessionsOfAccount  POST /accounts/x/sessions/end               A O -  sessions fresh
listLogoutNotices     GET  /logout-notices                        A O -  read
replayLogoutNotice    POST /logout-notices/x/replay               A O -  sessions
listAccounts          GET  /accounts                              A O S  read
showAccount           GET  /accounts/x                            A O S  read
unlockAccount         POST /accounts/x/unlock                     A O -  people
disableAccount        POST /accounts/x/disable                    - O -  people fresh
enableAccount         POST /accounts/x/enable                     - O -  people fresh
requireSecondFactor   POST /accounts/x/second-factor              - O -  people fresh
sendReset             POST /accounts/x/send-reset                 - O -  people fresh
listFactorResets      GET  /factor-resets                         A O S  read
verifyCaller          POST /accounts/x/factor-reset/start         - - S  people people-only
enterCallerCode       POST /accounts/x/factor-reset/verify        - - S  people people-only
requestFactorReset    POST /accounts/x/factor-reset/request       - - S  people people-only fresh
approveFactorReset    POST /accounts/x/factor-reset/approve       - O S  people people-only fresh
stopFactorReset       POST /accounts/x/factor-reset/stop          A O S  people people-only
searchAudit           GET  /audit                                 A O -  read
exportAudit           GET  /audit/export                          A O -  read
whoCouldOpen          GET  /access-report                         A O -  read
exportAccessReport    GET  /access-report/export                  A O -  read
listApps              GET  /apps                                  A O -  read
showApp               GET  /apps/x                                A O -  read
registerApp           POST /apps                                  - O -  apps fresh
rotateAppSecret       POST /apps/x/rotate-secret                  - O -  apps fresh
removeApp             POST /apps/x/remove                         - O -  apps fresh
listPractices         GET  /practices                             A O -  read
createPractice        POST /practices                             - O -  people
listMembers           GET  /practices/x/members                   A O -  read
addMember             POST /practices/x/members                   - O -  people fresh
endMembership         POST /practices/x/members/x/end             - O -  people fresh
listKeys              GET  /keys                                  A O -  read
rotateKeys            POST /keys/rotate                           - O -  apps fresh
`;

/** The same for the console's pages. */
const PAGES = `
GET  /admin                                  A O S
GET  /admin/sessions                         A O -
GET  /admin/sessions/x                       A O -
GET  /admin/sessions/x/end                   A O -  fresh
POST /admin/sessions/x/end                   A O -  fresh
POST /admin/sessions/x/replay                A O -
GET  /admin/sessions/end?account=x           A O -  fresh
POST /admin/sessions/end                     A O -  fresh
GET  /admin/logout-notices                   A O -
GET  /admin/accounts                         A O S
GET  /admin/accounts/x                       A O S
GET  /admin/accounts/x/factor-reset/request  - - S  fresh
GET  /admin/accounts/x/factor-reset/approve  - O S  fresh
GET  /admin/accounts/x/sessions/end          A O -  fresh
POST /admin/accounts/x/sessions/end          A O -  fresh
POST /admin/accounts/x/unlock                A O -
POST /admin/accounts/x/enable                - O -  fresh
GET  /admin/accounts/x/disable               - O -  fresh
POST /admin/accounts/x/disable               - O -  fresh
POST /admin/accounts/x/send-reset            - O -  fresh
POST /admin/accounts/x/second-factor         - O -  fresh
POST /admin/accounts/x/factor-reset/start    - - S
POST /admin/accounts/x/factor-reset/verify   - - S
POST /admin/accounts/x/factor-reset/request  - - S  fresh
POST /admin/accounts/x/factor-reset/approve  - O S  fresh
POST /admin/accounts/x/factor-reset/stop     A O S
GET  /admin/audit                            A O -
GET  /admin/audit/export                     A O -
GET  /admin/audit/access                     A O -
GET  /admin/audit/access/export              A O -
GET  /admin/apps                             A O -
GET  /admin/apps/claims                      A O -
GET  /admin/apps/new                         - O -  fresh
POST /admin/apps/new                         - O -  fresh
POST /admin/apps/claims/try                  - O -  fresh
GET  /admin/apps/tried                       - O -  fresh
GET  /admin/apps/claims/change               - O -  fresh
POST /admin/apps/x/change                    - O -  fresh
GET  /admin/apps/claims/rotate-secret        - O -  fresh
POST /admin/apps/x/rotate-secret             - O -  fresh
POST /admin/apps/x/secret-saved              A O -
GET  /admin/apps/x/remove                    - O -  fresh
POST /admin/apps/x/remove                    - O -  fresh
GET  /admin/practices                        A O -
POST /admin/practices                        - O -
GET  /admin/practices/x                      A O -
POST /admin/practices/x                      - O -  fresh
GET  /admin/practices/x/members/x/end        - O -  fresh
POST /admin/practices/x/members/x/end        - O -  fresh
GET  /admin/keys                             A O -
GET  /admin/keys/rotate                      - O -  fresh
POST /admin/keys/rotate                      - O -  fresh
`;

const SCOPES = ['read', 'sessions', 'people', 'apps'];
const ROLES: readonly GlobalRole[] = ['security-analyst', 'operator', 'support'];
const rows = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/));
const rolesOf = (letters: readonly string[]) => ROLES.filter((_, index) => letters[index] !== '-').sort();

interface Documented {
  readonly operationId: string;
  readonly security: readonly { readonly oauth: readonly string[] }[];
  readonly 'x-roles': readonly string[];
  readonly 'x-people-only'?: boolean;
  readonly 'x-fresh-sign-in'?: boolean;
}

let team: Team;
beforeAll(async () => {
  team = await Team.open({ settings: { 'admin.api_requests': '10000' } });
});
afterAll(() => team?.close());

test('the API’s document says of each operation what this table says, and of no other', async () => {
  const { json } = await call(team.portal, undefined, '/openapi.json');
  const documented = Object.values(json.paths as Record<string, Record<string, Documented>>).flatMap((path) =>
    Object.values(path),
  );
  const told = documented.map((each) => [
    each.operationId,
    [...each['x-roles']].sort(),
    each.security[0]?.oauth[0],
    each['x-people-only'] === true,
    each['x-fresh-sign-in'] === true,
  ]);
  const expected = rows(OPERATIONS).map(([id, , , a = '', o = '', s = '', scope, ...more]) => [
    id,
    rolesOf([a, o, s]),
    `admin:${scope}`,
    more.includes('people-only'),
    more.includes('fresh'),
  ]);
  const byName = (one: unknown[], other: unknown[]) => String(one[0]).localeCompare(String(other[0]));
  expect(told.sort(byName)).toEqual(expected.sort(byName));
});

test('a program does what its token’s scope allows, and nothing that is for people', async () => {
  const program = await team.program('matrix');
  const tokens: [string | undefined, string | undefined][] = [[undefined, undefined]];
  for (const scope of SCOPES) tokens.push([scope, await program.token(`admin:${scope}`)]);
  const wrong: string[] = [];
  for (const [id, method, path = '', , , , scope, ...more] of rows(OPERATIONS)) {
    const body = method === 'POST' ? { body: {} } : {};
    for (const [held, token] of tokens) {
      const { status } = await call(team.portal, token, path, body);
      const isIn = status !== 401 && status !== 403;
      const allowed = held === scope && !more.includes('people-only');
      if (isIn !== allowed || status >= 500) wrong.push(`${id} with ${held}: ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(ROLES)('the pages of the console are open to %s as this table says', async (role) => {
  const { visitor, page } = await team.browser(await team.member(role), '/admin/accounts');
  expect(pageName(page)).toBe('admin-accounts');
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const wrong: string[] = [];
  for (const [method = '', path = '', a = '', o = '', s = ''] of rows(PAGES)) {
    const status = await ask(visitor, method, path, csrf);
    const allowed = rolesOf([a, o, s]).includes(role);
    if ((status !== 403) !== allowed || status >= 500) wrong.push(`${method} ${path}: ${status}`);
  }
  expect(wrong).toEqual([]);
});

/** s; what the setting second_factor.fresh is by default, and for how long a form that a page asked first is good. */
const [FRESH, FILLED] = [300, 900];

test.each([
  ['a while ago', FILLED + 60, rows(PAGES)],
  ['so long ago that a form has just had its time', FRESH + 60, rows(PAGES).filter(standsAlone)],
])(
  'where somebody signed in %s, exactly what this table says asks for it again',
  async (_when, age, pages) => {
    const everybody = await team.member(...ROLES);
    const { visitor, page } = await team.browser(everybody, '/admin/accounts');
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    await team.people.age(visitor, age);
    const wrong: string[] = [];
    for (const [method = '', path = '', , , , fresh] of pages) {
      const { status, headers } = await request(visitor, method, path, csrf);
      const asked = /\/oidc\/authorize\?.*max_age=300/.test(headers.get('location') ?? '');
      if (asked !== (fresh === 'fresh')) wrong.push(`${method} ${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  },
);

/** Whether a form's own address has no page that asked for a fresh sign-in before it was filled in. */
function standsAlone([method, path]: readonly string[]): boolean {
  const isAsked = (row: readonly string[]) =>
    row[0] === 'GET' && row[5] === 'fresh' && shape(row[1]) === shape(path);
  return method === 'POST' && !rows(PAGES).some(isAsked);
}

function shape(path = ''): string {
  return path.replace(/\?.*/, '').replaceAll('/claims', '/x');
}

test('every address of the console stands in this table', () => {
  const router = new Router(new Csrf({ keys: ['x'], secure: true, origin: 'https://signin.example.test' }));
  mountConsole(router);
  const served = router.list().map((route) => route.replaceAll(/:\w+/g, 'x'));
  expect(served.length).toBeGreaterThan(40);
  const told = new Set(rows(PAGES).map(([method, path]) => `${method} ${shape(path)}`));
  // From an act without a page of its own a GET leads back to the page with its form.
  const isWayBack = (address: string) =>
    address.startsWith('GET') && told.has(address.replace('GET', 'POST'));
  expect(served.filter((address) => !told.has(address) && !isWayBack(address))).toEqual([]);
});

/** The console's pages as they are mounted, asked for nothing. */
function mountConsole(router: Router): void {
  const parts = {} as never;
  const consolePages = new ConsolePages(parts);
  const [sessions, apps] = [sessionOperations(parts), appOperations(parts)];
  const pages = [
    new OverviewPages({ consolePages, operations: overviewOperations(parts), sessions }),
    new SessionPages({ consolePages, operations: sessions, appNames: parts }),
    new AccountPages({
      consolePages,
      operations: accountOperations(parts),
      helpDesk: helpDeskOperations(parts),
      sessions,
      runningReset: parts,
    }),
    new AuditPages({ consolePages, operations: auditOperations(parts) }),
    new AccessReportPages({ consolePages, operations: accessReportOperations(parts), apps }),
    new AppPages({ consolePages, operations: apps, previews: parts, secrets: parts }),
    new PracticePages({ consolePages, operations: practiceOperations(parts) }),
    new KeyPages({ consolePages, operations: keyOperations(parts) }),
  ];
  for (const each of pages) each.mount(router);
}

async function ask(visitor: Visitor, method: string, path: string, csrf: string): Promise<number> {
  return (await request(visitor, method, path, csrf)).status;
}

async function request(visitor: Visitor, method: string, path: string, csrf: string): Promise<Answer> {
  if (method === 'GET') return visitor.request(path);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
  };
  const body = new URLSearchParams({ csrf, account: 'x' }).toString();
  return visitor.request(path, { method: 'POST', headers, body });
}
