/**
 * The settings: YAML over YAML over the environment, as one frozen, typed Config. Nothing but this file and
 * config/ reads the environment.
 */
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type Explained, explainSettings } from './config/explain.ts';
import { type Layers, readLayers } from './config/layers.ts';
import { fromIssues } from './config/mistakes.ts';
import { brokenRules, inContainer } from './config/rules.ts';
import { type Settings, schema } from './config/schema.ts';
import { addSections } from './config/shape.ts';
import type { Mode } from './config/variables.ts';
import { ConfigError, type Mistake } from './errors.ts';

export { formatDuration, parseDuration } from './config/durations.ts';
export { type Explained, settingsSchema } from './config/explain.ts';
export { type Machine, readMachine } from './config/machine.ts';
export { describeMistakes } from './config/mistakes.ts';
export type { Mode } from './config/variables.ts';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** All settings by their snake_case paths; every duration in seconds, the issuer without a trailing slash. */
export type Config = DeepReadonly<z.output<typeof schema>> & { readonly mode: Mode };

/** Settings laid over everything else, as they are written in YAML (durations as text). */
export type Overrides = DeepPartial<Settings>;

export interface LoadOptions {
  mode: Mode;
  /** The process's own by default. */
  environment?: NodeJS.ProcessEnv;
  overrides?: Overrides;
  /** The folder of default.yaml, demo.yaml and production.yaml. */
  directory?: string;
  /** Whether the demo may listen beyond loopback; found out by default. */
  container?: boolean;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}

function unique(mistakes: readonly Mistake[]): Mistake[] {
  return [...new Map(mistakes.map((mistake) => [`${mistake.path}\n${mistake.problem}`, mistake])).values()];
}

/**
 * Reads all layers: default.yaml, the mode's file, the file named by VESTIBULE_CONFIG, the environment,
 * overrides. Throws a ConfigError that lists every mistake at once.
 */
export function loadConfig(options: LoadOptions): Config {
  return read(options).config;
}

/** Every setting with its value, secrets masked, and where it came from. Throws a ConfigError as loadConfig. */
export function explainConfig(options: LoadOptions): Explained[] {
  return explainSettings(read(options).layers);
}

function read(options: LoadOptions): { config: Config; layers: Layers } {
  const { mode, environment = process.env, overrides = {} } = options;
  const directory = options.directory ?? fileURLToPath(new URL('../config', import.meta.url));
  const layers = readLayers(directory, mode, environment);
  layers.lay(overrides, { kind: 'override', name: 'overrides' });
  if (mode === 'demo' && layers.settings.issuer === undefined) {
    layers.settings.issuer = `http://localhost:${String(layers.settings.port)}`;
  }
  addSections(layers.settings);
  const result = schema.safeParse(layers.settings);
  const mistakes = [
    ...layers.mistakes,
    ...fromIssues(result.error?.issues ?? [], layers, mode),
    ...brokenRules(layers, mode, options.container ?? inContainer(environment)),
  ];
  if (!result.success || mistakes.length > 0) throw new ConfigError(unique(mistakes));
  return { config: freeze({ ...result.data, mode }), layers };
}
