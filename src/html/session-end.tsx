import { Form } from './form.tsx';
import type { Translator } from './messages.ts';

/** What a page that belongs to a session knows of its end. */
export interface SessionEnding {
  /** s that the session has if nothing happens. */
  readonly left: number;
  /** Whose it is: their user ID. */
  readonly who: string;
  /** Tells what is left, and where “Stay signed in” posts to. */
  readonly action: string;
  readonly signOutAction: string;
  readonly csrf: string;
}

/**
 * Warns two minutes before the session ends, in a dialog that session-end.js opens; closed it is not seen. What
 * was typed waits while the person signs in again. [WCAG 2.2 §2.2.1, §2.2.5]
 */
export function SessionEnd({ ending, t }: { ending: SessionEnding; t: Translator }) {
  const { left, who, action, signOutAction, csrf } = ending;
  return (
    <dialog
      class="session-end"
      id="session-end"
      data-left={left}
      data-who={who}
      data-address={action}
      data-kept="vestibule-kept"
    >
      <div data-when="soon" hidden>
        <h2 id="session-end-soon">{t('session-end.soon')}</h2>
        <p data-text={t('session-end.soon-body', { time: '{time}' })} />
        <form method="post" action={action} data-stay>
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" id="stay" class="primary">
            {t('session-end.stay')}
          </button>
        </form>
        <Form action={signOutAction} csrf={csrf}>
          <button type="submit" class="link">
            {t('signed-in.sign-out')}
          </button>
        </Form>
      </div>
      <div data-when="last" hidden>
        <h2 id="session-end-last">{t('session-end.last')}</h2>
        <p data-text={t('session-end.last-body', { time: '{time}' })} />
        <button type="button" class="primary" data-close>
          {t('session-end.understood')}
        </button>
      </div>
      <div data-when="over" hidden>
        <h2 id="session-end-over">{t('session-end.over')}</h2>
        <p>{t('session-end.over-body')}</p>
        <button type="button" class="primary" id="sign-in-again" data-again>
          {t('session-end.again')}
        </button>
      </div>
    </dialog>
  );
}
