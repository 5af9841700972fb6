/** A number that no double holds: kept as it was written, so that a change of its last digit is seen. */
class ExactNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** JSON as {@link canonical} takes it. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !isSame(source, String(value))
      ? new ExactNumber(source)
      : value,
  );
}

/**
 * The one way to write a JSON value: members in the order of their names' UTF-16 code units, no white space
 * (RFC 8785, JCS). `undefined` members are left out. Numbers that no double holds, which JCS does not know, are
 * written as they came.
 */
export function canonical(value: unknown): string {
  if (value instanceof ExactNumber) return value.source;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${members.join()}}`;
}

/** Whether two ways to write a number, such as 0.00000010 and 1e-7, mean the same. */
function isSame(one: string, other: string): boolean {
  return one === other || decimal(one) === decimal(other);
}

function decimal(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
