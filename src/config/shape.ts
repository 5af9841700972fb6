import { z } from 'zod';
import { schema } from './schema.ts';

/** What lies inside optional and transformed schemas: the one whose input a person writes. */
function inner(node: unknown): unknown {
  if (node instanceof z.ZodOptional) return inner(node.unwrap());
  if (node instanceof z.ZodPipe) return inner(node.in);
  return node;
}

function nodeAt(path: readonly PropertyKey[]): unknown {
  let node: unknown = schema;
  for (const key of path) {
    const parent = inner(node);
    if (parent instanceof z.ZodArray) node = parent.element;
    else if (parent instanceof z.ZodObject && Object.hasOwn(parent.shape, key))
      node = Reflect.get(parent.shape, key);
    else return undefined;
  }
  return node;
}

/** The names of the settings in a section, in their order; empty for anything else. */
export function namesAt(path: readonly PropertyKey[]): string[] {
  const node = inner(nodeAt(path));
  return node instanceof z.ZodObject ? Object.keys(node.shape) : [];
}

/** Whether the setting is written as text, so that a value like 12345 or yes must not become something else. */
export function isText(path: readonly PropertyKey[]): boolean {
  return inner(nodeAt(path)) instanceof z.ZodString;
}

/** What the setting must be, to follow "Give"; undefined when nothing is known about it. */
export function descriptionAt(path: readonly PropertyKey[]): string | undefined {
  let node = nodeAt(path);
  for (;;) {
    if (node instanceof z.ZodType && node.description) return node.description;
    if (node instanceof z.ZodOptional) node = node.unwrap();
    else if (node instanceof z.ZodPipe) node = node.in;
    else break;
  }
  const names = namesAt(path);
  return names.length > 0 ? `a section with ${names.join(', ')}` : undefined;
}

/** The dotted paths of all settings, sections left out. */
export function allPaths(path: readonly string[] = []): string[] {
  const names = namesAt(path);
  return names.length === 0 ? [path.join('.')] : names.flatMap((name) => allPaths([...path, name]));
}

/** Adds the sections that are missing, so that each missing setting in them is reported by its own name. */
export function addSections(settings: { [name: string]: unknown }, path: readonly string[] = []): void {
  for (const name of namesAt(path)) {
    const here = [...path, name];
    if (!(inner(nodeAt(here)) instanceof z.ZodObject) || nodeAt(here) instanceof z.ZodOptional) continue;
    settings[name] ??= Object.create(null);
    const section = settings[name];
    if (isRecord(section)) addSections(section, here);
  }
}

function isRecord(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
