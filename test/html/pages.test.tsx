import { describe, expect, test } from '@jest/globals';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { errorCodes } from '../../src/errors.ts';
import { brandOf } from '../../src/html/brand.ts';
import { translator } from '../../src/html/messages.ts';
import { renderPage } from '../../src/html/render.ts';
import { iconOrigins, LauncherPage } from '../../src/launcher/page.tsx';
import { FormPostPage } from '../../src/oidc/pages/form-post.tsx';
import { SignedOutPage } from '../../src/oidc/pages/signed-out.tsx';
import { SignInPage } from '../../src/sign-in/pages/sign-in.tsx';
import { states } from './states.tsx';

const HOSTILE = '"><script>alert(1)</script><b>{app}\'';
const site = {
  t: translator('en'),
  brand: brandOf({ name: HOSTILE, support: { text: HOSTILE, phone: HOSTILE, url: 'javascript:alert(1)' } }),
};

function attributes(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map((match) => match[1] ?? '');
}

function launcher(startUri: string, iconUri?: string): string {
  const app = { clientId: HOSTILE, name: HOSTILE, description: HOSTILE, startUri, iconUri };
  return renderToString(
    <LauncherPage
      {...site}
      userName={HOSTILE}
      userId={HOSTILE}
      apps={[app]}
      csrf="t"
      signOutAction="/sign-out"
      switchUserAction="/switch-user"
      externalIcons
    />,
  );
}

test('text from outside is never markup', () => {
  const pages: VNode[] = [
    <SignInPage
      {...site}
      appName={HOSTILE}
      csrf={HOSTILE}
      userId={HOSTILE}
      action={HOSTILE}
      forgotPassword="/p"
      forgotUserId="/u"
    />,
    <SignedOutPage {...site} appName={HOSTILE} returnUri="https://app.example/" />,
    <FormPostPage
      {...site}
      appName={HOSTILE}
      action="https://app.example/"
      fields={{ [HOSTILE]: HOSTILE }}
    />,
  ];
  for (const html of [...pages.map((page) => renderToString(page)), launcher('https://app.example/')]) {
    expect(html).not.toMatch(/<script>|alert\(1\)<\/|"">|<b>\{app/);
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
  }
});

test('an app with an unsafe address is not offered, and an unsafe way back is left out', () => {
  for (const uri of [
    'javascript:alert(1)',
    '//evil.example/',
    'data:text/html,x',
    '/\t/evil.example',
    'mailto:a@b',
  ]) {
    expect(launcher(uri)).not.toContain('data-app');
    expect(launcher(uri)).toContain('id="no-apps"');
  }
  const page = renderToString(<SignedOutPage {...site} returnUri="javascript:alert(1)" />);
  expect(attributes(page, 'href')).toEqual([expect.any(String), expect.any(String), '/', 'tel:1']);
});

test('form_post never posts to anything but http, https', () => {
  const render = () => renderToString(<FormPostPage {...site} action="javascript:alert(1)" fields={{}} />);
  expect(render).toThrow('form_post needs');
});

test('only http icons are shown, and their origins are told for the content policy', () => {
  const icons = ['https://cdn.example/a.svg', '/b.svg', 'javascript:alert(1)', 'data:image/png;base64,x'];
  const apps = icons.map((iconUri, i) => ({ clientId: `a${i}`, name: 'A', startUri: '/', iconUri }));
  expect(iconOrigins(apps)).toEqual(['https://cdn.example']);
  for (const [i, expected] of [2, 2, 1, 1].entries()) {
    expect(attributes(launcher('/', icons[i]), 'src')).toHaveLength(expected);
  }
});

describe.each(Object.keys(states))('%s', (name) => {
  const html = renderToString(states[name]!());

  test('has the frame that the contract names', () => {
    expect(/<html lang="(..)"/.exec(html)?.[1]).toBe(name.startsWith('es-') ? 'es' : 'en');
    expect(attributes(html, 'data-page')).toHaveLength(1);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]+ – [^<]+<\/title>/);
    expect(html).not.toMatch(/ style=| on[a-z]+=|<style|<script>/);
  });

  test('every id is used once, and every reference leads to one', () => {
    const ids = attributes(html, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const references = ['for', 'aria-controls', 'aria-describedby'].flatMap((each) => attributes(html, each));
    const anchors = attributes(html, 'href').filter((href) => href.startsWith('#'));
    for (const id of [...references.flatMap((each) => each.split(' ')), ...anchors.map((a) => a.slice(1))]) {
      expect(ids).toContain(id);
    }
  });

  test('every form posts, and a field has its name as its id', () => {
    for (const form of html.match(/<form[^>]*>/g) ?? []) {
      // A search changes nothing, and its address can be kept and passed on.
      expect(form).toContain(form.includes('class="search"') ? 'method="get"' : 'method="post"');
    }
    for (const input of html.match(/<input[^>]*>/g) ?? []) {
      if (input.includes('type="hidden"')) continue;
      // Of several that share a name, each has its value at the end.
      const choice = input.includes('type="radio"') ? `-${attributes(input, 'value')[0]}` : '';
      expect(attributes(input, 'id')).toEqual([
        `${attributes(input, 'name')[0]?.replaceAll('_', '-')}${choice}`,
      ]);
    }
  });
});

test('a failed sign-in keeps the user ID, drops the password and says one thing of both', () => {
  const html = renderToString(states['sign-in-error']!());
  expect(html).toContain('<title>Error: Sign in – Northwind Health Plan</title>');
  expect(html).toMatch(/id="user-id"[^>]* value="dr\.rivera"[^>]*aria-invalid="true"/);
  const [password] = html.match(/<input type="password"[^>]*>/) ?? [];
  expect(password).toContain('autocomplete="current-password"');
  expect(password).toContain('aria-invalid="true"');
  expect(password).not.toContain('value=');
  expect(html.match(/User ID or password is incorrect/g)).toHaveLength(1);
});

test.each(errorCodes)('the error page tells code and reference: %s', (code) => {
  const html = renderToString(states[`error-${code}`]!());
  expect(html).toContain(`<dd id="error-code">${code}</dd>`);
  expect(html).toContain('<dd id="error-id">0198c5e2-7f14-7c3a-9d55-2f0c1b6e8a41</dd>');
  expect(html).toContain('role="alert"');
  expect(html).toContain('1-800-555-0100');
});

test('a page is sent whole, as HTML, and is not kept', () => {
  const headers: Record<string, string> = {};
  const ctx = {
    status: 404,
    type: '',
    body: undefined as unknown,
    set: (k: string, v: string) => (headers[k] = v),
  };
  renderPage(ctx, <p>a & b</p>, { status: 503 });
  expect(ctx).toMatchObject({
    status: 503,
    type: 'text/html; charset=utf-8',
    body: '<!doctype html><p>a &amp; b</p>',
  });
  expect(headers).toEqual({ 'Cache-Control': 'no-store' });
});

test('an icon from elsewhere is shown only where the content policy lets it in', () => {
  const apps = [{ clientId: 'a', name: 'A', startUri: '/', iconUri: 'https://cdn.example/a.svg' }];
  const props = {
    ...site,
    apps,
    userName: 'A',
    userId: 'a',
    csrf: 't',
    signOutAction: '/sign-out',
    switchUserAction: '/switch-user',
  };
  expect(renderToString(<LauncherPage {...props} />)).not.toContain('<img');
  expect(renderToString(<LauncherPage {...props} externalIcons />)).toContain('<img');
});
