import type { lockout as en } from '../en/lockout.ts';

export const lockout: Record<keyof typeof en, string> = {
  'security-check.heading': 'Control de seguridad',
  'security-check.lead':
    'Para frenar a quien intenta adivinar contraseñas, este navegador tiene que hacer un breve cálculo. No tiene que leer ni marcar imágenes. Empieza solo y tarda unos segundos.',
  'security-check.for': 'Está iniciando sesión como <b>{id}</b>.',
  'security-check.for-recovery': 'Está restableciendo la contraseña de <b>{id}</b>.',
  'security-check.again': 'El control no se completó. Inténtelo de nuevo.',
  'security-check.start': 'Iniciar el cálculo',
  'security-check.working': 'Calculando…',
  'security-check.done': 'Control completado',
  'security-check.expired': 'El control ha caducado. Inícielo de nuevo.',
  'security-check.failed':
    'Este navegador no pudo hacer el cálculo. Inícielo de nuevo o use otro navegador. Si no sirve, contacte con soporte.',
  'security-check.say-working': 'El cálculo está en marcha. Tarda unos segundos.',
  'security-check.say-done': 'El control se ha completado. Puede continuar.',
  'security-check.say-waiting': 'El cálculo sigue en marcha. Continuará en cuanto termine.',
  'security-check.continue': 'Continuar',
  'security-check.no-script':
    'Este control necesita JavaScript. Actívelo en su navegador y vuelva a cargar esta página. O espere {minutes, plural, one {# minuto} other {# minutos}} sin intentarlo e inicie sesión entonces: ya no se pedirá el control. Si necesita ayuda, contacte con soporte.',
  'locked.heading': 'El inicio de sesión está en pausa',
  'locked.why':
    'Hubo varios intentos fallidos de iniciar sesión con este ID de usuario. Para frenar a quien intenta adivinar, el inicio de sesión con él está en pausa. Nada más ha cambiado.',
  'locked.heading-code': 'Los códigos están en pausa',
  'locked.why-code':
    'Se introdujeron varios códigos incorrectos para este ID de usuario. Para frenar a quien intenta adivinar, por ahora no se acepta ningún código. Nada más ha cambiado.',
  'locked.until-minutes':
    'Puede intentarlo de nuevo a las <when>{time}</when>, en unos {minutes, plural, one {# minuto} other {# minutos}}.',
  'locked.until-hours':
    'Puede intentarlo de nuevo a las <when>{time}</when>, en unas {hours, plural, one {# hora} other {# horas}}.',
  'locked.now': 'Qué puede hacer ahora',
  'locked.wait': 'La pausa termina sola: puede esperar hasta entonces.',
  'locked.device':
    'Si los intentos no fueron suyos, use un dispositivo en el que ya haya iniciado sesión: allí la pausa no rige.',
  'locked.this-device':
    'Los intentos se hicieron en este navegador. Si no fueron suyos, otra persona lo usa.',
  'locked.reset': '¿No está seguro de la contraseña? Elija una nueva: eso termina la pausa enseguida.',
  'locked.reset-link': 'Restablecer la contraseña',
  'locked.ask': 'Si no puede esperar, o si los intentos no fueron suyos, contacte con soporte.',
  'locked.shut-heading': 'Su contraseña ya no se acepta aquí',
  'locked.shut-why':
    'Hubo demasiadas contraseñas incorrectas seguidas para este ID de usuario. Para proteger la cuenta, la contraseña ya no se acepta en este navegador. Nada más ha cambiado.',
  'locked.shut-heading-code': 'Ya no se aceptan códigos',
  'locked.shut-why-code':
    'Hubo demasiados códigos incorrectos seguidos para este ID de usuario. Para proteger la cuenta, ya no se aceptan códigos de este tipo. Nada más ha cambiado.',
  'locked.shut-reset':
    'Restablezca su contraseña: así podrá volver a iniciar sesión en cualquier dispositivo. Pida un correo electrónico y abra el enlace que contiene.',
  'locked.shut-device': 'Todavía puede iniciar sesión en un dispositivo en el que ya haya iniciado sesión.',
  'locked.shut-this-device':
    'Los intentos se hicieron en este dispositivo. Si no fueron suyos, otra persona lo usa.',
  'locked.shut-ask':
    'Si necesita ayuda, o si los intentos no fueron suyos, comuníquese con soporte. Pueden confirmar su identidad y permitirle intentarlo de nuevo.',
  'locked.use-recovery-code': 'Usar un código de recuperación',
  'locked.use-app': 'Usar la aplicación de autenticación',
  'locked.open-link':
    'Abra el enlace del correo electrónico que le enviamos: funciona aunque los códigos no se acepten.',
  'locked.ask-email':
    'Pida un correo electrónico en lugar de un mensaje de texto: el enlace funciona aunque los códigos no se acepten.',
  'locked.back': 'Volver al inicio de sesión',
};
