import { Form, SwitchUser } from './form.tsx';
import type { Translator } from './messages.ts';

interface SignedInAsProps {
  readonly userName: string;
  readonly userId: string;
  readonly csrf: string;
  readonly signOutAction: string;
  readonly switchUserAction: string;
  /** The sign-out button's id: `submit` where it is the page's main button. */
  readonly signOutId: 'submit' | 'sign-out';
  readonly t: Translator;
}

/** Stands at the end of the header: who is signed in, and the ways out. */
export function SignedInAs(props: SignedInAsProps) {
  const { userName, userId, csrf, signOutAction, switchUserAction, t } = props;
  return (
    <>
      <p class="who">
        <span class="visually-hidden">{t('signed-in.as')} </span>
        <b>{userName}</b>
        <span>{userId}</span>
      </p>
      <Form action={signOutAction} csrf={csrf}>
        <button type="submit" id={props.signOutId} class="quiet">
          {t('signed-in.sign-out')}
        </button>
      </Form>
      <SwitchUser action={switchUserAction} csrf={csrf} t={t} />
    </>
  );
}
