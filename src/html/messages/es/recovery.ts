import type { recovery as en } from '../en/recovery.ts';

export const recovery: Record<keyof typeof en, string> = {
  'recover.heading': 'Restablezca su contraseña',
  'recover.lead':
    'Escriba su ID de usuario y elija cómo recibir un código. Lo enviaremos al correo electrónico o al número registrado.',
  'recover.lead-email': 'Escriba su ID de usuario. Enviaremos un código al correo electrónico registrado.',
  'recover.lead-sms': 'Escriba su ID de usuario. Enviaremos un código al número de celular registrado.',
  'recover.channel': 'Enviar el código por',
  'recover.channel-email': 'Correo electrónico',
  'recover.channel-sms': 'Mensaje de texto',
  'recover.submit': 'Enviar el código',
  'recover.user-id-missing': 'Escriba su ID de usuario',
  'recover.channel-missing': 'Elija cómo recibir el código',
  'recover.closed-heading': 'En este momento no puede restablecer su contraseña',
  'recover.closed': 'En este momento no podemos enviar mensajes. Nada ha cambiado en su cuenta.',
  'recover.back': 'Volver al inicio de sesión',

  'recover.code-heading': 'Escriba el código',
  'recover.code-lead-email':
    'Si el ID de usuario <b>{user}</b> tiene un correo electrónico registrado, le enviamos un código. Puede tardar un minuto en llegar. Revise también la carpeta de correo no deseado.',
  'recover.code-lead-sms':
    'Si el ID de usuario <b>{user}</b> tiene un número de celular registrado, le enviamos un código. Puede tardar un minuto en llegar.',
  'recover.code': 'Código de seis dígitos',
  'recover.code-hint':
    'Vence en {minutes, plural, one {# minuto} other {# minutos}} y solo se puede usar una vez.',
  'recover.code-hint-email':
    'Vence en {minutes, plural, one {# minuto} other {# minutos}} y solo se puede usar una vez. También puede usar el enlace del correo, en cualquier dispositivo.',
  'recover.code-submit': 'Continuar',
  'recover.code-missing': 'Escriba el código del mensaje',
  'recover.code-too-short': 'El código tiene exactamente seis dígitos. Revíselo e inténtelo de nuevo',
  'recover.code-wrong':
    'Ese código no es correcto. Revise los seis dígitos e inténtelo de nuevo, o pida otro código',
  'recover.code-earlier': 'Ese código es de un mensaje anterior. Escriba el código del mensaje más reciente',
  'recover.code-expired': 'Ese código venció. Pida otro código',
  'recover.resend-heading': '¿No lo recibió?',
  'recover.resend-body':
    'Revise su ID de usuario: se distinguen mayúsculas y minúsculas. Solo enviamos códigos a un correo electrónico o número registrado.',
  'recover.resend-other-email': 'Si su correo electrónico cambió, empiece de nuevo y elija mensaje de texto.',
  'recover.resend-other-sms':
    'Si no hay un número de celular registrado, empiece de nuevo y elija correo electrónico.',
  'recover.resend': 'Enviar otro código',
  'recover.resend-wait': 'Puede pedir otro código en {seconds, plural, one {# segundo} other {# segundos}}.',
  'recover.resend-now': 'Ya puede pedir otro código.',
  'recover.resent':
    'Si podemos comunicarnos con usted, otro código está en camino. Use el código del mensaje más reciente.',
  'recover.resend-early': 'Espere un momento antes de pedir otro código',
  'recover.start-over': 'Empezar de nuevo',
  'recover.help':
    'Si su dirección o número cambió, o nunca lo confirmó, soporte puede confirmar su identidad y actualizarlo.',

  'recover.factor-heading': 'Escriba el código de su aplicación de autenticación',
  'recover.factor-lead':
    '<b>{user}</b> usa la verificación en dos pasos, y una contraseña nueva no la reemplaza. Abra su aplicación de autenticación y escriba el código que muestra para {operator}. No es el código que le enviamos.',
  'recover.factor-lead-recovery':
    '<b>{user}</b> usa la verificación en dos pasos, y una contraseña nueva no la reemplaza. Escriba uno de los códigos de recuperación que guardó cuando configuró su aplicación de autenticación para {operator}.',
  'recover.factor-lost':
    '¿No tiene la aplicación ni un código de recuperación? Soporte puede confirmar su identidad y ayudarle a iniciar sesión de nuevo.',

  'recover.done-heading': 'Se cambió su contraseña',
  'recover.done-lead':
    'Se cerró la sesión de su cuenta en todos los dispositivos y aplicaciones. Ahora inicie sesión con la contraseña nueva.',
  'recover.done-notice': 'También le enviamos un mensaje que confirma el cambio.',
  'recover.done-sign-in': 'Iniciar sesión',
  'recover.done-app': 'Iniciar sesión en {app}',

  'recover.dead-heading': 'Empiece de nuevo',
  'recover.dead-lead':
    'Este enlace o esta página ya no funciona: ya se usó, venció o está incompleto. No se cambió nada.',
  'recover.dead-way-on': 'Empezar de nuevo',

  'recover-user-id.heading': 'Encuentre su ID de usuario',
  'recover-user-id.lead': 'Escriba sus datos de contacto registrados. Enviaremos ahí su ID de usuario.',
  'recover-user-id.contact': 'Correo electrónico o número de celular',
  'recover-user-id.contact-email': 'Correo electrónico',
  'recover-user-id.contact-sms': 'Número de celular',
  'recover-user-id.contact-hint': 'Tal como está registrado, por ejemplo ana@example.org o 202-555-0143.',
  'recover-user-id.contact-hint-email': 'Tal como está registrado, por ejemplo ana@example.org.',
  'recover-user-id.contact-hint-sms': 'Tal como está registrado, por ejemplo 202-555-0143.',
  'recover-user-id.submit': 'Enviar mi ID de usuario',
  'recover-user-id.missing': 'Escriba un correo electrónico o un número de celular',
  'recover-user-id.missing-email': 'Escriba un correo electrónico',
  'recover-user-id.missing-sms': 'Escriba un número de celular',
  'recover-user-id.wrong':
    'Eso no es un correo electrónico ni un número de teléfono. Revíselo e inténtelo de nuevo',
  'recover-user-id.wrong-email': 'Eso no es un correo electrónico. Revíselo e inténtelo de nuevo',
  'recover-user-id.wrong-sms': 'Eso no es un número de teléfono. Revíselo e inténtelo de nuevo',
  'recover-user-id.extension':
    'No podemos enviar mensajes a un número con extensión. Escriba un número de celular sin extensión',
  'recover-user-id.sent-heading': 'Revise sus mensajes',
  'recover-user-id.sent-lead':
    'Si alguna cuenta tiene registrado este correo electrónico o número, enviamos un mensaje con su ID de usuario. Puede tardar un minuto en llegar.',
  'recover-user-id.sent-nothing':
    '¿No lo recibió? Revise la carpeta de correo no deseado. Quizás tenemos registrada otra dirección: pruebe con otra o comuníquese con soporte.',
  'recover-user-id.again': 'Probar otra dirección',
};
