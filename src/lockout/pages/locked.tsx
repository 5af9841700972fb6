import { safeHref } from '../../html/href.ts';
import { Layout } from '../../html/layout.tsx';
import type { Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

interface LockedPageProps extends PageProps {
  /** Which attempts are paused. */
  readonly kind: 'password' | 'code';
  /** When the lock ends, and what the store's clock says now. */
  readonly until: Date;
  readonly now: Date;
  /** The sign-in page to go back to. */
  readonly signIn: string;
  /** The person has signed in in this browser before: then it was here that attempts failed. */
  readonly known?: boolean;
  /** Where a password is reset; left out where there is no such page. */
  readonly forgotPassword?: string | undefined;
}

const WORDS = {
  password: { heading: 'locked.heading', why: 'locked.why' },
  code: { heading: 'locked.heading-code', why: 'locked.why-code' },
} as const;

/**
 * A user ID is locked, whether or not somebody has it: says why, until when, what to do now and whom to ask.
 * Nothing on it depends on the account, beyond what the browser itself has of it. [ASVS 6.3.8]
 */
export function LockedPage(props: LockedPageProps) {
  const { kind, brand, t, languages, notice } = props;
  const title = t(WORDS[kind].heading);
  const forgotPassword = kind === 'password' ? safeHref(props.forgotPassword) : undefined;
  return (
    <Layout
      page="locked"
      title={title}
      error
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      extra={{ scripts: ['local-time.js'] }}
    >
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t(WORDS[kind].why)}</p>
        <p id="locked-until">
          <b>
            <Until until={props.until} now={props.now} t={t} />
          </b>
        </p>
      </div>
      <section class="ask">
        <h2>{t('locked.now')}</h2>
        {forgotPassword && (
          <>
            <p>{t('locked.reset')}</p>
            <p>
              <a class="button primary" id="forgot-password" href={forgotPassword}>
                {t('locked.reset-link')}
              </a>
            </p>
          </>
        )}
        <p>{t('locked.wait')}</p>
        {kind === 'password' && <p>{t(props.known ? 'locked.this-device' : 'locked.device')}</p>}
        <p>{t('locked.ask')}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
      <a class="button quiet full" id="way-on" href={safeHref(props.signIn) ?? '/'}>
        {t('locked.back')}
      </a>
    </Layout>
  );
}

const MINUTE = 60_000; // ms

/** Both rounded up: who comes back when it says so must not be too early. */
function Until({ until, now, t }: { until: Date; now: Date; t: Translator }) {
  const end = new Date(Math.ceil(until.getTime() / MINUTE) * MINUTE);
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / MINUTE));
  const time = new Intl.DateTimeFormat(t.lang, {
    ...{ hour: 'numeric', minute: '2-digit', timeZone: 'UTC', timeZoneName: 'short' },
  } as const).format(end);
  const when = (text: unknown) => (
    <time dateTime={end.toISOString()} data-local-time>
      {String(text)}
    </time>
  );
  return minutes < 120
    ? t.rich('locked.until-minutes', { time, minutes }, { when })
    : t.rich('locked.until-hours', { time, hours: Math.ceil(minutes / 60) }, { when });
}
