/** Seconds in each unit of an ISO 8601 duration; a year is refused, since it has no fixed length. */
const units = { W: 604_800, D: 86_400, H: 3_600, M: 60, S: 1 } as const;

const number = String.raw`(\d{1,9}(?:\.\d{1,3})?)`;
const pattern = new RegExp(
  `^P(?=[\\dT])(?:${number}W)?(?:${number}D)?(?:T(?=\\d)(?:${number}H)?(?:${number}M)?(?:${number}S)?)?$`,
);

/**
 * Seconds in an ISO 8601 duration such as PT15M, P30D, P1DT12H or PT1.5S, exact to a millisecond; undefined
 * when the text is none. Years and months are refused: they have no fixed length.
 */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text)?.slice(1);
  if (!parts) return undefined;
  const seconds = Object.values(units).reduce(
    (sum, unit, index) => sum + Number(parts[index] ?? 0) * unit,
    0,
  );
  return Math.round(seconds * 1000) / 1000;
}

/** The shortest ISO 8601 duration of so many seconds (0 or more, exact to a millisecond). */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds * 1000);
  const take = (unit: number): number => {
    const count = Math.floor(rest / (unit * 1000));
    rest -= count * unit * 1000;
    return count;
  };
  const part = (count: number, letter: string): string => (count > 0 ? `${count}${letter}` : '');
  const days = part(take(units.D), 'D');
  const time = part(take(units.H), 'H') + part(take(units.M), 'M') + part(rest / 1000, 'S');
  return `P${days}${time ? `T${time}` : ''}`.replace(/^P$/, 'PT0S');
}
