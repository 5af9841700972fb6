import { dirname } from 'node:path';
import type { SourceFile } from '../../test/support/imports.ts';
import { walkSource } from './figures.ts';

/** Fewer members say too little: everybody has an `{ id, name }`. */
const FEWEST = 3;

/** Members of the same names and kinds, typed by hand in more than one folder: one line each. */
export function repeatedShapes(sources: readonly SourceFile[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const source of sources) {
    walkSource(source, (node) => {
      const members =
        node.type === 'TsInterfaceBody' ? node.body : node.type === 'TsTypeLiteral' && node.members;
      if (!Array.isArray(members)) return;
      const names = members.map(memberName);
      if (names.length < FEWEST || names.includes('')) return;
      const shape = names.sort().join(' ');
      places.set(shape, (places.get(shape) ?? new Set()).add(source.path));
    });
  }
  return [...places]
    .filter(([, paths]) => new Set([...paths].map((path) => dirname(path).split('/')[0])).size > 1)
    .map(([shape, paths]) => `${shape}: ${[...paths].join(', ')}`);
}

/** Types that name an audit event, outside the file that lists them all. */
export function repeatedEvents(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, text }) =>
    /^audit(?:-events)?[/.]/.test(path)
      ? []
      : [...text.matchAll(/^\s*(?:readonly )?event: '([\w.-]+)'(?: \| '[\w.-]+')*;$/gm)].map(
          (match) => `${match[1]}: ${path}`,
        ),
  );
}

interface Member {
  readonly key?: { readonly value?: string };
  readonly typeAnnotation?: { readonly typeAnnotation?: { readonly type?: string; readonly kind?: string } };
}

function memberName({ key, typeAnnotation: type }: Member): string {
  const kind = type?.typeAnnotation?.kind ?? type?.typeAnnotation?.type ?? 'method';
  return key?.value === undefined ? '' : `${key.value}:${kind}`;
}
