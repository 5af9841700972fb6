import type { factors as en } from '../en/factors.ts';

export const factors: Record<keyof typeof en, string> = {
  'second-factor.heading': 'Escriba su código de acceso',
  'second-factor.lead':
    'Está iniciando sesión como <b>{user}</b>. Abra su aplicación de autenticación y escriba el código que muestra para {operator}.',
  'second-factor.code': 'Código de seis cifras',
  'second-factor.code-hint': 'Cada 30 segundos aparece un código nuevo. Cada uno sirve una sola vez.',
  'second-factor.remember':
    'No pedir un código en este dispositivo durante {days, plural, one {# día} other {# días}}',
  'second-factor.submit': 'Continuar',
  'second-factor.missing': 'Escriba el código que muestra su aplicación de autenticación',
  'second-factor.too-short': 'El código tiene exactamente seis cifras. Revíselo e inténtelo de nuevo',
  'second-factor.wrong': 'Ese código no es correcto o ya se usó. Espere al siguiente e inténtelo de nuevo',
  'second-factor.wrong-again':
    'Ese código tampoco es correcto. Compruebe que su celular ajusta la fecha y la hora automáticamente: los códigos de un celular con la hora equivocada no sirven. Después escriba el código siguiente',
  'second-factor.lost': '¿No tiene el teléfono a mano?',
  'second-factor.lost-body':
    'Use uno de los códigos de recuperación que guardó cuando configuró la aplicación.',
  'second-factor.use-recovery-code': 'Usar un código de recuperación',

  'recovery-code.heading': 'Escriba un código de recuperación',
  'recovery-code.lead':
    'Está iniciando sesión como <b>{user}</b>. Escriba uno de los códigos que guardó cuando configuró su aplicación de autenticación para {operator}.',
  'recovery-code.code': 'Código de recuperación',
  'recovery-code.code-hint': '16 letras y cifras. Cada código sirve una sola vez.',
  'recovery-code.missing': 'Escriba uno de sus códigos de recuperación',
  'recovery-code.too-short':
    'Un código de recuperación tiene exactamente 16 letras y cifras. Revíselo e inténtelo de nuevo',
  'recovery-code.wrong': 'Ese código no es correcto o ya se usó. Pruebe con otro',
  'recovery-code.lost': '¿Tampoco tiene códigos de recuperación?',
  'recovery-code.use-app': 'Usar mi aplicación de autenticación',

  'enrol.heading': 'Configure un segundo paso',
  'enrol.why-role':
    'Su función exige un segundo paso al iniciar sesión, <b>{user}</b>: además de la contraseña, un código de su teléfono. Así nadie más llega a los datos de los pacientes, aunque conozca su contraseña.',
  'enrol.why-app':
    '<b>{app}</b> exige un segundo paso al iniciar sesión, <b>{user}</b>: además de la contraseña, un código de su teléfono. Así nadie más llega a los datos de los pacientes, aunque conozca su contraseña.',
  'enrol.why-chosen':
    'Además de su contraseña, <b>{user}</b>, se le pedirá un código de su teléfono. Así nadie más llega a los datos de los pacientes, aunque conozca su contraseña.',
  'enrol.step-app': 'Consiga una aplicación de autenticación',
  'enrol.step-app-body':
    'Google Authenticator, Microsoft Authenticator, Authy, 1Password, Bitwarden o Contraseñas de Apple: sirve cualquiera. Si ya tiene una, omita este paso.',
  'enrol.step-key': 'Añada esta cuenta',
  'enrol.step-key-body': 'En la aplicación, elija añadir una cuenta y escanee esta imagen.',
  'enrol.picture':
    'Imagen para escanear con una aplicación de autenticación. Contiene la clave que figura abajo como texto.',
  'enrol.key': '¿No puede escanearla? Escriba esta clave en la aplicación:',
  'enrol.open-in-app': 'Abrir la clave en una aplicación de este dispositivo',
  'enrol.step-code': 'Compruebe que funciona',
  'enrol.name': 'Nombre de este autenticador',
  'enrol.name-hint': 'Para distinguirlo de otros, por ejemplo «Teléfono de recepción».',
  'enrol.name-default': 'Aplicación de autenticación',
  'enrol.code-hint': 'El código que la aplicación muestra ahora.',
  'enrol.submit': 'Terminar la configuración',
  'enrol.cancel': 'Cancelar',
  'enrol.code-missing': 'Escriba el código que la aplicación muestra para esta cuenta',
  'enrol.code-wrong':
    'Ese código no corresponde a esta clave. Compruebe que la aplicación muestra esta cuenta y que la hora de su teléfono es correcta, y pruebe con el código siguiente',
  'enrol.name-missing': 'Escriba un nombre para este autenticador',
  'enrol.name-too-long': 'Un nombre puede tener como máximo 64 caracteres',

  'copy.copy': 'Copiar',
  'copy.done': 'Copiado',

  'recovery-codes.heading': 'Guarde sus códigos de recuperación',
  'recovery-codes.lead':
    'Si pierde el teléfono, <b>{user}</b>, podrá entrar con uno de estos códigos. Cada uno sirve una sola vez. No se volverán a mostrar.',
  'recovery-codes.of': 'Códigos de recuperación del usuario {id} en {operator}. Cada uno sirve una sola vez.',
  'recovery-codes.file': 'codigos-de-recuperacion.txt',
  'recovery-codes.download': 'Descargar',
  'recovery-codes.print': 'Imprimir',
  'recovery-codes.saved': 'He guardado estos códigos en un lugar seguro, no solo en mi teléfono',
  'recovery-codes.unsaved': 'Guarde los códigos en un lugar seguro y marque la casilla',
  'recovery-codes.submit': 'Continuar',
};
