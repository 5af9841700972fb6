import { expect, test } from '@jest/globals';
import { brandOf } from '../../src/html/brand.ts';
import { safeHref, safeWebAddress } from '../../src/html/href.ts';

test.each([
  'https://app.example/a?b=c#d',
  'http://localhost:3101/',
  'mailto:help@plan.example',
  'tel:+18005550100',
  '/',
  '/account/sessions?x=//y',
])('%s may be a link', (url) => {
  expect(safeHref(url)).toBe(url);
});

test.each([
  '',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'blob:https://app.example/1',
  'file:///etc/passwd',
  'org.vestibule.demo:/callback',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '/\t/evil.example/',
  'evil.example',
  'https://',
])('%j may not be a link', (url) => {
  expect(safeHref(url)).toBeUndefined();
});

test('a web address is fetched or posted to: no mail, no telephone', () => {
  expect(safeWebAddress('mailto:a@b.example')).toBeUndefined();
  expect(safeWebAddress('tel:1')).toBeUndefined();
  expect(safeWebAddress('https://a.example/')).toBe('https://a.example/');
});

test('a brand keeps safe links and drops the others', () => {
  const brand = brandOf({
    name: 'Plan',
    support: { text: 'Call us', phone: '+1 (800) 555-0100', url: 'javascript:alert(1)' },
    help_url: '/help',
    privacy_url: '//evil.example',
  });
  expect(brand.support).toEqual({
    text: 'Call us',
    phone: { text: '+1 (800) 555-0100', href: 'tel:+18005550100' },
    url: undefined,
  });
  expect([brand.helpUrl, brand.privacyUrl, brand.accessibilityUrl]).toEqual(['/help', undefined, undefined]);
});
