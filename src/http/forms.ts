import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { bare } from '../bare.ts';
import { AppError, classify } from '../errors.ts';
import type { Context } from './context.ts';
import { drain } from './drain.ts';

const mostBytes = 64 * 1024;
const mostFields = 50;

/** Brackets and dots, which other parsers turn into arrays and objects, are not in it. */
const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const contentType = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** What was posted: each field once, by its name. */
export type Form = Readonly<Record<string, string>>;

/** A body can be read only once: a second call gets the first one's promise. */
const read = new WeakMap<IncomingMessage, Promise<Record<string, string>>>();

function refuse(detail: string): AppError {
  return new AppError('bad-request', { cause: new Error(detail) });
}

async function readBytes(ctx: Context): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit: mostBytes, length: ctx.get('Content-Length') || null });
  } catch (error) {
    if (classify(error).code === 'payload-too-large') throw new AppError('payload-too-large');
    throw refuse('the body broke off');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refuse('a field is not percent-encoded UTF-8');
  }
}

/** The fields of an application/x-www-form-urlencoded body. Throws AppError('bad-request'). */
export function parseForm(bytes: Uint8Array): Record<string, string> {
  const fields = bare<string>();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('the body is not UTF-8');
  }
  const pairs = text.split('&', mostFields + 1).filter((pair) => pair !== '');
  if (pairs.length > mostFields) throw refuse('too many fields');
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (!fieldName.test(name)) throw refuse('a field has no plain name');
    if (name in fields) throw refuse('a field is given twice');
    // PostgreSQL takes no NUL in text, so one that got through would end as a 500.
    if (value.includes('\0')) throw refuse('a field holds a NUL');
    fields[name] = value;
  }
  return fields;
}

async function receive(ctx: Context, type: RegExp): Promise<Buffer> {
  if (!type.test(ctx.get('Content-Type'))) throw refuse('another content type');
  if (!/^(?:identity)?$/i.test(ctx.get('Content-Encoding'))) throw refuse('a compressed body');
  return readBytes(ctx);
}

/**
 * A body of at most 64 KiB, as it came.
 * @throws AppError 'bad-request' for another content type, 'payload-too-large'
 */
export async function readBody(ctx: Context, type: RegExp): Promise<Buffer> {
  try {
    return await receive(ctx, type);
  } catch (error) {
    // An unread rest must not be taken for the connection's next request.
    if (!ctx.req.readableEnded) {
      ctx.set('Connection', 'close');
      await drain(ctx.req);
    }
    throw error;
  }
}

/**
 * The fields of a posted form: urlencoded UTF-8, at most 64 KiB and 50 fields, each a single string. Arrays,
 * nested names, duplicates, NULs, broken encoding and other content types throw AppError('bad-request'), too
 * much 'payload-too-large'. [ASVS 15.3.6, 15.3.7]
 */
export function readForm(ctx: Context): Promise<Record<string, string>> {
  const known = read.get(ctx.req);
  if (known) return known;
  const form = readBody(ctx, contentType).then(parseForm);
  read.set(ctx.req, form);
  return form;
}
