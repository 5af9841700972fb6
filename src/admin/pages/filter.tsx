import type { ComponentChildren } from 'preact';
import { idOf } from '../../html/form.tsx';
import type { Translator } from '../../html/messages.ts';

interface FilterFormProps {
  readonly action: string;
  readonly t: Translator;
  readonly children: ComponentChildren;
  /** Fields that are seldom needed, folded away unless one of them is filled in. */
  readonly more?: ComponentChildren;
  readonly moreOpen?: boolean;
}

/** The search form of a list. It is a GET, so that the address can be kept and passed on. */
export function FilterForm({ action, t, children, more, moreOpen }: FilterFormProps) {
  return (
    <search class="panel">
      <form method="get" action={action} class="search" noValidate>
        <div class="filter">{children}</div>
        {more && (
          <details class="more" open={moreOpen}>
            <summary>{t('admin.more-fields')}</summary>
            <div class="filter">{more}</div>
          </details>
        )}
        <div class="pair">
          <button type="submit" id="search" class="primary">
            {t('admin.search')}
          </button>
          <a class="way" href={action}>
            {t('admin.clear')}
          </a>
        </div>
      </form>
    </search>
  );
}

interface FilterFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly hint?: string;
  readonly invalid?: boolean;
  /** `id` of a list of proposals. */
  readonly list?: string;
}

export function FilterField({ name, label, value, hint, invalid, list }: FilterFieldProps) {
  const id = idOf(name);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        type="text"
        id={id}
        name={name}
        value={value}
        list={list}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={invalid ? 'true' : undefined}
        aria-describedby={hint && `${id}-hint`}
      />
    </div>
  );
}
