import { idOf } from '../../html/form.tsx';

interface TextareaProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  readonly rows: number;
  readonly invalid?: boolean;
}

/** Several lines, such as a list of addresses. */
export function Textarea({ name, label, hint, value, rows, invalid }: TextareaProps) {
  const id = idOf(name);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <textarea
        id={id}
        name={name}
        rows={rows}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={invalid ? 'true' : undefined}
        aria-describedby={`${id}-hint`}
        value={value ?? ''}
      />
    </div>
  );
}
