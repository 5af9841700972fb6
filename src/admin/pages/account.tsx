import type { ComponentChildren } from 'preact';
import { Form, HiddenFields } from '../../html/form.tsx';
import { Time } from '../../html/time.tsx';
import type { AccountFacts } from '../operations/accounts.ts';
import { AccountStatus } from './accounts.tsx';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { type Column, Facts, Table, Tag, timeCell } from './table.tsx';
import { roleWords } from './words.ts';

/** What the reader of the page may do. */
export interface AccountActs {
  readonly unlock: boolean;
  readonly endSessions: boolean;
  readonly operate: boolean;
  /** Whether they look at the audit log and sessions too. */
  readonly read: boolean;
}

interface AccountPageProps extends AdminPageProps {
  readonly person: AccountFacts;
  readonly may: AccountActs;
  /** The help desk's part. */
  readonly helpDesk: ComponentChildren;
}

/** One account: what is known, and what can be done. */
export function AccountPage(props: AccountPageProps) {
  const { t, person, helpDesk } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-account"
      here="/admin/accounts"
      heading={person.user_id ?? person.name}
      lead={person.user_id ? person.name : undefined}
    >
      <section class="panel">
        <div class="columns">
          <Facts facts={contactFacts(props)} />
          <Facts facts={securityFacts(props)} />
        </div>
        <Looks {...props} />
      </section>
      <Acts {...props} />
      {helpDesk}
      <section class="panel">
        <h2>{t('admin.practices')}</h2>
        <Table
          caption={t('admin.practices')}
          columns={practiceColumns(props)}
          rows={person.practices}
          id={({ practice, role, valid_from }) => `${practice} ${role} ${valid_from.toJSON()}`}
          none={t('admin-account.no-practices')}
        />
      </section>
    </AdminLayout>
  );
}

function contactFacts({ t, person }: AccountPageProps) {
  const verified = (is: boolean) => (is ? '' : ` (${t('admin-account.unverified')})`);
  const { email, phone_number: phone } = person;
  return [
    [t('admin-accounts.status'), <AccountStatus key="status" status={person.status} t={t} />],
    [t('admin-accounts.email'), email && `${email}${verified(person.email_verified)}`],
    [t('admin-account.phone'), phone && `${phone}${verified(person.phone_number_verified)}`],
    [t('admin-account.roles'), person.roles.map((role) => roleWords(role, t)).join(', ')],
    [t('admin-account.sub'), person.sub],
  ] as const;
}

function securityFacts({ t, zone, person }: AccountPageProps) {
  const { factors, second_factor_required: required, locks, failures } = person;
  return [
    [t('admin-account.password'), t(person.password === 'set' ? 'admin-account.set' : 'admin-account.unset')],
    [t('admin-account.factors'), `${factors}${required ? `, ${t('admin-account.factor-required')}` : ''}`],
    [t('admin-account.open-sessions'), String(person.open_sessions)],
    [t('admin-account.offline'), String(person.offline_grants)],
    [
      t('admin-account.locks'),
      locks.length > 0 &&
        locks.map(({ secret, device, ends_at }) => (
          <span key={`${secret} ${device} ${ends_at.toJSON()}`}>
            <Tag kind="bad">{secret}</Tag> {t('admin-account.until')} <Time
              at={ends_at}
              zone={zone}
              t={t}
            />{' '}
          </span>
        )),
    ],
    [
      t('admin-account.failures'),
      failures.length > 0 &&
        failures.map((each) => (
          <Failures key={`${each.secret} ${each.last_at.toJSON()}`} each={each} t={t} zone={zone} />
        )),
    ],
  ] as const;
}

function Failures({
  each,
  t,
  zone,
}: { each: AccountFacts['failures'][number] } & Pick<AdminPageProps, 't' | 'zone'>) {
  const { secret, device, in_a_row: count, last_at: at, shut_at: shut } = each;
  return (
    <span>
      <Tag kind={shut ? 'bad' : 'warn'}>{secret}</Tag>{' '}
      {t(device ? 'admin-account.failures-device' : 'admin-account.failures-count', { count })}{' '}
      <Time at={shut ?? at} zone={zone} t={t} /> {shut && t('admin-account.shut')}{' '}
    </span>
  );
}

function Looks({ t, person, may }: AccountPageProps) {
  if (!may.read) return null;
  const sub = encodeURIComponent(person.sub);
  return (
    <p class="acts">
      <a class="way" id="see-sessions" href={`/admin/sessions?account=${sub}&state=all`}>
        {t('admin-account.see-sessions')}
      </a>
      <a class="way" id="see-events" href={`/admin/audit?account=${sub}`}>
        {t('admin-account.see-events')}
      </a>
    </p>
  );
}

function Acts({ t, person, csrf, may }: AccountPageProps) {
  const here = `/admin/accounts/${encodeURIComponent(person.sub)}`;
  const { status, second_factor_required: required } = person;
  const act = (name: string, label: string, fields: Readonly<Record<string, string>> = {}) => (
    <Form action={`${here}/${name}`} csrf={csrf}>
      <HiddenFields fields={fields} />
      <button type="submit" class="quiet" id={name}>
        {label}
      </button>
    </Form>
  );
  if (!may.unlock && !may.operate) return null;
  return (
    <section class="panel">
      <h2>{t('admin.acts')}</h2>
      <div class="acts">
        {may.unlock && act('unlock', t('admin-account.unlock'))}
        {may.operate && status !== 'disabled' && act('send-reset', sendLabel(status, t))}
        {may.operate &&
          act('second-factor', t(required ? 'admin-account.factor-free' : 'admin-account.factor-require'), {
            required: required ? 'false' : 'true',
          })}
        {may.operate && status === 'disabled' && act('enable', t('admin-account.enable'))}
        {may.endSessions && (
          <a class="button quiet risky" id="end-sessions" href={`${here}/sessions/end`}>
            {t('admin-sessions.end-all')}
          </a>
        )}
        {may.operate && status !== 'disabled' && (
          <a class="button quiet risky" id="disable" href={`${here}/disable`}>
            {t('admin-account.disable')}
          </a>
        )}
      </div>
    </section>
  );
}

function sendLabel(status: AccountFacts['status'], t: AdminPageProps['t']): string {
  return t(status === 'invited' ? 'admin-account.send-activation' : 'admin-account.send-reset');
}

function practiceColumns({ t, zone, may }: AccountPageProps): Column<AccountFacts['practices'][number]>[] {
  const time = timeCell({ t, zone });
  return [
    [
      t('admin-sessions.practice'),
      ({ name, practice }) =>
        may.read ? <a href={`/admin/practices/${encodeURIComponent(practice)}`}>{name}</a> : name,
    ],
    [t('admin-account.role'), ({ role }) => roleWords(role, t)],
    [t('admin-accounts.status'), ({ status }) => status],
    [t('admin.from'), ({ valid_from }) => time(valid_from)],
    [t('admin.to'), ({ valid_to }) => time(valid_to)],
  ];
}
