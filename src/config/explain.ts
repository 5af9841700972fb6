import { z } from 'zod';
import type { Layers } from './layers.ts';
import { valueAt } from './mistakes.ts';
import { schema } from './schema.ts';
import { allPaths } from './shape.ts';
import { variables } from './variables.ts';

/** A setting as it stands, and what decided it. */
export interface Explained {
  readonly path: string;
  /** As it was written; secrets masked. Undefined for one that is not set. */
  readonly value: unknown;
  /** A file, a variable, or what else it came from; undefined for one that is not set. */
  readonly from: string | undefined;
}

const MASK = '***';
const secret = new Set(variables.filter((variable) => variable.secret).map(({ path }) => path.join('.')));

/** Every setting there is, in the order of the schema. */
export function explainSettings(layers: Layers): Explained[] {
  return allPaths().map((path) => {
    const value = valueAt(layers.settings, path.split('.'));
    if (value === undefined) return { path, value, from: undefined };
    const source = layers.sourceOf(path.split('.'));
    return { path, value: isSecret(path) ? mask(value) : value, from: source?.name ?? 'the port' };
  });
}

function isSecret(path: string): boolean {
  return secret.has(path) || path.startsWith('secrets.');
}

/** Of an address only what tells one server from another; of everything else nothing. */
function mask(value: unknown): string {
  if (typeof value !== 'string' || !URL.canParse(value)) return MASK;
  const { protocol, host, pathname, username, password, search } = new URL(value);
  // A password with a slash or a question mark in it would have been read as path or query.
  if (!host || value.lastIndexOf('@') > value.indexOf(host)) return MASK;
  const user = username || password ? `${MASK}@` : '';
  return `${protocol}//${user}${host}${pathname}${search ? `?${MASK}` : ''}`;
}

/**
 * What the settings may be, as a JSON Schema (2020-12) for editors. Nothing is required: each file gives what
 * it changes.
 */
export function settingsSchema(): object {
  const whole = z.toJSONSchema(schema, { io: 'input' });
  const { $schema, ...rest } = optional(whole) as Record<string, unknown>;
  return { $schema, title: 'Settings of Vestibule', ...rest };
}

function optional(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(optional);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(
    ([name, value]) => name !== 'required' || !Array.isArray(value),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, optional(value)]));
}
