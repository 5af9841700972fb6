import { Directory } from '../accounts/directory.ts';
import { Access } from '../admin/access.ts';
import { Bearer } from '../admin/api/bearer.ts';
import { Idempotency } from '../admin/api/idempotency.ts';
import { Rate } from '../admin/api/rate.ts';
import { Api } from '../admin/api/routes.ts';
import { AppPreviews } from '../admin/app-preview.ts';
import { AccessReportPages } from '../admin/console/access-report.ts';
import { AccountPages } from '../admin/console/accounts.tsx';
import { AppPages } from '../admin/console/apps.ts';
import { AuditPages } from '../admin/console/audit.ts';
import { ConsolePages } from '../admin/console/console-pages.ts';
import { KeyPages } from '../admin/console/keys.ts';
import { OverviewPages } from '../admin/console/overview.ts';
import { PracticePages } from '../admin/console/practices.ts';
import { SessionPages } from '../admin/console/sessions.ts';
import { OperationRunner } from '../admin/operation-runner.ts';
import { accessReportOperations } from '../admin/operations/access-report.ts';
import { accountOperations } from '../admin/operations/accounts.ts';
import { appOperations } from '../admin/operations/apps.ts';
import { auditOperations } from '../admin/operations/audit.ts';
import { helpDeskOperations } from '../admin/operations/help-desk.ts';
import { keyOperations } from '../admin/operations/keys.ts';
import { overviewOperations } from '../admin/operations/overview.ts';
import { practiceOperations } from '../admin/operations/practices.ts';
import { sessionOperations } from '../admin/operations/sessions.ts';
import { createPageProps } from '../admin/page-props.tsx';
import { isProgram } from '../apps/metadata.ts';
import { AccessReport } from '../audit/access/report.ts';
import { AuditExport } from '../audit/export.ts';
import { AuditOverview } from '../audit/overview.ts';
import { Sealing } from '../audit/sealing.ts';
import { AuditSearch } from '../audit/search.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import { SealKeyStore } from '../keys/seal-keys.ts';
import type { Sealer } from '../keys/sealer.ts';
import { SigningKeys } from '../keys/signing-keys.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { AAL2 } from '../oidc/step-up.ts';
import { ToShow } from '../redis/to-show.ts';
import { LogoutNoticeList } from '../sessions/logout-notice-list.ts';
import { SessionFigures } from '../sessions/session-figures.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AccountDependencies } from './account.ts';
import type { Stores } from './capabilities.ts';
import type { HelpDesk } from './help-desk.ts';
import { postToSelf } from './self.ts';

/** s that a new secret waits to be put away. */
const SECRET_SHOWN = 600;

export type AdminDependencies = AccountDependencies & {
  provider: CurrentProvider;
  helpDesk: HelpDesk;
  sealer: Sealer;
};

/** The security team's console, and the same for programs. */
export function createAdmin(
  config: Config,
  stores: Stores,
  deps: AdminDependencies,
  active: (ctx: Context, uid: string) => Promise<void>,
): { mount(router: Router): void } {
  const { accounts, trail, cookie, csrf, page } = deps;
  const operations = createOperations(config, stores, deps);
  const runner = new OperationRunner(stores.db, trail);
  const access = new Access({
    issuer: config.issuer,
    cookie,
    accounts,
    active,
    withFactor: AAL2,
    fresh: config.second_factor.fresh,
  });
  const consolePages = new ConsolePages({ access, runner, pageProps: createPageProps(page, csrf) });
  const pages = createPages(config, stores, deps, consolePages, operations);
  const api = createApi(config, stores, deps, runner, operations);
  return {
    mount(router) {
      for (const each of pages) each.mount(router);
      router.page('/admin/signed-in', (ctx) => {
        const back = ctx.query.error === undefined ? access.back(ctx.query.state) : '/';
        redirect(ctx, back);
      });
      api.mount(router);
    },
  };
}

type Operations = ReturnType<typeof createOperations>;

