import type { Translator } from '../../html/messages.ts';

/** For whoever sees what they have not done. */
export function NotMeHint({ t }: { t: Translator }) {
  return (
    <section class="panel doubt" id="doubt">
      <h2>{t('account-not-me.question')}</h2>
      <p>{t('account-not-me.offer')}</p>
      <a class="button quiet" id="not-me" href="/account/not-me">
        {t('account-not-me.link')}
      </a>
    </section>
  );
}
