import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file: its path under src/, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

type Layer = 'entry' | 'app' | 'surface' | 'use-case' | 'capability' | 'ground';

// Each may import from its own line and from those below; surfaces not from one another, capabilities only types.
const LAYERS: Readonly<Record<Layer, string>> = {
  entry: 'main demo cli service',
  app: 'app',
  surface: 'oidc sign-in recovery account launcher admin operations',
  'use-case': 'use-cases',
  capability: 'accounts passwords factors help-desk apps sessions lockout audit notices keys',
  ground:
    'html http postgres redis jobs embedded bare compile-cache config errors later log clock sweeper names outage-memory no-proto node-version audit-events moments roles',
};
const ORDER = Object.keys(LAYERS) as Layer[];
const LAYER_OF = new Map(ORDER.flatMap((layer) => LAYERS[layer].split(' ').map((name) => [name, layer])));

/** Who goes by the machine's clock and not by ours: what they wait for goes by no other. */
const OWN_TIME = [
  ...['clock.ts', 'embedded/', 'cli/', 'demo/relying-party', 'operations/clock.ts'],
  ...['postgres/driver.ts', 'sessions/second-after.ts'],
];

/** What no page of ours posts: other sites lead there, or programs call it, and it proves its caller by itself. */
const PROVE_THEMSELVES = ['http/', 'oidc/', 'admin/api/', 'notices/sms-status', 'demo/relying-party'];

const IMPORTS = [
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
  /\bimport\s*['"]([^'"]+)['"]/g,
  /\b(?:import|require|require\.resolve|import\.meta\.resolve)\s*\(\s*['"`]([^'"`]+)['"`]/g,
  /\bnew URL\(\s*['"`](\.[^'"`]+)['"`]/g,
];

/** Every `.ts` and `.tsx` file under a folder. */
export function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** One line for each breach of the design's directions; none when all is well. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const imports = [...new Set(importsOf(file.text))];
    const found = [
      ...(layerOf(file.path) ? [] : ['is in no layer of test/support/imports.ts']),
      ...imports.flatMap((specifier) => badImport(file.path, specifier, isTypeAlone(file.text, specifier))),
      ...badText(file),
    ];
    return found.map((what) => `src/${file.path} ${what}`);
  });
}

/** What a file imports, whichever way it is written; types too. */
export function importsOf(text: string): string[] {
  return IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Whether every import of it is erased: what is imported then is only what it is called and looks like. */
function isTypeAlone(text: string, specifier: string): boolean {
  const statements = [...text.matchAll(/\b(?:import|export)\b[^'"`;]*?['"]([^'"]+)['"]/g)].filter(
    (match) => match[1] === specifier,
  );
  return (
    statements.length > 0 && statements.every(([statement]) => /^(?:import|export)\s+type\b/.test(statement))
  );
}

function badImport(path: string, specifier: string, isType: boolean): string[] {
  if (specifier.startsWith('oidc-provider/') && path !== 'oidc/internals.ts') {
    return [`imports ${specifier}: only oidc/internals.ts leans on the library's insides`];
  }
  if (!specifier.startsWith('.')) return [];
  const target = normalize(join(dirname(path), specifier));
  // Outside src/: package.json, config/.
  if (target.startsWith('..')) return [];
  const from = layerOf(path);
  const to = layerOf(target);
  if (!from || !to || partOf(path) === partOf(target)) return [];
  if (partOf(target) === 'embedded' && partOf(path) !== 'demo') {
    return [`imports ${target}: only the demo has private stores`];
  }
  if (ORDER.indexOf(to) < ORDER.indexOf(from))
    return [`(${from}) imports ${target} (${to}): the wrong way up`];
  if (from === to && (from === 'surface' || (from === 'capability' && !isType))) {
    return [`imports ${target}: one ${from} never imports another`];
  }
  return [];
}

function badText({ path, text }: SourceFile): string[] {
  const code = text
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line))
    .join('\n');
  const found: string[] = [];
  if (partOf(path) !== 'config' && readsEnvironment(code))
    found.push('reads the environment: config.ts does');
  if (path !== 'redis/keys.ts' && /\bprefix\s*\}|\bprefix\s*\+/.test(code)) {
    found.push('builds a Redis key name: redis/keys.ts does');
  }
  if (
    /^(?:export )?const \w+: Readonly<Record<string,/m.test(code) &&
    path !== 'postgres/migrations/index.ts'
  ) {
    found.push('looks words up in a plain object, which has names of its own: a Map does not');
  }
  if (
    /\b(?:actor|grantedBy|granted_by|ACTOR)\s*[:=]\s*['"`]/.test(code) &&
    !path.startsWith('audit/catalogue')
  ) {
    found.push('names an actor by hand: names.ts does');
  }
  if (/\.endpoint\(|\breadForm\(/.test(code) && !PROVE_THEMSELVES.some((place) => path.startsWith(place))) {
    found.push('takes a form by itself: router.form verifies its token first');
  }
  if (partOf(path) === 'app' && /\btransaction\(\)|\.changing\(/.test(code)) {
    found.push('opens a transaction in the wiring: a use case does');
  }
  if (takesTheTime(code) && !OWN_TIME.some((place) => path.startsWith(place))) {
    found.push('goes by a clock of its own: clock.ts has ours');
  }
  return found;
}

function takesTheTime(code: string): boolean {
  return (
    /\b(?:Date|performance)\s*\??\.\s*now\b|\bnew Date\(\s*\)|\bhrtime\b/.test(code) ||
    /(?<![.\w])set(?:Timeout|Interval)\b|['"](?:node:)?timers(?:\/promises)?['"]/.test(code)
  );
}

function readsEnvironment(code: string): boolean {
  return (
    /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\[/.test(code) ||
    /\benv\b[^;]*from\s*['"](node:)?process['"]/.test(code)
  );
}

/** Files by their layer, the outermost first. */
export function layers<T extends { readonly path: string }>(files: readonly T[]): [Layer, T[]][] {
  return ORDER.map((layer) => [layer, files.filter(({ path }) => layerOf(path) === layer)]);
}

/** `sign-in/pages/form.tsx` -> `sign-in`; `config.ts` -> `config`, like what is in `config/`. */
function partOf(path: string): string {
  return (path.split('/')[0] ?? '').replace(/\.tsx?$/, '');
}

function layerOf(path: string): Layer | undefined {
  return LAYER_OF.get(partOf(path)) as Layer | undefined;
}
