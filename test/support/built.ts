/** A module of dist/, where the source holds TSX, which Node cannot read. `T` is `typeof import` of its source. */
export function built<T>(name: string): Promise<T> {
  return import(new URL(`../../dist/${name}`, import.meta.url).href);
}
