import { expect, test } from '@jest/globals';
import { brandOf } from '../../src/html/brand.ts';
import { locales } from '../../src/html/messages.ts';
import type { NoticeWords } from '../../src/notices/kinds.ts';
import { Renderer } from '../../src/notices/renderer.tsx';
import { samples, templates } from '../../src/notices/templates.ts';

const issuer = 'https://signin.example.test';
const brand = brandOf({
  name: 'Northwind Health Plan',
  support: { text: 'Ask your administrator, or call us.', phone: '1-800-555-0142' },
});
const renderer = new Renderer(brand, issuer);
const each = samples(issuer).flatMap((words) => locales.map((lang) => ({ lang, kind: words.kind, words })));

test('there is a sample of each kind', () => {
  expect(
    samples(issuer)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(Object.keys(templates).sort());
});

test.each(each)('$kind in $lang says who sends it and what to do for who did not ask', ({ words, lang }) => {
  const { subject, text, html } = renderer.render(words, 'email', lang);
  for (const part of [text, html]) {
    expect(part).toContain('Northwind Health Plan');
    expect(part).toContain('call us. 1-800-555-0142');
    expect(part).toMatch(
      lang === 'en'
        ? /If (this wasn’t you|you did|you don’t|you are not)/
        : /Si no (fue|lo pidió|pidió|sabe|está)/,
    );
  }
  expect(html).toContain(`<html lang="${lang}">`);
  expect(subject.length).toBeLessThanOrEqual(78);
});

test.each(each)('$kind in $lang has no secret in its subject, and loads nothing', ({ words, lang }) => {
  const { subject, html } = renderer.render(words, 'email', lang);
  const { code, link, userIds = [] } = words.values as { code?: string; link?: string; userIds?: string[] };
  for (const secret of [code, link, ...userIds]) if (secret) expect(subject).not.toContain(secret);
  expect(html).not.toMatch(/<(img|script|link|iframe|form)|src=|url\(/);
  const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]);
  for (const href of links) expect(href?.startsWith(`${issuer}/`)).toBe(true);
});

test.each(each)(
  '$kind in $lang fits into a few segments of SMS, a code in its last line',
  ({ words, lang }) => {
    const { text } = renderer.render(words, 'sms', lang);
    expect(text.length).toBeLessThan(320);
    expect(text).toMatch(/^Northwind Health Plan: /);
    if ('code' in words.values)
      expect(text.split('\n').at(-1)).toBe(`@signin.example.test #${words.values.code}`);
  },
);

test('what somebody chose as a name or a device is one line of text, and no markup', () => {
  const hostile: NoticeWords[] = [
    {
      kind: 'new-device',
      values: { at: '2026-03-02T15:04:00Z', device: 'x\r\n\r\nCall +1 900 555 0100 now\u2028<b>y</b>' },
    },
    { kind: 'user-ids', values: { userIds: ['a\nb', '<script>'], link: `${issuer}/` } },
  ];
  const [device, ids] = hostile.map((words) => renderer.render(words, 'email', 'en'));
  expect(device?.text).not.toMatch(/^Call/m);
  expect(device?.html).not.toContain('<b>');
  expect(ids?.text).toContain('  * a b\n  * <script>');
  expect(ids?.html).toContain('&lt;script>');
});

test('a link that is none is left out, and a zone that is none is UTC', () => {
  const link = 'javascript:alert(1)';
  const words: NoticeWords = {
    kind: 'activation',
    values: { name: 'A', link, at: '2026-03-02T15:04:00Z', zone: 'Mars/Olympus' },
  };
  const { text, html } = renderer.render(words, 'email', 'en');
  expect(`${text}${html}`).not.toContain('javascript');
  expect(text).toContain('March 2, 2026 at 3:04:00 PM UTC');
});
