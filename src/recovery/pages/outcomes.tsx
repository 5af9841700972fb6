import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';
import { Help, Ways } from './ways.tsx';

interface DonePageProps extends PageProps {
  readonly signIn: string;
  /** The app that the person came from, where `signIn` leads there. */
  readonly appName?: string | undefined;
}

/** It does not sign in by itself: that takes the new password, and a second factor where there is one. */
export function DonePage(props: DonePageProps) {
  const { signIn, appName, t } = props;
  return (
    <Layout {...props} page="recover-password-done" title={t('recover.done-heading')}>
      <h1>{t('recover.done-heading')}</h1>
      <p class="lead">{t('recover.done-lead')}</p>
      <p>{t('recover.done-notice')}</p>
      <a class="button primary" id="sign-in" href={signIn}>
        {appName === undefined ? t('recover.done-sign-in') : t('recover.done-app', { app: appName })}
      </a>
    </Layout>
  );
}

interface DeadPageProps extends PageProps {
  readonly signIn: string;
  readonly startHref: string;
}

/** A link or reset that is unknown, used or too old: one page for all three. */
export function DeadPage(props: DeadPageProps) {
  const { startHref, t } = props;
  const title = t('recover.dead-heading');
  return (
    <Layout {...props} page="link-dead" title={title} error>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t('recover.dead-lead')}</p>
      </div>
      <a class="button primary" id="way-on" href={startHref}>
        {t('recover.dead-way-on')}
      </a>
      <Ways {...props} />
      <Help {...props} />
    </Layout>
  );
}

/** Neither mail nor SMS is configured: says so, and whom to ask. */
export function ClosedPage(props: PageProps & { readonly signIn: string }) {
  const { t } = props;
  return (
    <Layout {...props} page="recover-closed" title={t('recover.closed-heading')}>
      <h1>{t('recover.closed-heading')}</h1>
      <p class="lead">{t('recover.closed')}</p>
      <Ways {...props} />
      <Help {...props} />
    </Layout>
  );
}

/** It does not sign in by itself: what was just chosen is typed once, and a password manager keeps it. */
export function ActivatedPage(props: PageProps & { readonly signIn: string }) {
  const { signIn, t } = props;
  return (
    <Layout {...props} page="activated" title={t('activated.heading')}>
      <h1>{t('activated.heading')}</h1>
      <p class="lead">{t('activated.lead')}</p>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
    </Layout>
  );
}

const WORDS = {
  activation: { lead: 'link-dead.lead', ask: 'link-dead.ask' },
  'stop-reset': { lead: 'stop-reset-dead.lead', ask: 'stop-reset.ask' },
} as const;

interface LinkDeadPageProps extends PageProps {
  readonly signIn: string;
  /** What the link was for. */
  readonly of: keyof typeof WORDS;
}

/** A link that is unknown, used or too old: one page for all three. */
export function LinkDeadPage(props: LinkDeadPageProps) {
  const { signIn, of, brand, t } = props;
  const title = t('link-dead.heading');
  return (
    <Layout {...props} page="link-dead" title={title} error>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t(WORDS[of].lead)}</p>
      </div>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p>{t(WORDS[of].ask)}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </Layout>
  );
}