/** Everything that can be done, by a page or by a request. */
function createOperations(config: Config, stores: Stores, deps: AdminDependencies) {
  const { db, searchDb } = stores;
  const { accounts, sealer, trail, limiter, locks, streaks, sessions } = deps;
  const directory = new Directory(searchDb, config.recovery.default_country);
  const list = new SessionList(searchDb);
  const notices = new LogoutNoticeList(searchDb);
  const seals = new SealKeyStore(db, sealer);
  const signer = () => seals.signer();
  const sealing = new Sealing(db, signer);
  const { issuer } = config;
  return {
    overview: overviewOperations({
      audit: new AuditOverview(searchDb),
      figures: new SessionFigures(searchDb),
      locks,
      streaks,
      notices,
      sms: deps.smsBudget,
      directory,
      db: searchDb,
      sprayed: config.lockout.sprayed_accounts,
    }),
    sessions: sessionOperations({
      list,
      sessions,
      accounts,
      notices,
      replay: (id, by) => deps.logoutNotices.replay(id, by),
    }),
    accounts: accountOperations({
      db,
      accounts,
      authenticators: deps.authenticators,
      directory,
      limiter,
      list: new SessionList(db),
      locks,
      streaks,
      sendLink: deps.sendLink,
      sessions,
    }),
    helpDesk: helpDeskOperations(deps.helpDesk),
    audit: auditOperations({
      db,
      accounts,
      trail,
      sealing,
      search: new AuditSearch(searchDb, trail),
      exporter: new AuditExport({ db: searchDb, issuer, signer }),
    }),
    accessReport: accessReportOperations({
      db: searchDb,
      report: new AccessReport(searchDb, trail),
      sealing,
      signer,
      directory,
    }),
    apps: appOperations({ db, apps: deps.apps, list: new SessionList(db) }),
    practices: practiceOperations({ db, directory, accounts, practices: deps.practices }),
    keys: keyOperations({ keys: new SigningKeys(db, sealer), config }),
  };
}

function createPages(
  config: Config,
  { redis, keys }: Stores,
  { accounts, apps, helpDesk: { resets }, sealer }: AdminDependencies,
  consolePages: ConsolePages,
  operations: Operations,
) {
  const appNames = async () => {
    const names = new Map((await apps.list()).map(({ clientId, name }) => [clientId, name]));
    return (clientId: string) => names.get(clientId) ?? clientId;
  };
  const runningReset = async (sub: string) => {
    const running = await resets.running(sub);
    const starter = running && (await accounts.find(running.startedBy));
    return running && { ...running, startedBy: starter?.userId ?? running.startedBy };
  };
  const previews = new AppPreviews({
    redis,
    keys,
    issuer: config.issuer,
    redeem: (fields) => postToSelf(config, '/oidc/token', fields),
  });
  const { helpDesk, sessions } = operations;
  return [
    new OverviewPages({ consolePages, operations: operations.overview, sessions }),
    new SessionPages({ consolePages, appNames, operations: sessions }),
    new AccountPages({ consolePages, operations: operations.accounts, helpDesk, sessions, runningReset }),
    new AuditPages({ consolePages, operations: operations.audit }),
    new AccessReportPages({ consolePages, operations: operations.accessReport, apps: operations.apps }),
    new AppPages({
      consolePages,
      operations: operations.apps,
      previews,
      secrets: new ToShow({ redis, keys, seals: sealer }, 'fresh-secret', SECRET_SHOWN),
    }),
    new PracticePages({ consolePages, operations: operations.practices }),
    new KeyPages({ consolePages, operations: operations.keys }),
  ];
}

function createApi(
  config: Config,
  { redis, keys }: Stores,
  { apps, provider, sealer }: AdminDependencies,
  runner: OperationRunner,
  operations: Operations,
): Api {
  return new Api({
    issuer: config.issuer,
    runner,
    operations: Object.values(operations).flatMap((noun) => Object.values(noun)),
    bearer: new Bearer({
      tokenOf: (value) => tokenOf(provider, value),
      programOf: async (clientId) => {
        const metadata = (await apps.find(clientId))?.metadata as
          | { grant_types?: string[]; scope?: string }
          | undefined;
        return metadata && isProgram(metadata) ? { scope: metadata.scope } : undefined;
      },
    }),
    rate: new Rate({ redis, keys, most: config.admin.api_requests }),
    idempotency: new Idempotency({ redis, keys, seals: sealer }),
  });
}

/** Only a program's own token: one that a person's sign-in gave an app is of another kind. */
async function tokenOf({ current }: CurrentProvider, value: string) {
  const token = await current.ClientCredentials.find(value);
  return token?.clientId === undefined ? undefined : { clientId: token.clientId, scope: token.scope };
}
