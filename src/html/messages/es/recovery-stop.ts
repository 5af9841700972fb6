import type { recoveryStop as en } from '../en/recovery-stop.ts';

export const recoveryStop: Record<keyof typeof en, string> = {
  'stop-reset.heading': '¿Detener el restablecimiento de la verificación en dos pasos?',
  'stop-reset.lead':
    'Alguien pidió a nuestro equipo de soporte que elimine la verificación en dos pasos de su cuenta: su aplicación de autenticación y sus códigos de recuperación. Se eliminará el <when>{at}</when>, o antes si nuestro equipo de soporte lo aprueba.',
  'stop-reset.what':
    'Si no fue usted, deténgalo ahora. Su aplicación de autenticación seguirá funcionando y, por un tiempo, nadie podrá pedirlo de nuevo.',
  'stop-reset.submit': 'Detener el restablecimiento',
  'stop-reset.wanted': 'Si fue usted, cierre esta página. No tiene que hacer nada.',
  'stop-reset-done.heading': 'Se detuvo el restablecimiento',
  'stop-reset-done.lead':
    'La verificación en dos pasos sigue activada. La persona que lo pidió quizás conozca su contraseña. Si tiene dudas, cámbiela.',
  'stop-reset-late.heading': 'El restablecimiento ya se hizo',
  'stop-reset-late.lead':
    'Se eliminó la verificación en dos pasos y se cerraron todas sus sesiones, así que ya no puede detenerlo aquí. Su contraseña sigue funcionando.',
  'stop-reset-late.now':
    'Si no fue usted, inicie sesión ahora, cambie su contraseña y configure de nuevo la verificación en dos pasos.',
  'stop-reset-dead.lead':
    'El enlace está incompleto o el restablecimiento ya terminó. Si recibió un mensaje más reciente, use el enlace de ese mensaje. Para ver si la verificación en dos pasos sigue activada, inicie sesión.',
  'stop-reset.ask': 'Si usted no pidió el restablecimiento, avísenos:',
};
