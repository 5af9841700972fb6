import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GlobalRole } from '../../src/postgres/schema.ts';
import { pageName, type Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

/**
 * Who may do what, written by hand and never made from the code: operation, who of analyst (A), operator (O) and
 * support (S), the scope a program needs, and `people-only` where no program does it.
 */
const OPERATIONS = `
showOverview          GET  /overview                              A O -  read
listSessions          GET  /sessions                              A O -  read
showSession           GET  /sessions/x                            A O -  read
endSession            POST /sessions/x/end                        A O -  sessions
endSessions           POST /sessions/end                          A O -  sessions
endSessionsOfAccount  POST /accounts/x/sessions/end               A O -  sessions
listLogoutNotices     GET  /logout-notices                        A O -  read
replayLogoutNotice    POST /logout-notices/x/replay               A O -  sessions
listAccounts          GET  /accounts                              A O S  read
showAccount           GET  /accounts/x                            A O S  read
unlockAccount         POST /accounts/x/unlock                     A O -  people
disableAccount        POST /accounts/x/disable                    - O -  people
enableAccount         POST /accounts/x/enable                     - O -  people
requireSecondFactor   POST /accounts/x/second-factor              - O -  people
sendReset             POST /accounts/x/send-reset                 - O -  people
listFactorResets      GET  /factor-resets                         A O S  read
verifyCaller          POST /accounts/x/factor-reset/start         - - S  people people-only
enterCallerCode       POST /accounts/x/factor-reset/verify        - - S  people people-only
requestFactorReset    POST /accounts/x/factor-reset/request       - - S  people people-only
approveFactorReset    POST /accounts/x/factor-reset/approve       - O S  people people-only
stopFactorReset       POST /accounts/x/factor-reset/stop          A O S  people people-only
searchAudit           GET  /audit                                 A O -  read
exportAudit           GET  /audit/export                          A O -  read
whoCouldOpen          GET  /access-report                         A O -  read
exportAccessReport    GET  /access-report/export                  A O -  read
listApps              GET  /apps                                  A O -  read
showApp               GET  /apps/x                                A O -  read
registerApp           POST /apps                                  - O -  apps
rotateAppSecret       POST /apps/x/rotate-secret                  - O -  apps
removeApp             POST /apps/x/remove                         - O -  apps
listPractices         GET  /practices                             A O -  read
createPractice        POST /practices                             - O -  people
listMembers           GET  /practices/x/members                   A O -  read
addMember             POST /practices/x/members                   - O -  people
endMembership         POST /practices/x/members/x/end             - O -  people
listKeys              GET  /keys                                  A O -  read
rotateKeys            POST /keys/rotate                           - O -  apps
`;

/** The same for the console's pages. */
const PAGES = `
GET  /admin                                  A O S
GET  /admin/sessions                         A O -
GET  /admin/sessions/x                       A O -
GET  /admin/sessions/x/end                   A O -
POST /admin/sessions/x/end                   A O -
POST /admin/sessions/x/replay                A O -
GET  /admin/sessions/end?account=x           A O -
POST /admin/sessions/end                     A O -
GET  /admin/logout-notices                   A O -
GET  /admin/accounts                         A O S
GET  /admin/accounts/x                       A O S
GET  /admin/accounts/x/factor-reset/request  - - S
GET  /admin/accounts/x/factor-reset/approve  - O S
GET  /admin/accounts/x/sessions/end          A O -
POST /admin/accounts/x/sessions/end          A O -
POST /admin/accounts/x/unlock                A O -
POST /admin/accounts/x/enable                - O -
GET  /admin/accounts/x/disable               - O -
POST /admin/accounts/x/disable               - O -
POST /admin/accounts/x/send-reset            - O -
POST /admin/accounts/x/second-factor         - O -
POST /admin/accounts/x/factor-reset/start    - - S
POST /admin/accounts/x/factor-reset/verify   - - S
POST /admin/accounts/x/factor-reset/request  - - S
POST /admin/accounts/x/factor-reset/approve  - O S
POST /admin/accounts/x/factor-reset/stop     A O S
GET  /admin/audit                            A O -
GET  /admin/audit/export                     A O -
GET  /admin/audit/access                     A O -
GET  /admin/audit/access/export              A O -
GET  /admin/apps                             A O -
GET  /admin/apps/claims                      A O -
GET  /admin/apps/new                         - O -
POST /admin/apps/new                         - O -
POST /admin/apps/claims/try                  - O -
GET  /admin/apps/tried                       - O -
GET  /admin/apps/claims/change               - O -
POST /admin/apps/x/change                    - O -
GET  /admin/apps/claims/rotate-secret        - O -
POST /admin/apps/x/rotate-secret             - O -
GET  /admin/apps/x/remove                    - O -
POST /admin/apps/x/remove                    - O -
GET  /admin/practices                        A O -
POST /admin/practices                        - O -
GET  /admin/practices/x                      A O -
POST /admin/practices/x                      - O -
GET  /admin/practices/x/members/x/end        - O -
POST /admin/practices/x/members/x/end        - O -
GET  /admin/keys                             A O -
GET  /admin/keys/rotate                      - O -
POST /admin/keys/rotate                      - O -
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
  ]);
  const expected = rows(OPERATIONS).map(([id, , , a = '', o = '', s = '', scope, people]) => [
    id,
    rolesOf([a, o, s]),
    `admin:${scope}`,
    people === 'people-only',
  ]);
  const byName = (one: unknown[], other: unknown[]) => String(one[0]).localeCompare(String(other[0]));
  expect(told.sort(byName)).toEqual(expected.sort(byName));
});

test('a program does what its token’s scope allows, and nothing that is for people', async () => {
  const program = await team.program('matrix');
  const tokens: [string | undefined, string | undefined][] = [[undefined, undefined]];
  for (const scope of SCOPES) tokens.push([scope, await program.token(`admin:${scope}`)]);
  const wrong: string[] = [];
  for (const [id, method, path = '', , , , scope, people] of rows(OPERATIONS)) {
    const body = method === 'POST' ? { body: {} } : {};
    for (const [held, token] of tokens) {
      const { status } = await call(team.portal, token, path, body);
      const isIn = status !== 401 && status !== 403;
      if (isIn !== (held === scope && !people) || status >= 500) wrong.push(`${id} with ${held}: ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(ROLES)('the pages of the console are open to %s as this table says', async (role) => {
  const { visitor, page } = await team.browser(await team.member(role), '/admin/accounts');
  expect(pageName(page)).toBe('admin-accounts');
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const wrong: string[] = [];
  for (const [method = '', path = '', ...letters] of rows(PAGES)) {
    const status = await ask(visitor, method, path, csrf);
    const allowed = rolesOf(letters).includes(role);
    if ((status !== 403) !== allowed || status >= 500) wrong.push(`${method} ${path}: ${status}`);
  }
  expect(wrong).toEqual([]);
});

async function ask(visitor: Visitor, method: string, path: string, csrf: string): Promise<number> {
  if (method === 'GET') return (await visitor.request(path)).status;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
  };
  const body = new URLSearchParams({ csrf, account: 'x' }).toString();
  return (await visitor.request(path, { method: 'POST', headers, body })).status;
}
