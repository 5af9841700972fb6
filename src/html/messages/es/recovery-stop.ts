import type { recoveryStop as en } from '../en/recovery-stop.ts';

export const recoveryStop: Record<keyof typeof en, string> = {
  'stop-reset.heading': '¿Detener el restablecimiento de su segundo paso?',
  'stop-reset.lead':
    'Alguien pidió a nuestro soporte que quite el segundo paso de su inicio de sesión: su aplicación de autenticación y sus códigos de recuperación. Se quitará el <when>{at}</when>, o antes si nuestro soporte lo aprueba.',
  'stop-reset.what':
    'Si no fue usted, deténgalo. Su aplicación de autenticación seguirá funcionando y durante un tiempo nadie podrá pedirlo de nuevo.',
  'stop-reset.submit': 'Detener el restablecimiento',
  'stop-reset.wanted': 'Si fue usted, cierre esta página. No tiene que hacer nada.',
  'stop-reset-done.heading': 'El restablecimiento está detenido',
  'stop-reset-done.lead':
    'Su segundo paso sigue como estaba. Quien lo pidió quizá conozca su contraseña: cámbiela si no está seguro.',
  'stop-reset-late.heading': 'El restablecimiento ya se hizo',
  'stop-reset-late.lead':
    'Se quitó su segundo paso y se cerraron todas sus sesiones, así que ya no se puede detener aquí. Su contraseña sigue funcionando.',
  'stop-reset-late.now':
    'Si no fue usted, inicie sesión ahora, cambie su contraseña y configure de nuevo su segundo paso.',
  'stop-reset-dead.lead':
    'No está completo, o aquello para lo que servía ya terminó. Si después recibió un mensaje más reciente, use el enlace de ese. Para ver si se sigue pidiendo su segundo paso, inicie sesión.',
  'stop-reset.ask': 'Si usted no pidió el restablecimiento, avísenos:',
};
