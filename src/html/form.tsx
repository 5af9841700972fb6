import type { ComponentChildren } from 'preact';
import type { Translator } from './messages.ts';

/** The id of the error sentence, which invalid fields point to. */
const ERROR_ID = 'error-message';

/** A field's id: its name with `-` for `_`. */
export function idOf(name: string): string {
  return name.replaceAll('_', '-');
}

interface FormProps {
  readonly action: string;
  /** The synchroniser token; left out only where another token protects the form. */
  readonly csrf?: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A form that posts. The browser's own checks are off, so that every mistake is told in our words. */
export function Form({ action, csrf, children, ...rest }: FormProps) {
  return (
    <form method="post" action={action} class={rest.class} noValidate>
      {csrf !== undefined && <HiddenFields fields={{ csrf }} />}
      {children}
    </form>
  );
}

export function HiddenFields({ fields }: { fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  /** The error summary speaks of this field. */
  readonly invalid?: boolean;
  readonly autocomplete: string;
  /** Typed letter by letter, as a user ID or a code is: no capitals or corrections by the keyboard. */
  readonly verbatim?: boolean;
  /** The keyboard that a phone shows: for codes of digits alone. */
  readonly inputmode?: 'numeric';
  /** Characters that can be typed. */
  readonly longest?: number;
}

/** A text field: label above, then the hint, then the box. */
export function Field(props: FieldProps) {
  const id = idOf(props.name);
  return (
    <div class="field">
      <Label id={id} label={props.label} hint={props.hint} />
      <input
        type="text"
        id={id}
        name={props.name}
        value={props.value}
        autocomplete={props.autocomplete}
        inputmode={props.inputmode}
        maxLength={props.longest}
        autocapitalize={props.verbatim ? 'none' : undefined}
        autocorrect={props.verbatim ? 'off' : undefined}
        spellcheck={props.verbatim ? false : undefined}
        aria-invalid={props.invalid ? 'true' : undefined}
        aria-describedby={describedBy(props.hint && `${id}-hint`, props.invalid && ERROR_ID)}
      />
    </div>
  );
}

interface PasswordFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly invalid?: boolean;
  readonly t: Translator;
}

/** A password, never filled in by us. Its Show button and Caps Lock hint appear once page.js runs. */
export function PasswordField({ t, ...props }: PasswordFieldProps) {
  const id = idOf(props.name);
  return (
    <div class="field" data-password>
      <Label id={id} label={props.label} hint={props.hint} />
      <div class="with-button">
        <input
          type="password"
          id={id}
          name={props.name}
          autocomplete={props.autocomplete}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          aria-invalid={props.invalid ? 'true' : undefined}
          aria-describedby={describedBy(props.hint && `${id}-hint`, props.invalid && ERROR_ID)}
        />
        <RevealButton controls={id} t={t} />
      </div>
      <p class="caps-lock" role="status" data-caps-lock={t('password.caps-lock')} />
      <span class="visually-hidden" role="status" data-announce />
    </div>
  );
}

function RevealButton({ controls, t }: { controls: string; t: Translator }) {
  return (
    <button
      type="button"
      class="quiet"
      hidden
      aria-controls={controls}
      aria-label={t('password.show-label')}
      data-show={t('password.show')}
      data-show-label={t('password.show-label')}
      data-shown={t('password.shown')}
      data-hide={t('password.hide')}
      data-hide-label={t('password.hide-label')}
      data-hidden={t('password.hidden')}
    >
      {t('password.show')}
    </button>
  );
}

interface CheckboxProps {
  readonly name: string;
  readonly label: string;
  readonly checked?: boolean;
  /** The error summary speaks of it. */
  readonly invalid?: boolean;
}

export function Checkbox(props: CheckboxProps) {
  const id = idOf(props.name);
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        name={props.name}
        value="yes"
        checked={props.checked}
        aria-invalid={props.invalid ? 'true' : undefined}
        aria-describedby={describedBy(props.invalid && ERROR_ID)}
      />
      <label for={id}>{props.label}</label>
    </div>
  );
}

interface SwitchUserProps {
  readonly action: string;
  readonly csrf: string;
  readonly t: Translator;
}

/** Stands wherever a name is shown: ends that person's session before anybody else signs in. */
export function SwitchUser({ action, csrf, t }: SwitchUserProps) {
  return (
    <Form action={action} csrf={csrf} class="switch-user">
      <HiddenFields fields={{ choice: 'switch-user' }} />
      <button type="submit" id="switch-user" class="link">
        {t('switch-user')}
      </button>
    </Form>
  );
}

/** The page's main button; one a page. */
export function SubmitButton(props: { class?: string; children: ComponentChildren }) {
  return (
    <button type="submit" id="submit" class={props.class ?? 'primary'}>
      {props.children}
    </button>
  );
}

/** Stands first on the page, takes the focus, and leads to the field. */
export function ErrorSummary(props: { t: Translator; message: string; field: string }) {
  return (
    <div class="alert" role="alert" tabIndex={-1} autofocus>
      <h2>{props.t('alert.heading')}</h2>
      <a id={ERROR_ID} href={`#${idOf(props.field)}`}>
        {props.message}
      </a>
    </div>
  );
}

function Label(props: { id: string; label: string; hint: string | undefined }) {
  return (
    <>
      <label for={props.id}>{props.label}</label>
      {props.hint && (
        <p class="hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      )}
    </>
  );
}

function describedBy(...ids: (string | false | undefined)[]): string | undefined {
  return ids.filter(Boolean).join(' ') || undefined;
}
