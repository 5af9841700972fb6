import type { recovery as en } from '../en/recovery.ts';

export const recovery: Record<keyof typeof en, string> = {
  'recover.heading': 'Restablezca su contraseña',
  'recover.lead':
    'Díganos su ID de usuario y cómo contactarle. Enviamos un código a la dirección o al número que consta para él.',
  'recover.lead-email':
    'Díganos su ID de usuario. Enviamos un código a la dirección de correo que consta para él.',
  'recover.lead-sms': 'Díganos su ID de usuario. Enviamos un código al número de móvil que consta para él.',
  'recover.channel': 'Enviar el código por',
  'recover.channel-email': 'Correo electrónico',
  'recover.channel-sms': 'Mensaje de texto',
  'recover.submit': 'Enviar el código',
  'recover.user-id-missing': 'Escriba su ID de usuario',
  'recover.channel-missing': 'Elija cómo debemos enviar el código',
  'recover.closed-heading': 'Ahora no se pueden restablecer contraseñas aquí',
  'recover.closed': 'En este momento no se puede enviar ningún mensaje. Nada ha cambiado en su cuenta.',
  'recover.back': 'Volver al inicio de sesión',

  'recover.code-heading': 'Escriba el código',
  'recover.code-lead-email':
    'Si para el ID de usuario <b>{user}</b> consta una dirección de correo, un código va de camino a ella. Puede tardar un minuto y acabar en la carpeta de correo no deseado.',
  'recover.code-lead-sms':
    'Si para el ID de usuario <b>{user}</b> consta un número de móvil, un código va de camino a él. Puede tardar un minuto.',
  'recover.code': 'Código de seis cifras',
  'recover.code-hint': 'Vale durante {minutes, plural, one {# minuto} other {# minutos}}, y una sola vez.',
  'recover.code-hint-email':
    'Vale durante {minutes, plural, one {# minuto} other {# minutos}}, y una sola vez. También puede usar el enlace del correo, en cualquier dispositivo.',
  'recover.code-submit': 'Continuar',
  'recover.code-missing': 'Escriba el código del mensaje',
  'recover.code-too-short': 'El código tiene exactamente seis cifras. Revíselo e inténtelo de nuevo',
  'recover.code-wrong':
    'Ese código no es correcto. Revise los seis dígitos e inténtelo de nuevo, o pida que le enviemos otro',
  'recover.code-earlier':
    'Ese código no es correcto: es de un mensaje anterior. Escriba el del mensaje más reciente',
  'recover.code-expired': 'Ese código ha caducado. Pida que le enviemos otro',
  'recover.resend-heading': '¿No ha llegado nada?',
  'recover.resend-body':
    'Revise el ID de usuario: las mayúsculas cuentan. Solo recibe un código una dirección o un número que conste.',
  'recover.resend-other-email': 'Si su dirección es antigua, empiece de nuevo y elija el mensaje de texto.',
  'recover.resend-other-sms': 'Si no consta ningún número de móvil, empiece de nuevo y elija el correo.',
  'recover.resend': 'Enviar otro código',
  'recover.resend-wait':
    'Puede pedir otro código dentro de {seconds, plural, one {# segundo} other {# segundos}}.',
  'recover.resend-now': 'Ya puede pedir otro código.',
  'recover.resent': 'Si se puede enviar, otro código va de camino. Use el del mensaje más reciente.',
  'recover.resend-early': 'Espere un poco antes de pedir otro código',
  'recover.start-over': 'Empezar de nuevo',
  'recover.help':
    'Si su dirección o número cambió, o nunca lo confirmó, soporte puede confirmar su identidad y actualizarlo.',

  'recover.factor-heading': 'Ahora, el código de su aplicación',
  'recover.factor-lead':
    '<b>{user}</b> tiene un segundo paso al iniciar sesión, que una contraseña nueva no sustituye. Abra su aplicación de autenticación y escriba el código que muestra para {operator}. No es el código que le enviamos.',
  'recover.factor-lead-recovery':
    '<b>{user}</b> tiene un segundo paso al iniciar sesión, que una contraseña nueva no sustituye. Escriba uno de los códigos que guardó al configurar su aplicación de autenticación para {operator}.',
  'recover.factor-lost':
    '¿No tiene ni la aplicación ni un código de recuperación? Soporte comprueba que es usted y le ayuda a volver a entrar.',

  'recover.done-heading': 'Su contraseña ha cambiado',
  'recover.done-lead':
    'Se ha cerrado la sesión de su cuenta en todos los dispositivos y aplicaciones. Ahora inicie sesión con la contraseña nueva.',
  'recover.done-notice': 'También recibirá un mensaje que lo confirma, donde podamos contactarle.',
  'recover.done-sign-in': 'Iniciar sesión',
  'recover.done-app': 'Iniciar sesión en {app}',

  'recover.dead-heading': 'Empiece de nuevo',
  'recover.dead-lead':
    'Este enlace o esta página ya no sirve: se usó antes, es demasiado antiguo o no está completo. No ha cambiado nada.',
  'recover.dead-way-on': 'Empezar de nuevo',

  'recover-user-id.heading': 'Encuentre su ID de usuario',
  'recover-user-id.lead': 'Díganos lo que consta para su cuenta. Enviamos allí su ID de usuario.',
  'recover-user-id.contact': 'Dirección de correo o número de móvil',
  'recover-user-id.contact-email': 'Dirección de correo',
  'recover-user-id.contact-sms': 'Número de móvil',
  'recover-user-id.contact-hint': 'Tal como está registrado: ana@example.org, o 202-555-0143.',
  'recover-user-id.contact-hint-email': 'Tal como está registrado: ana@example.org.',
  'recover-user-id.contact-hint-sms': 'Tal como está registrado: 202-555-0143.',
  'recover-user-id.submit': 'Enviar mi ID de usuario',
  'recover-user-id.missing': 'Escriba una dirección de correo o un número de móvil',
  'recover-user-id.missing-email': 'Escriba una dirección de correo',
  'recover-user-id.missing-sms': 'Escriba un número de móvil',
  'recover-user-id.wrong':
    'Eso no es ni una dirección de correo ni un número de teléfono. Revíselo e inténtelo de nuevo',
  'recover-user-id.wrong-email': 'Eso no es una dirección de correo. Revísela e inténtelo de nuevo',
  'recover-user-id.wrong-sms': 'Eso no es un número de teléfono. Revíselo e inténtelo de nuevo',
  'recover-user-id.extension':
    'No podemos enviar mensajes a un número con extensión. Escriba un número de celular sin extensión',
  'recover-user-id.sent-heading': 'Busque nuestro mensaje',
  'recover-user-id.sent-lead':
    'Si alguna cuenta tiene esta dirección o este número, un mensaje con su ID de usuario va de camino. Puede tardar un minuto.',
  'recover-user-id.sent-nothing':
    '¿No ha llegado nada? Quizá conste otra dirección. Mire en el correo no deseado o contacte con soporte.',
  'recover-user-id.again': 'Probar otra dirección',
};
