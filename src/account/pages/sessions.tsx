import { Form, HiddenFields } from '../../html/form.tsx';
import { Time } from '../../html/time.tsx';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';
import { ConfirmOrCancel } from './confirm-or-cancel.tsx';
import { deviceWords } from './device-words.ts';
import { NotMeHint } from './not-me-hint.tsx';

interface OwnSession {
  readonly uid: string;
  /** “Chrome on Windows”; empty where it is not known. */
  readonly device: string;
  readonly address: string | null;
  /** Where that is, by the proxy's word. */
  readonly place: string | null;
  /** Names of the apps that were entered. */
  readonly apps: readonly string[];
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  /** The one that this page is shown on. */
  readonly isThis: boolean;
}

interface AccountSessionsPageProps extends AccountPageProps {
  /** This one first. */
  readonly sessions: readonly OwnSession[];
  /** Sessions beside this one, those that are not listed too. */
  readonly others: number;
  /** What is about to end, and is asked about first: a uid, or all others. */
  readonly asked?: string | undefined;
  readonly done?: 'ended' | undefined;
}

/** Where the person is signed in. Its forms post `choice` (`end`, `end-others`) and `id`. */
export function AccountSessionsPage(props: AccountSessionsPageProps) {
  const { t, sessions, done } = props;
  return (
    <AccountLayout
      {...props}
      name="account-sessions"
      heading={t('account-sessions.heading')}
      lead={t('account-sessions.lead')}
      done={done && t('account-sessions.ended')}
    >
      <section class="panel">
        <ul class="owned">
          {sessions.map((session) => (
            <SessionItem key={session.uid} {...props} session={session} />
          ))}
        </ul>
        <Others {...props} />
      </section>
      <NotMeHint t={t} />
    </AccountLayout>
  );
}

function SessionItem(props: AccountSessionsPageProps & { session: OwnSession }) {
  const { session, asked, action, csrf, zone, t } = props;
  const { uid, address, place, apps, startedAt, lastSeenAt, isThis } = session;
  const device = deviceWords(session.device, t);
  return (
    <li data-session={uid}>
      <div class="about">
        <b>{device}</b> {isThis && <em class="mark-this">{t('account-sessions.this')}</em>}
        {address && (
          <span>
            {place
              ? t('account-sessions.address-in', { address, place })
              : t('account-sessions.address', { address })}
          </span>
        )}
        <span>
          {apps.length > 0
            ? t('account-sessions.apps', { apps: inWords(apps, t.lang) })
            : t('account-sessions.no-apps')}
        </span>
        <span>
          {t('account-sessions.started')} <Time at={startedAt} zone={zone} t={t} />
        </span>
        <span>
          {t('account-sessions.seen')} <Time at={lastSeenAt} zone={zone} t={t} />
        </span>
      </div>
      {asked === uid ? (
        <Form action={action} csrf={csrf} class="asked">
          <HiddenFields fields={{ choice: 'end', id: uid }} />
          <p>{t(isThis ? 'account-sessions.end-this-what' : 'account-sessions.end-what')}</p>
          <ConfirmOrCancel action={action} t={t} class="danger">
            {t('account-sessions.end')}
          </ConfirmOrCancel>
        </Form>
      ) : (
        <div class="ways">
          <a
            href={`${action}?end=${encodeURIComponent(uid)}`}
            aria-label={t('account-sessions.end-it', { device })}
          >
            {t('account-sessions.end')}
          </a>
        </div>
      )}
    </li>
  );
}

function Others({ others, asked, action, csrf, t }: AccountSessionsPageProps) {
  if (others === 0) return null;
  if (asked !== 'others') {
    return (
      <a class="button quiet" id="end-others" href={`${action}?end=others`}>
        {t('account-sessions.end-others', { count: others })}
      </a>
    );
  }
  return (
    <Form action={action} csrf={csrf}>
      <HiddenFields fields={{ choice: 'end-others' }} />
      <p>{t('account-sessions.end-others-what', { count: others })}</p>
      <ConfirmOrCancel action={action} t={t} class="danger">
        {t('account-sessions.end-others', { count: others })}
      </ConfirmOrCancel>
    </Form>
  );
}

function inWords(apps: readonly string[], lang: string): string {
  return new Intl.ListFormat(lang, { type: 'conjunction' }).format(apps);
}
