import type { passwords as en } from '../en/passwords.ts';

export const passwords: Record<keyof typeof en, string> = {
  'new-password.heading': 'Elija una contraseña nueva',
  'new-password.for': 'Para el ID de usuario <b>{user}</b>.',
  'new-password.guessable':
    'Esta contraseña aparece en listas de contraseñas robadas. Elija una nueva para continuar.',
  'new-password.forgotten':
    'Al guardarla se cerrará la sesión de su cuenta en todos los dispositivos. Después inicie sesión con la contraseña nueva.',
  'new-password.label': 'Contraseña nueva',
  'new-password.submit': 'Guardar la contraseña',

  'new-password.rule-length':
    'Al menos {minimum} caracteres. Use varias palabras que no tengan relación entre sí; puede usar espacios.',
  'new-password.rule-composition': 'Debe incluir {kinds}.',
  'new-password.rule-guessable':
    'No use una contraseña común ni una basada en su ID de usuario, su nombre o su consultorio.',

  'new-password.letters': 'una letra',
  'new-password.numbers': 'un número',
  'new-password.symbols': 'un símbolo como ! o #',

  'new-password.missing': 'Escriba una contraseña nueva',
  'new-password.too-short': 'La contraseña debe tener al menos {minimum} caracteres. Hágala más larga',
  'new-password.too-long': 'La contraseña puede tener como máximo {maximum} caracteres. Hágala más corta',
  'new-password.composition': 'La contraseña también debe incluir {kinds}. Agregue lo que falta',
  'new-password.personal':
    'Esta contraseña se basa en su ID de usuario, su nombre, su consultorio o el nombre de este sitio. Elija otras palabras',
  'new-password.common':
    'Esta contraseña es fácil de adivinar. Elija varias palabras que no tengan relación entre sí',
  'new-password.breached':
    'Esta contraseña aparece en listas de contraseñas robadas. Elija una que no use en ningún otro sitio',

  'new-password.meter': 'Seguridad de la contraseña',
  'new-password.meter-short-one': 'Demasiado corta: falta 1 carácter',
  'new-password.meter-short': 'Demasiado corta: faltan # caracteres',
  'new-password.meter-long': 'Demasiado larga: como máximo {maximum} caracteres',
  'new-password.meter-user-id': 'Contiene su ID de usuario',
  'new-password.meter-simple': 'Fácil de adivinar: use palabras que no tengan relación entre sí',
  'new-password.meter-composition': 'Todavía falta: #',
  'new-password.meter-good': 'Buena',
  'new-password.meter-strong': 'Muy buena',
};
