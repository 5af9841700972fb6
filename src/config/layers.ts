import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { bare } from '../bare.ts';
import type { Mistake } from '../errors.ts';
import { isText } from './shape.ts';
import { type Mode, type Variable, variables } from './variables.ts';

/** A section without a prototype, so that a setting called __proto__ is just an unknown name. */
export type Section = { [name: string]: unknown };

/** Where a setting came from: the file, or the variable's name. */
export interface Source {
  readonly kind: 'file' | 'variable' | 'override';
  readonly name: string;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '').replace(/:$/, '') : String(error);
}

/** Lays the layers over one another and remembers, for each setting, which of them it came from. */
export class Layers {
  readonly settings: Section = bare();
  readonly mistakes: Mistake[] = [];
  readonly #sources = new Map<string, Source>();

  /** A later layer wins setting by setting; lists are replaced whole; an empty value leaves what lies below. */
  lay(section: object, source: Source, path: readonly string[] = []): void {
    for (const [name, value] of Object.entries<unknown>({ ...section })) {
      const here = [...path, name];
      if (isSection(value)) {
        this.#sectionAt(here);
        this.lay(value, source, here);
      } else if (value !== null && value !== undefined) this.set(here, value, source);
    }
  }

  set(path: readonly string[], value: unknown, source: Source): void {
    this.#sectionAt(path.slice(0, -1))[path.at(-1) ?? ''] = value;
    this.#sources.set(path.join('.'), source);
  }

  layFile(file: string, where = file): void {
    try {
      const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: true });
      const [error] = document.errors;
      if (error) throw error;
      const content: unknown = document.toJS();
      if (content === null) return;
      if (!isSection(content)) throw new Error('it holds no settings');
      this.lay(content, { kind: 'file', name: file });
    } catch (error) {
      this.mistakes.push({
        path: where,
        problem: `cannot be used: ${reason(error)}`,
        mend: 'Give a readable YAML file of settings, as config/default.yaml is one',
      });
    }
  }

  layEnvironment(environment: NodeJS.ProcessEnv, mode: Mode): void {
    for (const variable of variables) {
      if ((variable.mode ?? mode) !== mode) continue;
      const text = variable.secret ? this.#secret(variable, environment) : environment[variable.name];
      if (!text) continue;
      const value = variable.list ? text.split(',').map((item) => item.trim()) : scalar(text, variable.path);
      this.set(variable.path, value, { kind: 'variable', name: variable.name });
    }
    for (const [name, text] of Object.entries(environment)) {
      if (!name.startsWith('VESTIBULE__') || !text) continue;
      const path = name.toLowerCase().split('__').slice(1);
      this.set(path, scalar(text, path), { kind: 'variable', name });
    }
  }

  /** The layer that this setting, the list it belongs to, or else the first setting within it, came from. */
  sourceOf(path: readonly PropertyKey[]): Source | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const source = this.#sources.get(path.slice(0, length).join('.'));
      if (source) return source;
    }
    const within = `${path.join('.')}.`;
    return [...this.#sources].find(([setting]) => setting.startsWith(within))?.[1];
  }

  #sectionAt(path: readonly string[]): Section {
    let section = this.settings;
    for (const name of path) {
      const inner = section[name];
      const next = isSection(inner) ? inner : bare();
      section[name] = next;
      section = next;
    }
    return section;
  }

  #secret({ name }: Variable, environment: NodeJS.ProcessEnv): string | undefined {
    const file = environment[`${name}_FILE`];
    if (!file) return environment[name];
    if (environment[name]) {
      const problem = `is given beside ${name}_FILE`;
      this.mistakes.push({ path: name, problem, mend: `Keep one of ${name} and ${name}_FILE` });
      return undefined;
    }
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      const problem = `cannot be read: ${reason(error)}`;
      this.mistakes.push({ path: `${name}_FILE`, problem, mend: 'Name a file that this process may read' });
      return undefined;
    }
  }
}

/** A value from the environment, as YAML reads it; text settings are taken as they stand. */
function scalar(text: string, path: readonly string[]): unknown {
  if (isText(path)) return text;
  try {
    const value: unknown = parse(text);
    return isSection(value) ? text : value;
  } catch {
    return text;
  }
}

/** The layers in their order: default, mode, the operator's file, environment. */
export function readLayers(directory: string, mode: Mode, environment: NodeJS.ProcessEnv): Layers {
  const layers = new Layers();
  layers.layFile(join(directory, 'default.yaml'));
  layers.layFile(join(directory, `${mode}.yaml`));
  const own = environment.VESTIBULE_CONFIG;
  if (own) layers.layFile(own, 'VESTIBULE_CONFIG');
  layers.layEnvironment(environment, mode);
  return layers;
}
