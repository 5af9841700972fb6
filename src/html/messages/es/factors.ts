import type { factors as en } from '../en/factors.ts';

export const factors: Record<keyof typeof en, string> = {
  'second-factor.heading': 'Escriba su código de inicio de sesión',
  'second-factor.lead':
    'Está iniciando sesión como <b>{user}</b>. Abra su aplicación de autenticación y escriba el código que muestra para {operator}.',
  'second-factor.code': 'Código de seis dígitos',
  'second-factor.code-hint':
    'Cada 30 segundos aparece un código nuevo. Cada código se puede usar una sola vez.',
  'second-factor.remember':
    'No pedir un código en este dispositivo durante {days, plural, one {# día} other {# días}}',
  'second-factor.submit': 'Continuar',
  'second-factor.missing': 'Escriba el código que muestra su aplicación de autenticación',
  'second-factor.too-short': 'El código tiene exactamente seis dígitos. Revíselo e inténtelo de nuevo',
  'second-factor.wrong': 'Ese código no es correcto o ya se usó. Espere el siguiente e inténtelo de nuevo',
  'second-factor.wrong-again':
    'Ese código tampoco es correcto. Compruebe que su teléfono ajuste la fecha y la hora automáticamente: si la hora es incorrecta, los códigos no funcionan. Después escriba el código siguiente',
  'second-factor.lost': '¿No tiene su teléfono?',
  'second-factor.lost-body':
    'Use uno de los códigos de recuperación que guardó cuando configuró la aplicación.',
  'second-factor.use-recovery-code': 'Usar un código de recuperación',

  'recovery-code.heading': 'Escriba un código de recuperación',
  'recovery-code.lead':
    'Está iniciando sesión como <b>{user}</b>. Escriba uno de los códigos de recuperación que guardó cuando configuró su aplicación de autenticación para {operator}.',
  'recovery-code.code': 'Código de recuperación',
  'recovery-code.code-hint': '16 letras y números. Cada código se puede usar una sola vez.',
  'recovery-code.missing': 'Escriba uno de sus códigos de recuperación',
  'recovery-code.too-short':
    'Un código de recuperación tiene exactamente 16 letras y números. Revíselo e inténtelo de nuevo',
  'recovery-code.wrong': 'Ese código no es correcto o ya se usó. Pruebe con otro',
  'recovery-code.lost': '¿Tampoco tiene códigos de recuperación?',
  'recovery-code.use-app': 'Usar mi aplicación de autenticación',

  'enrol.heading': 'Configure la verificación en dos pasos',
  'enrol.why-role':
    'Su rol exige la verificación en dos pasos, <b>{user}</b>. Además de su contraseña, escribirá un código de su teléfono. Así se protegen los datos de los pacientes aunque alguien conozca su contraseña.',
  'enrol.why-app':
    '<b>{app}</b> exige la verificación en dos pasos, <b>{user}</b>. Además de su contraseña, escribirá un código de su teléfono. Así se protegen los datos de los pacientes aunque alguien conozca su contraseña.',
  'enrol.why-chosen':
    'Además de su contraseña, <b>{user}</b>, escribirá un código de su teléfono. Así se protegen los datos de los pacientes aunque alguien conozca su contraseña.',
  'enrol.step-app': 'Instale una aplicación de autenticación',
  'enrol.step-app-body':
    'Puede usar cualquiera, como Google Authenticator, Microsoft Authenticator, Authy, 1Password, Bitwarden o Contraseñas de Apple. Si ya tiene una, omita este paso.',
  'enrol.step-key': 'Agregue su cuenta a la aplicación',
  'enrol.step-key-body': 'En la aplicación, elija agregar una cuenta y escanee este código QR.',
  'enrol.picture':
    'Código QR para escanear con una aplicación de autenticación. Contiene la clave que aparece abajo como texto.',
  'enrol.key': '¿No puede escanearla? Escriba esta clave en la aplicación:',
  'enrol.open-in-app': 'Abrir en una aplicación de este dispositivo',
  'enrol.step-code': 'Escriba un código para terminar',
  'enrol.name': 'Nombre de esta aplicación de autenticación',
  'enrol.name-hint': 'Para distinguirla de otras, por ejemplo “Teléfono de recepción”.',
  'enrol.name-default': 'Aplicación de autenticación',
  'enrol.code-hint': 'Escriba el código que la aplicación muestra ahora.',
  'enrol.submit': 'Terminar la configuración',
  'enrol.cancel': 'Cancelar',
  'enrol.code-missing': 'Escriba el código que la aplicación muestra para esta cuenta',
  'enrol.code-wrong':
    'Ese código no coincide. Compruebe que la aplicación muestre esta cuenta y que la hora de su teléfono sea correcta, y escriba el código siguiente',
  'enrol.name-missing': 'Escriba un nombre para esta aplicación de autenticación',
  'enrol.name-too-long': 'Un nombre puede tener como máximo 64 caracteres',

  'copy.copy': 'Copiar',
  'copy.done': 'Copiado',

  'recovery-codes.heading': 'Guarde sus códigos de recuperación',
  'recovery-codes.lead':
    'Si pierde su teléfono, <b>{user}</b>, podrá iniciar sesión con uno de estos códigos. Cada código se puede usar una sola vez. No los volveremos a mostrar.',
  'recovery-codes.of':
    'Códigos de recuperación del ID de usuario {id} en {operator}. Cada código se puede usar una sola vez.',
  'recovery-codes.file': 'codigos-de-recuperacion.txt',
  'recovery-codes.download': 'Descargar',
  'recovery-codes.print': 'Imprimir',
  'recovery-codes.saved': 'Guardé estos códigos en un lugar seguro, no solo en mi teléfono',
  'recovery-codes.unsaved': 'Guarde los códigos en un lugar seguro y luego marque la casilla',
  'recovery-codes.submit': 'Continuar',
};
