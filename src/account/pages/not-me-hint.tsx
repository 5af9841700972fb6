import type { Translator } from '../../html/messages.ts';

/** Leads a person who sees something they did not do to “This wasn't me”. */
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
