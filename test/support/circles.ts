import { dirname, join, normalize } from 'node:path';
import { importsOf, type SourceFile } from './imports.ts';

/** Sets of files that import one another in a circle, by whatever way round; types too. Tarjan's algorithm. */
export function circles(files: readonly SourceFile[]): string[][] {
  const targets = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(path), specifier))),
    ]),
  );
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.size - 1);
    stack.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      if (!index.has(target)) visit(target);
      else if (!stack.includes(target)) continue;
      low.set(path, Math.min(Number(low.get(path)), Number(low.get(target))));
    }
    if (low.get(path) !== index.get(path)) return;
    const circle = stack.splice(stack.lastIndexOf(path));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const path of targets.keys()) if (!index.has(path)) visit(path);
  return found;
}
