import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withParameters } from '../../src/oidc/app-addresses.ts';

test.each([
  ['https://a.example/cb', '?', 'https://a.example/cb?code=a+b&state=%26'],
  ['https://a.example/cb?', '?', 'https://a.example/cb?code=a+b&state=%26'],
  ['https://a.example/cb?x?', '?', 'https://a.example/cb?x?&code=a+b&state=%26'],
  ['https://a.example/cb?x=1&', '?', 'https://a.example/cb?x=1&code=a+b&state=%26'],
  ["https://a.example/cb?q=a%20b'~&r=%7e", '?', "https://a.example/cb?q=a%20b'~&r=%7e&code=a+b&state=%26"],
  ['https://A.example:443/cb?x', '#', 'https://A.example:443/cb?x#code=a+b&state=%26'],
  ['org.example.app:/cb', '?', 'org.example.app:/cb?code=a+b&state=%26'],
] as const)('%s with parameters behind %s stays as it was registered', (registered, mark, whole) => {
  expect(withParameters(registered, mark, { code: 'a b', state: '&' })).toBe(whole);
});

test('whatever an app registers stays byte for byte, and what is added is read back', () => {
  const queries = fc.stringMatching(/^[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]{0,40}$/);
  fc.assert(
    fc.property(queries, fc.string({ unit: 'grapheme' }), (query, state) => {
      const registered = `https://a.example/cb?${query}`;
      const whole = withParameters(registered, '?', { state });
      expect(whole.startsWith(registered)).toBe(true);
      const added = new URLSearchParams(whole.slice(registered.length));
      expect(added.get('state')).toBe(state.toWellFormed());
    }),
  );
});
