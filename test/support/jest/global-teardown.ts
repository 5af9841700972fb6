/** Where few files run, they run in jest's own process, and so do the services that they share: see shared.ts. */
export default async function stopShared(): Promise<void> {
  const stop = (globalThis as Record<symbol, unknown>)[Symbol.for('vestibule.stopShared')];
  if (typeof stop === 'function') await stop();
}
