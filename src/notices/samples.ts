import type { NoticeWords } from './kinds.ts';

/** One notice of each kind, with made-up values, to be looked at. */
export function samples(issuer: string): readonly NoticeWords[] {
  const at = '2026-03-02T15:04:00Z';
  const zone = 'America/Chicago';
  const link = (path: string) => `${issuer}${path}/0ja3XzVbqk9e1Qy7Tn2mLr5sUd8wFh4gPc6iBv0tJxE`;
  const code = { code: '428913', minutes: 10 };
  return [
    { kind: 'reset-code', values: { ...code, link: link('/recover/link') } },
    { kind: 'reset-link', values: { link: link('/recover/link'), minutes: 30 } },
    { kind: 'user-ids', values: { userIds: ['dr.rivera', 'lakeside-billing'], link: `${issuer}/` } },
    { kind: 'activation', values: { name: 'Ana Rivera', link: link('/activate'), at, zone } },
    { kind: 'contact-code', values: code },
    { kind: 'support-code', values: code },
    { kind: 'password-changed', values: { at, zone } },
    { kind: 'factor-enrolled', values: { at, zone } },
    { kind: 'factor-removed', values: { at, zone } },
    { kind: 'factor-reset-held', values: { at, zone, link: link('/stop') } },
    { kind: 'email-changed', values: { at, zone, link: link('/undo'), hours: 72 } },
    { kind: 'phone-changed', values: { at, zone, link: link('/undo'), hours: 72 } },
    { kind: 'contact-restored', values: { at, zone } },
    { kind: 'account-compromised', values: { at, zone } },
    { kind: 'new-device', values: { at, zone, device: 'Firefox on Windows' } },
    { kind: 'account-locked', values: { at, zone, secret: 'password', minutes: 15 } },
    { kind: 'authenticator-shut', values: { at, zone, secret: 'password', device: false } },
  ];
}
