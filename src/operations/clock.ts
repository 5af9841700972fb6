/** Seconds that this clock and the store's may be apart. */
const TOLERANCE = 5;

/**
 * How far this machine's clock and the store's are apart, s; 0 where the store's answer fits in between asking and
 * hearing, however slow it was. By the machine's clock, which the library stamps tokens with, not by ours.
 * @param storeTime asks for epoch seconds
 */
export async function clockSkew(storeTime: () => Promise<number>): Promise<number> {
  const asked = Date.now() / 1000;
  const told = await storeTime();
  const heard = Date.now() / 1000;
  return Math.max(0, asked - told, told - heard);
}

/** Tokens carry this replica's time; locks and lives the store's. Far apart, tokens would be refused at once. */
export function isRight(skew: number): boolean {
  return skew <= TOLERANCE;
}
