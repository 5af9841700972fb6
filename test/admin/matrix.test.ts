import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GlobalRole } from '../../src/postgres/schema.ts';
import { pageName, type Visitor } from '../support/visitor.ts';
import { call, Team } from './team.ts';

/**
 * Who may do what, written by hand and never made from the code: operation, who of analyst (A), operator (O) and
 * support (S), the scope a program needs, and `people` where no program does it.
 */
const OPERATIONS = `
showOverview          GET  /overview                              A O -  read
listSessions          GET  /sessions                              A O -  read
showSession           GET  /sessions/x                            A O -  read
endSession            POST /sessions/x/end                        A O -  write
endSessions           POST /sessions/end                          A O -  write
endSessionsOfAccount  POST /accounts/x/sessions/end               A O -  write
listLogoutNotices     GET  /logout-notices                        A O -  read
replayLogoutNotice    POST /logout-notices/x/replay               A O -  write
listAccounts          GET  /accounts                              A O S  read
showAccount           GET  /accounts/x                            A O S  read
unlockAccount         POST /accounts/x/unlock                     A O -  write
disableAccount        POST /accounts/x/disable                    - O -  write
enableAccount         POST /accounts/x/enable                     - O -  write
requireSecondFactor   POST /accounts/x/second-factor              - O -  write
sendReset             POST /accounts/x/send-reset                 - O -  write
listFactorResets      GET  /factor-resets                         A O S  read
verifyCaller          POST /accounts/x/factor-reset/start         - - S  write people
enterCallerCode       POST /accounts/x/factor-reset/verify        - - S  write people
requestFactorReset    POST /accounts/x/factor-reset/request       - - S  write people
approveFactorReset    POST /accounts/x/factor-reset/approve       - O S  write people
stopFactorReset       POST /accounts/x/factor-reset/stop          A O S  write people
searchAudit           GET  /audit                                 A O -  read
exportAudit           GET  /audit/export                          A O -  read
whoCouldOpen          GET  /access-report                         A O -  read
exportAccessReport    GET  /access-report/export                  A O -  read
listApps              GET  /apps                                  A O -  read
showApp               GET  /apps/x                                A O -  read
registerApp           POST /apps                                  - O -  write
rotateAppSecret       POST /apps/x/rotate-secret                  - O -  write
removeApp             POST /apps/x/remove                         - O -  write
listPractices         GET  /practices                             A O -  read
createPractice        POST /practices                             - O -  write
listMembers           GET  /practices/x/members                   A O -  read
addMember             POST /practices/x/members                   - O -  write
endMembership         POST /practices/x/members/x/end             - O -  write
listKeys              GET  /keys                                  A O -  read
rotateKeys            POST /keys/rotate                           - O -  write
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
    people === 'people',
  ]);
  const byName = (one: unknown[], other: unknown[]) => String(one[0]).localeCompare(String(other[0]));
  expect(told.sort(byName)).toEqual(expected.sort(byName));
});

test('a program does what its token’s scope allows, and nothing that is for people', async () => {
  const program = await team.program('matrix');
  const [reading, writing] = [await program.token('admin:read'), await program.token('admin:write')];
  const wrong: string[] = [];
  for (const [id, method, path = '', , , , scope, people] of rows(OPERATIONS)) {
    const body = method === 'POST' ? { body: {} } : {};
    const ask = async (token: string | undefined) => (await call(team.portal, token, path, body)).status;
    const seen = [await ask(undefined), await ask(reading), await ask(writing)];
    const isIn = (status: number | undefined) => status !== 401 && status !== 403;
    const expected = [false, scope === 'read' && !people, scope === 'write' && !people];
    if (String(seen.map(isIn)) !== String(expected) || seen.some((status) => status >= 500)) {
      wrong.push(`${id}: ${seen}, expected ${expected}`);
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
