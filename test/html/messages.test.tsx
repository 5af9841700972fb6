import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { errorCodes } from '../../src/errors.ts';
import { en } from '../../src/html/messages/en.ts';
import { type MessageId, translator } from '../../src/html/messages.ts';

const t = translator('en');
const source = new URL('../../src/', import.meta.url).pathname;

function sources(): string {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('html/messages'))
    .map((name) => readFileSync(join(source, name), 'utf8'))
    .join('\n');
}

test('every error has its words', () => {
  for (const code of errorCodes) {
    for (const part of ['title', 'body', 'way-on'] as const) expect(t(`error.${code}.${part}`)).toMatch(/\w/);
  }
});

test('no word lies unused in the catalogue', () => {
  const code = sources();
  // Named by a code, a role, a scope, a kind of notice or a secret: the type checker sees that each is there.
  const composed =
    /^(error\..+\..+|role\..+|scope\..+|(mail|sms)\.(contact|support)-code.*|(mail|sms)\..+-(changed|enrolled|removed|restored)(\.subject|\.lead|$)|mail\..+\.lead-.+)$/;
  const unused = Object.keys(en).filter((id) => !code.includes(`'${id}'`) && !composed.test(id));
  expect(unused.filter((id) => id !== 'sign-in.incorrect' && id !== 'sign-in.missing')).toEqual([]);
});

test('a value is text: it is never read as a tag or an argument', () => {
  const lead = t.rich('sign-in.lead', { app: '<b>x</b>{app}' }, { b: (text) => <b>{text}</b> });
  expect(renderToString(<p>{lead}</p>)).toContain('to continue to <b>&lt;b>x&lt;/b>{app}</b>.');
});

test('a missing value is a mistake, not an empty place', () => {
  expect(() => t('continue.heading')).toThrow(/app/);
});

test('every message can be compiled and keeps to one kind of apostrophe', () => {
  const values = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_, name) => (['b', 'when'].includes(String(name)) ? (parts: unknown) => String(parts) : 1),
      has: () => true,
    },
  );
  for (const [id, text] of Object.entries(en)) {
    expect(() => t(id as MessageId, values as unknown as Record<string, string>)).not.toThrow();
    expect(text).not.toMatch(/'/);
  }
});
