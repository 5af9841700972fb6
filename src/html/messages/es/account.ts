import type { account as en } from '../en/account.ts';

export const account: Record<keyof typeof en, string> = {
  'account-second-factor.heading': 'Segundo paso al iniciar sesión',
  'account-second-factor.lead':
    'Además de la contraseña, un código de una aplicación de autenticación. Quien solo conozca su contraseña no podrá entrar.',
  'account-second-factor.enrolled': 'El autenticador está configurado.',
  'account-second-factor.renamed': 'El nombre se ha cambiado.',
  'account-second-factor.removed': 'El autenticador se ha eliminado.',
  'account-second-factor.forgotten': 'Olvidado: allí se volverá a pedir un código.',
  'account-second-factor.authenticators': 'Aplicaciones de autenticación',
  'account-second-factor.none':
    'No ha configurado ninguna aplicación de autenticación. Lleva unos dos minutos.',
  'account-second-factor.set-up': 'Configurar una aplicación de autenticación',
  'account-second-factor.add': 'Añadir otra',
  'account-second-factor.full': 'Tiene tantas como puede tener una cuenta. Elimine una para añadir otra.',
  'account-second-factor.added': 'Añadida',
  'account-second-factor.last-used': 'Último uso',
  'account-second-factor.never-used': 'Sin usar todavía',
  'account-second-factor.rename': 'Cambiar el nombre',
  'account-second-factor.rename-it': 'Cambiar el nombre de {name}',
  'account-second-factor.rename-submit': 'Guardar el nombre',
  'account-second-factor.remove': 'Eliminar',
  'account-second-factor.remove-it': 'Eliminar {name}',
  'account-second-factor.remove-what':
    'Sus códigos dejan de servir, se olvidan todos los dispositivos recordados y se cierra su sesión en todas partes: {count, plural, one {se cierra # sesión} other {se cierran # sesiones}}, incluida esta.',
  'account-second-factor.remove-last':
    'Es el único que tiene: bastará con su contraseña para entrar, y sus códigos de recuperación tampoco servirán. Donde se exija un segundo paso, configurará uno nuevo al iniciar sesión.',
  'account-second-factor.remove-submit': 'Eliminar {name}',
  'account-second-factor.codes': 'Códigos de recuperación',
  'account-second-factor.codes-left':
    '{count, plural, =0 {No le quedan códigos de recuperación.} one {Le queda # código de recuperación.} other {Le quedan # códigos de recuperación.}}',
  'account-second-factor.codes-few': 'Cree otros antes de necesitarlos.',
  'account-second-factor.regenerate': 'Crear códigos de recuperación nuevos',
  'account-second-factor.regenerate-what':
    'Recibirá diez códigos nuevos. Los que tiene ahora dejarán de servir al instante.',
  'account-second-factor.devices': 'Dispositivos recordados',
  'account-second-factor.devices-lead': 'En estos no se le pide un código. Olvide los que no reconozca.',
  'account-second-factor.device': '{browser} en {system}',
  'account-second-factor.device-unknown': 'Un navegador',
  'account-second-factor.since': 'Recordado desde',
  'account-second-factor.until': 'Hasta',
  'account-second-factor.forget': 'Olvidar',
  'account-second-factor.forget-it': 'Olvidar {name}',
  'account-second-factor.forget-all': 'Olvidar los {count} dispositivos',
};
