/** Text from outside as one harmless line: a user agent must not steer the terminal or forge a row. */
export function clean(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? ' ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

export type Cell = string | number | boolean | Date | null | undefined | readonly string[];

/** A value as a person reads it; times in UTC. */
export function cell(value: Cell): string {
  if (value === null || value === undefined || value === '') return '–';
  if (value instanceof Date) return `${value.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  if (typeof value === 'object') return value.length > 0 ? clean(value.join(', ')) : '–';
  return clean(String(value));
}

export function writeLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function writeJson(value: unknown): void {
  writeLine(JSON.stringify(value));
}

/** `name  value`, one a line, the values in a column. */
export function writeFacts(facts: Readonly<Record<string, Cell>>): void {
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  for (const [name, value] of Object.entries(facts)) writeLine(`${name.padEnd(width)}  ${cell(value)}`);
}

/** Rows in columns, under their names; one line when there are none. */
export function writeTable(rows: readonly Readonly<Record<string, Cell>>[], none: string): void {
  const first = rows[0];
  if (!first) {
    writeLine(none);
    return;
  }
  const names = Object.keys(first);
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  for (const line of lines) {
    writeLine(
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** `1 session`, `2 sessions`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
