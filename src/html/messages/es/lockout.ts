import type { lockout as en } from '../en/lockout.ts';

export const lockout: Record<keyof typeof en, string> = {
  'security-check.heading': 'Control de seguridad',
  'security-check.lead':
    'Para evitar que alguien adivine contraseñas, este navegador tiene que hacer un breve cálculo. No tiene que resolver nada. Empieza solo y tarda unos segundos.',
  'security-check.for': 'Está iniciando sesión como <b>{id}</b>.',
  'security-check.for-recovery': 'Está restableciendo la contraseña de <b>{id}</b>.',
  'security-check.again': 'El control no se completó. Inténtelo de nuevo.',
  'security-check.start': 'Iniciar el cálculo',
  'security-check.working': 'Calculando…',
  'security-check.done': 'Control completado',
  'security-check.expired': 'El control venció. Inícielo de nuevo.',
  'security-check.failed':
    'Este navegador no pudo hacer el cálculo. Inícielo de nuevo o use otro navegador. Si eso no ayuda, comuníquese con soporte.',
  'security-check.say-working': 'El cálculo está en marcha. Tarda unos segundos.',
  'security-check.say-done': 'El control se completó. Puede continuar.',
  'security-check.say-waiting': 'El cálculo sigue en marcha. Continuará en cuanto termine.',
  'security-check.continue': 'Continuar',
  'security-check.no-script':
    'Este control necesita JavaScript. Actívelo en su navegador y vuelva a cargar esta página. O espere {minutes, plural, one {# minuto} other {# minutos}} e inicie sesión entonces sin el control. Si necesita ayuda, comuníquese con soporte.',
  'locked.heading': 'El inicio de sesión está bloqueado',
  'locked.why':
    'Hubo varios intentos fallidos de iniciar sesión con este ID de usuario. Para proteger la cuenta, por ahora nadie puede iniciar sesión aquí con él. Nada más ha cambiado.',
  'locked.heading-code': 'Los códigos están bloqueados',
  'locked.why-code':
    'Se escribieron varios códigos incorrectos para este ID de usuario. Para proteger la cuenta, por ahora no aceptamos códigos. Nada más ha cambiado.',
  'locked.until-minutes':
    'Puede intentarlo de nuevo a las <when>{time}</when>, en unos {minutes, plural, one {# minuto} other {# minutos}}.',
  'locked.until-hours':
    'Puede intentarlo de nuevo a las <when>{time}</when>, en unas {hours, plural, one {# hora} other {# horas}}.',
  'locked.now': 'Qué puede hacer ahora',
  'locked.wait': 'El bloqueo termina solo. Puede esperar hasta entonces.',
  'locked.device':
    'Si usted no hizo estos intentos, use un dispositivo en el que ya haya iniciado sesión: ahí sí puede iniciar sesión.',
  'locked.this-device':
    'Los intentos se hicieron en este navegador. Si usted no los hizo, otra persona lo usa.',
  'locked.reset': '¿No recuerda bien su contraseña? Elija una nueva. Así el bloqueo termina de inmediato.',
  'locked.reset-link': 'Restablecer la contraseña',
  'locked.ask': 'Si no puede esperar, o si usted no hizo estos intentos, comuníquese con soporte.',
  'locked.shut-heading': 'Su contraseña ya no funciona aquí',
  'locked.shut-why':
    'Hubo demasiadas contraseñas incorrectas seguidas para este ID de usuario. Para proteger la cuenta, la contraseña ya no funciona en este navegador. Nada más ha cambiado.',
  'locked.shut-heading-code': 'Los códigos ya no funcionan',
  'locked.shut-why-code':
    'Hubo demasiados códigos incorrectos seguidos para este ID de usuario. Para proteger la cuenta, ya no se aceptan códigos de este tipo. Nada más ha cambiado.',
  'locked.shut-reset':
    'Restablezca su contraseña para volver a iniciar sesión en cualquier dispositivo. Elija correo electrónico y abra el enlace que recibirá.',
  'locked.shut-device': 'Todavía puede iniciar sesión en un dispositivo en el que ya haya iniciado sesión.',
  'locked.shut-this-device':
    'Los intentos se hicieron en este dispositivo. Si usted no los hizo, otra persona lo usa.',
  'locked.shut-ask':
    'Si necesita ayuda, o si usted no hizo estos intentos, comuníquese con soporte. Pueden confirmar su identidad y permitirle intentarlo de nuevo.',
  'locked.use-recovery-code': 'Usar un código de recuperación',
  'locked.use-app': 'Usar la aplicación de autenticación',
  'locked.open-link':
    'Abra el enlace del correo electrónico que le enviamos. Funciona aunque los códigos no.',
  'locked.ask-email':
    'Elija correo electrónico en lugar de mensaje de texto. El enlace funciona aunque los códigos no.',
  'locked.back': 'Volver al inicio de sesión',
};
