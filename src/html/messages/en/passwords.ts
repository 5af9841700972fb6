/** Words of choosing a password. */
export const passwords = {
  'new-password.heading': 'Choose a new password',
  'new-password.for': 'For the user ID <b>{user}</b>.',
  'new-password.guessable':
    'This password appears in lists of stolen passwords. Choose a new one to continue.',
  'new-password.forgotten':
    'When you save it, all devices that are signed in to your account are signed out. Then sign in with the new password.',
  'new-password.label': 'New password',
  'new-password.submit': 'Save password',

  'new-password.rule-length':
    'At least {minimum} characters. Use several unrelated words; spaces are allowed.',
  'new-password.rule-composition': 'It must include {kinds}.',
  'new-password.rule-guessable':
    'Don’t use a common password, or one based on your user ID, your name or your practice.',

  'new-password.letters': 'a letter',
  'new-password.numbers': 'a number',
  'new-password.symbols': 'a symbol such as ! or #',

  'new-password.missing': 'Enter a new password',
  'new-password.too-short': 'The password must have at least {minimum} characters. Make it longer',
  'new-password.too-long': 'The password can have at most {maximum} characters. Make it shorter',
  'new-password.composition': 'The password must also include {kinds}. Add what is missing',
  'new-password.personal':
    'This password is based on your user ID, your name, your practice or this site’s name. Choose other words',
  'new-password.common': 'This password is easy to guess. Choose several unrelated words instead',
  'new-password.breached':
    'This password appears in lists of stolen passwords. Choose one that you don’t use anywhere else',

  'new-password.meter': 'Password strength',
  'new-password.meter-short-one': 'Too short: 1 more character',
  'new-password.meter-short': 'Too short: # more characters',
  'new-password.meter-long': 'Too long: at most {maximum} characters',
  'new-password.meter-user-id': 'Contains your user ID',
  'new-password.meter-simple': 'Easy to guess: use several unrelated words',
  'new-password.meter-composition': 'Still missing: #',
  'new-password.meter-good': 'Good',
  'new-password.meter-strong': 'Strong',
} as const;
