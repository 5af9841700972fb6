/** Words of choosing a password. */
export const passwords = {
  'new-password.heading': 'Choose a new password',
  'new-password.for': 'For the user ID <b>{user}</b>.',
  'new-password.guessable': 'This password appears in lists of stolen passwords. Choose a new one to go on.',
  'new-password.forgotten':
    'When you save it, every device that is signed in to your account is signed out. Then you sign in with the new password.',
  'new-password.label': 'New password',
  'new-password.submit': 'Save password',

  'new-password.rule-length':
    'At least {minimum} characters. Several unrelated words are good; spaces are fine.',
  'new-password.rule-composition': 'It must hold {kinds}.',
  'new-password.rule-guessable':
    'It must not be a common password, or be built from your user ID, your name or your practice.',

  'new-password.letters': 'a letter',
  'new-password.numbers': 'a number',
  'new-password.symbols': 'a symbol such as ! or #',

  'new-password.missing': 'Enter the password that you want',
  'new-password.too-short': 'The password must have at least {minimum} characters. Make it longer',
  'new-password.too-long': 'The password can have at most {maximum} characters. Make it shorter',
  'new-password.composition': 'The password must hold {kinds} too. Add what is missing',
  'new-password.personal':
    'This password is built from your user ID, your name, your practice or this site’s name. Choose other words',
  'new-password.common':
    'This password is one of those that are guessed first. Choose several unrelated words instead',
  'new-password.breached':
    'This password appears in lists of stolen passwords. Choose one that you use nowhere else',

  'new-password.meter': 'Strength of the password',
  'new-password.meter-short-one': 'Too short: 1 more character',
  'new-password.meter-short': 'Too short: # more characters',
  'new-password.meter-long': 'Too long: at most {maximum} characters',
  'new-password.meter-user-id': 'Holds your user ID',
  'new-password.meter-simple': 'Easy to guess: use several unrelated words',
  'new-password.meter-composition': 'Still missing: #',
  'new-password.meter-good': 'Good',
  'new-password.meter-strong': 'Strong',
} as const;
