import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Middleware } from 'koa';

/** A file in memory, with the address that carries the hash of its content. */
export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly url: string;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
]);

/** Beside altcha's stylesheet: the only build of the widget that needs neither inline style nor a blob: worker. */
const ALTCHA = {
  'altcha.css': './altcha.css',
  'altcha.js': './altcha.min.js',
  'altcha-worker.js': '../workers/pbkdf2.js',
};
const altcha = pathToFileURL(createRequire(import.meta.url).resolve('altcha/altcha.css'));

/** Read once, at start. A request's path is only ever looked up here, so no other file can be reached. */
const files = new Map([
  ...readAll(new URL('./static/', import.meta.url)),
  ...Object.entries(ALTCHA).map(([name, path]) => read(name, new URL(path, altcha))),
]);

/** The address of a static file, with the hash of its content. Throws for a name that is not there. */
export function asset(name: string): string {
  const file = files.get(name);
  if (!file) throw new Error(`no static file ${name}`);
  return file.url;
}

/** A file made at start, such as the operator's colours, to be served beside the others. */
export function staticFile(name: string, body: Buffer): StaticFile {
  const extension = extname(name);
  const type = TYPES.get(extension);
  if (!type) throw new Error(`no content type for ${name}`);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { body, type, url: `/static/${name.slice(0, -extension.length)}.${hash}${extension}` };
}

/**
 * Koa middleware for `/static/NAME.HASH.EXT`, from memory; passes on what it does not know. `more` are
 * files made at start: `brand.styles`.
 */
export function serveStatic(more: readonly StaticFile[]): Middleware {
  const byUrl = new Map([...files.values(), ...more].map((file) => [file.url, file]));
  return async (ctx, next) => {
    const file = byUrl.get(ctx.path);
    if (!file || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.type = file.type;
    ctx.body = file.body;
  };
}

function readAll(folder: URL): [string, StaticFile][] {
  const names = readdirSync(folder).filter((name) => TYPES.has(extname(name)));
  return names.map((name) => read(name, new URL(name, folder)));
}

function read(name: string, file: URL): [string, StaticFile] {
  return [name, staticFile(name, readFileSync(file))];
}
