/** Seconds that this clock and the store's may be apart. */
const TOLERANCE = 5;

/**
 * Tokens carry this replica's time; locks and lives the store's. Far apart, tokens would be refused at once. By the
 * machine's clock, which the library stamps tokens with, not by ours.
 * @param storeTime epoch seconds
 * @throws Error when the clocks are more than 5 s apart
 */
export function checkClock(storeTime: number): void {
  const skew = Math.abs(storeTime - Date.now() / 1000);
  if (skew <= TOLERANCE) return;
  throw new Error(`this clock and the store's are ${skew.toFixed(1)} s apart; keep both on NTP`);
}
