import { Time } from '../../html/time.tsx';
import type { OverviewFacts } from '../operations/overview.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Picture } from './picture.tsx';
import { Table, Tag } from './table.tsx';

interface OverviewPageProps extends AdminPageProps {
  readonly facts: OverviewFacts;
  readonly hours: number;
}

/** One line of what is unusual. */
interface Unusual {
  readonly id: string;
  readonly since: Date | null;
  readonly what: string;
  readonly where: string;
  readonly state: string;
  readonly kind: 'warn' | 'bad';
  readonly see: string;
}

/** The first look: how much is going on, and what is unusual now. */
export function OverviewPage(props: OverviewPageProps) {
  const { t, zone, facts, hours } = props;
  const series = (name: 'sign_ins' | 'failures' | 'locks') =>
    facts.timeline.map((bucket) => ({ at: bucket.at, value: bucket[name] }));
  return (
    <AdminLayout
      {...props}
      name="admin-overview"
      here="/admin"
      heading={t('admin-overview.heading', { hours })}
    >
      <Periods {...props} />
      <Tiles {...props} />
      <UnusualTable {...props} />
      <div class="pictures">
        <Picture
          name="sign-ins"
          points={series('sign_ins')}
          t={t}
          zone={zone}
          heading={t('admin-overview.sign-ins')}
          label={t('admin-overview.count')}
        />
        <Picture
          name="failures"
          points={series('failures')}
          t={t}
          zone={zone}
          heading={t('admin-overview.failures')}
          label={t('admin-overview.count')}
        />
        <Picture
          name="locks"
          points={series('locks')}
          t={t}
          zone={zone}
          heading={t('admin-overview.locks')}
          label={t('admin-overview.count')}
        />
        <Picture
          name="open-sessions"
          t={t}
          zone={zone}
          points={facts.sessions.over_time.map(({ at, open }) => ({ at, value: open }))}
          heading={t('admin-overview.sessions')}
          label={t('admin-overview.count')}
        />
      </div>
    </AdminLayout>
  );
}

function Periods({ t, hours }: OverviewPageProps) {
  return (
    <nav class="periods" aria-label={t('admin-overview.period')}>
      {[24, 48, 168].map((each) => (
        <a key={each} href={`/admin?hours=${each}`} aria-current={each === hours ? 'true' : undefined}>
          {t('admin-overview.hours', { hours: each })}
        </a>
      ))}
    </nav>
  );
}

function Tiles({ t, facts }: OverviewPageProps) {
  const sum = (name: 'sign_ins' | 'failures' | 'locks') =>
    facts.timeline.reduce((total, bucket) => total + bucket[name], 0);
  const { unusual, sessions } = facts;
  const tiles = [
    [sum('sign_ins'), t('admin-overview.sign-ins'), '/admin/audit?event=sign-in.succeeded'],
    [sum('failures'), t('admin-overview.failures'), '/admin/audit?event=sign-in.failed'],
    [sessions.open, t('admin-overview.open-now'), '/admin/sessions'],
    [sum('locks'), t('admin-overview.locks'), '/admin/audit?event=lock.begun'],
    [unusual.logout_notices.dead, t('admin-overview.dead-notices'), '/admin/logout-notices?status=dead'],
    [unusual.sms.sent, t('admin-overview.sms', { limit: unusual.sms.limit }), undefined],
    [facts.unproved_contacts, t('admin-overview.unproved'), '/admin/accounts?contact=unproved'],
  ] as const;
  return (
    <div class="tiles">
      {tiles.map(([count, words, address]) => {
        const inside = (
          <>
            <b>{count.toLocaleString(t.lang)}</b> <span>{words}</span>
          </>
        );
        return address ? (
          <a class="tile" key={words} href={address}>
            {inside}
          </a>
        ) : (
          <div class="tile" key={words}>
            {inside}
          </div>
        );
      })}
    </div>
  );
}

function UnusualTable(props: OverviewPageProps) {
  const { t, zone } = props;
  return (
    <section class="panel" id="unusual">
      <h2>{t('admin-overview.unusual')}</h2>
      <Table<Unusual>
        caption={t('admin-overview.unusual')}
        rows={unusualOf(props)}
        id={({ id }) => id}
        none={t('admin-overview.nothing-unusual')}
        columns={[
          [t('admin-overview.last'), ({ since }) => (since ? <Time at={since} zone={zone} t={t} /> : '–')],
          [t('admin-overview.what'), ({ what }) => what],
          [t('admin-overview.where'), ({ where }) => where],
          [t('admin-sessions.state'), ({ state, kind }) => <Tag kind={kind}>{state}</Tag>],
          [
            t('admin.acts'),
            ({ see, what }) => (
              <a href={see} aria-label={t('admin-overview.see-what', { what })}>
                {t('admin-overview.see')}
              </a>
            ),
          ],
        ]}
      />
    </section>
  );
}

function unusualOf({ t, facts: { unusual } }: OverviewPageProps): Unusual[] {
  const { spraying, locks, shut, logout_notices: notices, sms } = unusual;
  const told: Unusual[] = spraying.map((each) => ({
    id: `spraying ${each.address}`,
    since: each.last_at,
    where: each.address,
    kind: 'bad',
    what: t('admin-overview.spraying', { failures: each.failures, accounts: each.accounts + each.unknown }),
    state: t('admin-overview.guessing'),
    see: `/admin/audit?${new URLSearchParams({ address: each.address })}`,
  }));
  for (const lock of locks) {
    told.push({
      id: `lock ${lock.account} ${lock.began_at.toJSON()}`,
      since: lock.began_at,
      kind: 'warn',
      what: t('admin-overview.locked', { secret: lock.secret }),
      where: lock.user_id ?? t('admin-overview.nobody'),
      state: t('admin-overview.is-locked'),
      see: lock.account ? `/admin/accounts/${lock.account}` : '/admin/audit?event=lock.begun',
    });
  }
  for (const each of shut) {
    told.push({
      id: `shut ${each.account} ${each.shut_at?.toJSON()}`,
      since: each.shut_at,
      kind: 'bad',
      what: t('admin-overview.shut', { secret: each.secret, failures: each.failures }),
      where: each.user_id ?? t('admin-overview.nobody'),
      state: t('admin-overview.is-shut'),
      see: each.account ? `/admin/accounts/${each.account}` : '/admin/audit?event=authenticator.shut',
    });
  }
  if (notices.dead > 0) {
    told.push({
      id: 'notices',
      since: null,
      where: t('admin.apps'),
      kind: 'bad',
      what: t('admin-overview.notices', { dead: notices.dead, pending: notices.pending }),
      state: t('admin-overview.not-told'),
      see: '/admin/logout-notices?status=dead',
    });
  }
  if (sms.limit > 0 && sms.sent >= sms.limit * 0.8) {
    told.push({
      id: 'sms',
      since: null,
      where: 'SMS',
      kind: sms.sent >= sms.limit ? 'bad' : 'warn',
      what: t('admin-overview.sms-used', { sent: sms.sent, limit: sms.limit }),
      state: t('admin-overview.budget'),
      see: '/admin/audit?event=notice.withheld',
    });
  }
  return told;
}
