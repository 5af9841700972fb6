/** Words of the account page. */
export const account = {
  'account-second-factor.heading': 'Second step at sign-in',
  'account-second-factor.lead':
    'Beside your password, a code from an authenticator app. Somebody who learns your password alone cannot sign in.',
  'account-second-factor.enrolled': 'The authenticator is set up.',
  'account-second-factor.renamed': 'The name is changed.',
  'account-second-factor.removed': 'The authenticator is removed.',
  'account-second-factor.forgotten': 'It is forgotten: a code is asked for there again.',
  'account-second-factor.authenticators': 'Authenticator apps',
  'account-second-factor.none': 'You have not set up an authenticator app. It takes about two minutes.',
  'account-second-factor.set-up': 'Set up an authenticator app',
  'account-second-factor.add': 'Add another',
  'account-second-factor.full': 'You have as many as an account may have. Remove one to add another.',
  'account-second-factor.added': 'Added',
  'account-second-factor.last-used': 'Last used',
  'account-second-factor.never-used': 'Not used yet',
  'account-second-factor.rename': 'Rename',
  'account-second-factor.rename-it': 'Rename {name}',
  'account-second-factor.rename-submit': 'Save the name',
  'account-second-factor.remove': 'Remove',
  'account-second-factor.remove-it': 'Remove {name}',
  'account-second-factor.remove-what':
    'Its codes stop working, all remembered devices are forgotten, and you are signed out everywhere: {count, plural, one {# session ends} other {# sessions end}}, this one included.',
  'account-second-factor.remove-last':
    'It is your only one: your password alone will let you in, and your recovery codes stop working too. Where a second step is demanded, you set up a new one at the next sign-in.',
  'account-second-factor.remove-submit': 'Remove {name}',
  'account-second-factor.codes': 'Recovery codes',
  'account-second-factor.codes-left':
    '{count, plural, =0 {You have no recovery codes left.} one {You have # recovery code left.} other {You have # recovery codes left.}}',
  'account-second-factor.codes-few': 'Make new ones before you need them.',
  'account-second-factor.regenerate': 'Make new recovery codes',
  'account-second-factor.regenerate-what':
    'You get ten new codes. Those that you have now stop working at once.',
  'account-second-factor.devices': 'Remembered devices',
  'account-second-factor.devices-lead':
    'On these you are not asked for a code. Forget any that you do not know.',
  'account-second-factor.device': '{browser} on {system}',
  'account-second-factor.device-unknown': 'A browser',
  'account-second-factor.since': 'Remembered since',
  'account-second-factor.until': 'Until',
  'account-second-factor.forget': 'Forget',
  'account-second-factor.forget-it': 'Forget {name}',
  'account-second-factor.forget-all': 'Forget all {count} devices',
} as const;
