import { Compiler, type ParseOptions } from '@swc/core';
import type { SourceFile } from '../../test/support/imports.ts';

export interface Figures {
  /** Under src/. */
  readonly path: string;
  readonly lines: number;
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
  /** Lines on which something is called what the compiler does not know it to be; `as const` is none. */
  readonly casts: readonly number[];
}

type Node = Readonly<Record<string, unknown>> & { readonly type?: string };
interface Span {
  readonly start: number;
  readonly end: number;
}

const compiler = new Compiler();
const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);

/** Calls `visit` with each node of a source file, parents first. */
export function walkSource({ path, text }: SourceFile, visit: (node: Node, parent: Node) => void): void {
  const options: ParseOptions = { syntax: 'typescript', tsx: path.endsWith('x'), target: 'es2024' };
  walk(compiler.parseSync(text, options) as unknown as Node, {}, visit);
}

function walk(node: unknown, parent: Node, visit: (node: Node, parent: Node) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, parent, visit);
  } else if (typeof node === 'object' && node !== null) {
    const own = node as Node;
    if (own.type) visit(own, parent);
    for (const value of Object.values(own)) walk(value, own.type ? own : parent, visit);
  }
}

/** Sizes are in lines, comments and blank ones counted. */
export function figuresOf(source: SourceFile): Figures {
  const { path, text } = source;
  // Positions are of bytes, and go on from one parsed file to the next.
  const bytes = Buffer.from(text);
  let base: number | undefined;
  const lineAt = (position: number) =>
    bytes
      .subarray(0, position - (base ?? 0))
      .toString()
      .split('\n').length;
  const functions: { name: string; lines: number }[] = [];
  const casts: number[] = [];
  const first = firstToken(text);
  walkSource(source, (node, parent) => {
    const span = node.span as Span | undefined;
    if (node.type === 'Module') base = (span as Span).start - first;
    if (!span) return;
    if (FUNCTIONS.has(String(node.type)) && node.body) {
      functions.push({ name: nameOf(node, parent), lines: lineAt(span.end) - lineAt(span.start) + 1 });
    }
    if (node.type === 'TsAsExpression' && parent.type !== 'TsAsExpression') casts.push(lineAt(span.start));
  });
  return { path, lines: text.split('\n').length - 1, functions, casts };
}

/** Where the parser says that a file begins: after its first comments. */
function firstToken(text: string): number {
  const blank = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*/.exec(text)?.[0] ?? '';
  return Buffer.byteLength(blank);
}

function nameOf(node: Node, parent: Node): string {
  for (const holder of [node, parent]) {
    for (const key of ['identifier', 'key', 'id']) {
      const name = holder[key] as { value?: string; id?: { value?: string } } | undefined;
      const text = name?.value ?? name?.id?.value;
      if (typeof text === 'string') return text;
    }
  }
  return node.type === 'Constructor' ? 'constructor' : '(without a name)';
}
