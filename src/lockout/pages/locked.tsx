import { safeHref } from '../../html/href.ts';
import { Layout } from '../../html/layout.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/** Something that still works, said in words, with the way there where there is one. */
export interface Instead {
  readonly words: MessageId;
  readonly href?: string;
}

export interface LockedPageProps extends PageProps {
  /** Which attempts are refused. */
  readonly kind: 'password' | 'code';
  /** When the lock ends; left out where only recovery or the help desk ends it. */
  readonly until?: Date | undefined;
  /** What the store's clock says. */
  readonly now: Date;
  /** The sign-in page to go back to. */
  readonly signIn: string;
  /** The person has signed in in this browser before: then it was here that attempts failed. */
  readonly known?: boolean;
  /** Where a password is reset; left out where there is no such page. */
  readonly forgotPassword?: string | undefined;
  readonly instead?: Instead | undefined;
}

interface Words {
  readonly heading: MessageId;
  readonly why: MessageId;
  /** What to do about it: by a new password, on another device, by oneself, and by asking. */
  readonly reset: MessageId;
  readonly unknown: MessageId;
  readonly known: MessageId;
  readonly ask: MessageId;
}

const PAUSED = {
  reset: 'locked.reset',
  unknown: 'locked.device',
  known: 'locked.this-device',
  ask: 'locked.ask',
} as const;

const SHUT = {
  reset: 'locked.shut-reset',
  unknown: 'locked.shut-device',
  known: 'locked.shut-this-device',
  ask: 'locked.shut-ask',
} as const;

const WORDS: Readonly<Record<'paused' | 'shut', Readonly<Record<LockedPageProps['kind'], Words>>>> = {
  paused: {
    password: { heading: 'locked.heading', why: 'locked.why', ...PAUSED },
    code: { heading: 'locked.heading-code', why: 'locked.why-code', ...PAUSED },
  },
  shut: {
    password: { heading: 'locked.shut-heading', why: 'locked.shut-why', ...SHUT },
    code: { heading: 'locked.shut-heading-code', why: 'locked.shut-why-code', ...SHUT },
  },
};

/**
 * A user ID is locked, whether or not somebody has it: says why, until when, what to do now and whom to ask.
 * Nothing on it depends on the account, beyond what the browser itself has of it. [ASVS 6.3.8]
 */
export function LockedPage(props: LockedPageProps) {
  const { kind, until, brand, t, languages, notice } = props;
  const words = WORDS[until ? 'paused' : 'shut'][kind];
  return (
    <Layout
      page="locked"
      title={t(words.heading)}
      error
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      extra={{ scripts: ['local-time.js'] }}
    >
      <div role="alert">
        <h1>{t(words.heading)}</h1>
        <p class="lead">{t(words.why)}</p>
        {until && (
          <p id="locked-until">
            <b>
              <Until until={until} now={props.now} t={t} />
            </b>
          </p>
        )}
      </div>
      <Ways {...props} words={words} />
      <a class="button quiet full" id="way-on" href={safeHref(props.signIn) ?? '/'}>
        {t('locked.back')}
      </a>
    </Layout>
  );
}

function Ways({ kind, until, known, brand, t, words, ...props }: LockedPageProps & { words: Words }) {
  const forgotPassword = kind === 'password' ? safeHref(props.forgotPassword) : undefined;
  return (
    <section class="ask">
      <h2>{t('locked.now')}</h2>
      {forgotPassword && (
        <>
          <p>{t(words.reset)}</p>
          <p>
            <a class="button primary" id="forgot-password" href={forgotPassword}>
              {t('locked.reset-link')}
            </a>
          </p>
        </>
      )}
      {props.instead && <Other {...props.instead} t={t} />}
      {until && <p>{t('locked.wait')}</p>}
      {kind === 'password' && <p>{t(known ? words.known : words.unknown)}</p>}
      <p>{t(words.ask)}</p>
      <p class="contacts">
        <Support brand={brand} t={t} />
      </p>
    </section>
  );
}

function Other({ words, href, t }: Instead & { t: Translator }) {
  const way = safeHref(href);
  return (
    <p>
      {way ? (
        <a class="button primary" id="instead" href={way}>
          {t(words)}
        </a>
      ) : (
        t(words)
      )}
    </p>
  );
}

const MINUTE = 60_000; // ms

/** Both rounded up: who comes back when it says so must not be too early. */
function Until({ until, now, t }: { until: Date; now: Date; t: Translator }) {
  const end = new Date(Math.ceil(until.getTime() / MINUTE) * MINUTE);
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / MINUTE));
  const time = new Intl.DateTimeFormat(t.lang, {
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
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
