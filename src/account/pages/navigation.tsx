import type { MessageId, Translator } from '../../html/messages.ts';

const PLACES = [
  ['/account', 'account.profile'],
  ['/account/password', 'account.password'],
  ['/account/second-factor', 'account.second-factor'],
  ['/account/contact', 'account.contact'],
  ['/account/sessions', 'account.sessions'],
  ['/account/apps', 'account.apps'],
  ['/account/activity', 'account.activity'],
] as const satisfies readonly (readonly [string, MessageId])[];

/** The pages of an account, in one order everywhere, and the way back to the apps. */
export function AccountNavigation({ here, t }: { here: string; t: Translator }) {
  return (
    <nav class="account-navigation" aria-label={t('account.navigation')}>
      <ul>
        <li>
          <a href="/" id="to-launcher">
            {t('launcher.heading')}
          </a>
        </li>
        {PLACES.map(([address, label]) => (
          <li key={address}>
            <a href={address} aria-current={address === here ? 'page' : undefined}>
              {t(label)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
