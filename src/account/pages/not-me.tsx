import { Form } from '../../html/form.tsx';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';
import { ConfirmOrCancel } from './confirm-or-cancel.tsx';

interface NotMePageProps extends AccountPageProps {
  /** What ends: sessions, this one included, and phones' sign-ins. */
  readonly sessions: number;
  readonly offline: number;
}

/** For a person who thinks that an attacker signed in: what the button does, and the button. */
export function NotMePage(props: NotMePageProps) {
  const { t, sessions, offline, action, csrf } = props;
  return (
    <AccountLayout
      {...props}
      name="account-not-me"
      heading={t('account-not-me.heading')}
      lead={t('account-not-me.lead')}
    >
      <section class="panel">
        <ul>
          <li>{t('account-not-me.sessions', { count: sessions })}</li>
          {offline > 0 && <li>{t('account-not-me.offline', { count: offline })}</li>}
          <li>{t('account-not-me.password')}</li>
          <li>{t('account-not-me.told')}</li>
        </ul>
        <Form action={action} csrf={csrf}>
          <ConfirmOrCancel action="/account/activity" t={t} class="danger">
            {t('account-not-me.submit')}
          </ConfirmOrCancel>
        </Form>
      </section>
    </AccountLayout>
  );
}
