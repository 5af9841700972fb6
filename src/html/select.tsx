import { idOf } from './form.tsx';

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Values and their words, in groups where there are many. */
  readonly groups: readonly {
    readonly label?: string;
    readonly options: readonly (readonly [value: string, words: string])[];
  }[];
}

/** A choice of many. */
export function Select({ name, label, value, groups }: SelectProps) {
  const id = idOf(name);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name}>
        {groups.map((group) => {
          const options = group.options.map(([each, words]) => (
            <option key={each} value={each} selected={each === value}>
              {words}
            </option>
          ));
          return group.label ? (
            <optgroup key={group.label} label={group.label}>
              {options}
            </optgroup>
          ) : (
            options
          );
        })}
      </select>
    </div>
  );
}
