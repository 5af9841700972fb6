import type { notices as en } from '../en/notices.ts';

export const notices: Record<keyof typeof en, string> = {
  'mail.support': '¿Preguntas? {support}',
  'mail.footer':
    '{operator} envía este correo porque se relaciona con su cuenta. No responda: este buzón no se revisa.',
  'mail.link.copy': 'Si el botón no funciona, copie esta dirección en su navegador:',
  'mail.code.life':
    'El código vence en {minutes, plural, one {# minuto} other {# minutos}} y solo se puede usar una vez.',
  'mail.link.life':
    'El enlace vence en {minutes, plural, one {# minuto} other {# minutos}} y solo se puede usar una vez.',
  'mail.not-you.code':
    'Si no pidió este código, no tiene que hacer nada. No comparta este código. Nunca se lo pediremos.',
  'mail.not-you.link':
    'Si no lo pidió, no tiene que hacer nada. Nada cambia si no se usa el enlace. No lo comparta.',
  'mail.not-you.alarm': 'Si no fue usted, restablezca su contraseña ahora en {link} y avísenos. {support}',
  'mail.not-you.undo':
    'Si no fue usted, presione el botón ahora para deshacer el cambio y cerrar todas las sesiones. Después avísenos. {support}',
  'mail.not-you.factor-reset-held':
    'Si no lo pidió, presione el botón ahora para detenerlo y avísenos. {support}',
  'mail.not-you.user-ids':
    'Si no lo pidió, no tiene que hacer nada. Nadie puede iniciar sesión solo con un ID de usuario.',
  'mail.not-you.activation': 'Si no sabe por qué recibió este correo, no use el enlace y avísenos. {support}',
  'mail.not-you.support-code':
    'Si no está hablando ahora con nuestro equipo de soporte, no comparta este código: es posible que alguien se haga pasar por usted. {support}',
  'mail.undo.button': 'No fui yo: deshacer el cambio',
  'mail.undo.life':
    'Puede deshacerlo con el botón siguiente durante {hours, plural, one {# hora} other {# horas}}.',
  'mail.reset-code.subject': 'Su código para {operator}',
  'mail.reset-code.lead': 'Use este código para restablecer su contraseña de {operator}.',
  'mail.reset-link.subject': 'Restablezca su contraseña de {operator}',
  'mail.reset-link.lead': 'Use este enlace para restablecer su contraseña de {operator}.',
  'mail.reset-link.button': 'Restablecer la contraseña',
  'mail.user-ids.subject': 'Su ID de usuario de {operator}',
  'mail.user-ids.lead':
    '{count, plural, one {Este es el ID de usuario de {operator} con esta dirección:} other {Estos son los ID de usuario de {operator} con esta dirección:}}',
  'mail.user-ids.button': 'Iniciar sesión',
  'mail.activation.subject': 'Configure su cuenta de {operator}',
  'mail.activation.lead':
    'Le damos la bienvenida, {name}. Se creó una cuenta de {operator} para usted. Elija su ID de usuario y su contraseña para empezar.',
  'mail.activation.life': 'El enlace vence el {when} y solo se puede usar una vez.',
  'mail.activation.button': 'Configurar la cuenta',
  'mail.contact-code.subject': 'Confirme su dirección para {operator}',
  'mail.contact-code.lead': 'Use este código para confirmar esta dirección para su cuenta de {operator}.',
  'mail.support-code.subject': 'Su código para el soporte de {operator}',
  'mail.support-code.lead':
    'Lea este código a la persona de soporte de {operator} con quien está hablando. El código confirma su identidad.',
  'mail.password-changed.subject': 'Se cambió su contraseña de {operator}',
  'mail.password-changed.lead':
    'La contraseña de su cuenta de {operator} se cambió el {when}. Se cerraron todas las demás sesiones.',
  'mail.factor-enrolled.subject': 'Aplicación de autenticación agregada a su cuenta de {operator}',
  'mail.factor-enrolled.lead':
    'Se agregó una aplicación de autenticación a su cuenta de {operator} el {when}. Escribirá un código de esa aplicación al iniciar sesión.',
  'mail.factor-removed.subject': 'Aplicación de autenticación eliminada de su cuenta de {operator}',
  'mail.factor-removed.lead':
    'Se eliminó una aplicación de autenticación de su cuenta de {operator} el {when}.',
  'mail.factor-reset-held.subject': 'Se va a eliminar su verificación en dos pasos de {operator}',
  'mail.factor-reset-held.lead':
    'Alguien pidió al soporte de {operator} que elimine la verificación en dos pasos de su cuenta. Se eliminará el {when}.',
  'mail.factor-reset-held.wait':
    'Si fue usted, no tiene que hacer nada. Espere hasta entonces e inicie sesión.',
  'mail.factor-reset-held.button': 'Detenerlo',
  'mail.email-changed.subject': 'Se cambió el correo electrónico de su cuenta de {operator}',
  'mail.email-changed.lead':
    'El correo electrónico de su cuenta de {operator} se cambió el {when}. Desde ahora enviaremos los correos al nuevo.',
  'mail.phone-changed.subject': 'Se cambió el teléfono de su cuenta de {operator}',
  'mail.phone-changed.lead':
    'El teléfono de su cuenta de {operator} se cambió el {when}. Desde ahora enviaremos los mensajes de texto al nuevo.',
  'mail.contact-restored.subject': 'Se deshizo un cambio en su cuenta de {operator}',
  'mail.contact-restored.lead':
    'El {when} se deshizo un cambio del correo electrónico o del teléfono de su cuenta de {operator}, con el enlace que enviamos al anterior. Se cerraron todas las sesiones.',
  'mail.account-compromised.subject': 'Su cuenta de {operator} está protegida',
  'mail.account-compromised.lead':
    'Alguien con una sesión abierta en su cuenta de {operator} reportó un acceso no autorizado el {when}. Se cerraron todas las sesiones y la contraseña ya no funciona.',
  'mail.account-compromised.next': 'Elija una contraseña nueva para iniciar sesión de nuevo.',
  'mail.new-device.subject': 'Un dispositivo nuevo inició sesión en su cuenta de {operator}',
  'mail.new-device.lead':
    'Un dispositivo nuevo inició sesión en su cuenta de {operator} el {when}: {device}.',
  'mail.account-locked.subject-code': 'Se escribieron códigos incorrectos para su cuenta de {operator}',
  'mail.account-locked.subject-support-code':
    'Alguien dio códigos incorrectos a soporte para su cuenta de {operator}',
  'mail.account-locked.subject': 'Su cuenta de {operator} está bloqueada por un tiempo',
  'mail.account-locked.lead-password':
    'Alguien escribió contraseñas incorrectas para su cuenta de {operator}, la última vez el {when}.',
  'mail.account-locked.lead-totp':
    'Alguien escribió códigos incorrectos de una aplicación de autenticación para su cuenta de {operator}, la última vez el {when}. Antes escribió su contraseña o usó un mensaje enviado a usted.',
  'mail.account-locked.lead-recovery-code':
    'Alguien escribió códigos de recuperación incorrectos para su cuenta de {operator}, la última vez el {when}. Antes escribió su contraseña o usó un mensaje enviado a usted.',
  'mail.account-locked.lead-support-code':
    'Alguien que se comunicó con nuestro equipo de soporte sobre su cuenta de {operator} dio códigos incorrectos, la última vez el {when}. Si no fue usted, es posible que alguien se haga pasar por usted.',
  'mail.account-locked.lead-contact-code':
    'Alguien que inició sesión en su cuenta de {operator} escribió códigos incorrectos para un nuevo correo electrónico o teléfono, la última vez el {when}.',
  'mail.account-locked.lead-sent-code':
    'Alguien intentó restablecer la contraseña de su cuenta de {operator} y escribió códigos incorrectos, la última vez el {when}.',
  'mail.account-locked.wait-support-code':
    'Nuestro equipo de soporte no acepta códigos para su cuenta durante {minutes, plural, one {# minuto} other {# minutos}}. Nada más ha cambiado: puede iniciar sesión y restablecer su contraseña como siempre.',
  'mail.account-locked.wait-sent-code':
    'No aceptamos códigos durante {minutes, plural, one {# minuto} other {# minutos}}. El enlace de nuestros correos funciona, y su contraseña también.',
  'mail.account-locked.wait-contact-code':
    'No aceptamos esos códigos durante {minutes, plural, one {# minuto} other {# minutos}}.',
  'mail.account-locked.wait':
    'El bloqueo termina solo después de {minutes, plural, one {# minuto} other {# minutos}}. Si restablece su contraseña, termina de inmediato.',
  'mail.authenticator-shut.subject': 'Demasiados intentos fallidos en su cuenta de {operator}',
  'mail.authenticator-shut.lead-password':
    'Hubo demasiadas contraseñas incorrectas seguidas para su cuenta de {operator}, la última vez el {when}. Su contraseña ahora solo funciona en dispositivos en los que ya inició sesión.',
  'mail.authenticator-shut.lead-device':
    'Hubo demasiadas contraseñas incorrectas seguidas para su cuenta de {operator} en uno de sus dispositivos, la última vez el {when}. Su contraseña ya no funciona en ese dispositivo.',
  'mail.authenticator-shut.lead-totp':
    'Hubo demasiados códigos incorrectos seguidos para su cuenta de {operator}, la última vez el {when}. Los códigos de su aplicación de autenticación ya no funcionan.',
  'mail.authenticator-shut.lead-recovery-code':
    'Hubo demasiados códigos de recuperación incorrectos seguidos para su cuenta de {operator}, la última vez el {when}. Sus códigos de recuperación ya no funcionan.',
  'mail.authenticator-shut.lead-support-code':
    'Hubo demasiados códigos incorrectos seguidos en llamadas a nuestro equipo de soporte sobre su cuenta de {operator}, la última vez el {when}. Nuestro equipo de soporte ya no acepta códigos para su cuenta. Usted puede iniciar sesión como siempre.',
  'mail.authenticator-shut.lead-contact-code':
    'Hubo demasiados códigos incorrectos seguidos para un nuevo correo electrónico o teléfono de su cuenta de {operator}, la última vez el {when}. Esos códigos ya no funcionan.',
  'mail.authenticator-shut.lead-sent-code':
    'Hubo demasiados códigos incorrectos seguidos para restablecer la contraseña de su cuenta de {operator}, la última vez el {when}. Los códigos enviados por correo electrónico o mensaje de texto ya no funcionan. Su contraseña sigue funcionando.',
  'mail.authenticator-shut.next-password':
    'Para iniciar sesión en otro dispositivo, restablezca su contraseña: elija correo electrónico y abra el enlace que recibirá.',
  'mail.authenticator-shut.next-device':
    'Para volver a iniciar sesión ahí, inicie sesión en otro de sus dispositivos o restablezca su contraseña.',
  'mail.authenticator-shut.next-totp': 'Use uno de sus códigos de recuperación o comuníquese con {support}.',
  'mail.authenticator-shut.next-sent-code':
    'Para restablecer su contraseña, elija correo electrónico y abra el enlace que recibirá.',
  'mail.authenticator-shut.next': 'Comuníquese con {support} para cambiarlo.',
  'sms.reset-code':
    '{operator}: {code} es su código para restablecer su contraseña. Vence en {minutes} min. No lo comparta. Nunca se lo pediremos.',
  'sms.reset-link':
    '{operator}: restablezca su contraseña antes de {minutes} min: {link} ¿No fue usted? No tiene que hacer nada.',
  'sms.user-ids':
    '{operator}: {count, plural, one {su ID de usuario es} other {sus ID de usuario son}} {users}. Inicie sesión: {link}',
  'sms.activation': '{operator}: configure su cuenta: {link}',
  'sms.contact-code':
    '{operator}: {code} es su código para confirmar este número. Vence en {minutes} min. No lo comparta. Nunca se lo pediremos.',
  'sms.support-code':
    '{operator}: {code} es su código para nuestro equipo de soporte. Vence en {minutes} min. ¿No está hablando con nosotros? No lo comparta.',
  'sms.password-changed': '{operator}: se cambió su contraseña. ¿No fue usted? Restablézcala ahora: {link}',
  'sms.factor-enrolled':
    '{operator}: se agregó una aplicación de autenticación a su cuenta. ¿No fue usted? Restablezca su contraseña ahora: {link}',
  'sms.factor-removed':
    '{operator}: se eliminó una aplicación de autenticación de su cuenta. ¿No fue usted? Restablezca su contraseña ahora: {link}',
  'sms.factor-reset-held':
    '{operator}: se eliminará la verificación en dos pasos de su cuenta el {when}. ¿No fue usted? Deténgalo: {link}',
  'sms.email-changed':
    '{operator}: se cambió su correo electrónico. ¿No fue usted? Deshágalo antes de {hours} h: {link}',
  'sms.phone-changed':
    '{operator}: se cambió su teléfono. ¿No fue usted? Deshágalo antes de {hours} h: {link}',
  'sms.contact-restored':
    '{operator}: se deshizo un cambio de sus datos de contacto. ¿No fue usted? Restablezca su contraseña ahora: {link}',
  'sms.account-compromised':
    '{operator}: se cerraron todas las sesiones de su cuenta y su contraseña ya no funciona. Elija una nueva: {link}',
  'sms.new-device':
    '{operator}: un dispositivo nuevo inició sesión en su cuenta. ¿No fue usted? Restablezca su contraseña ahora: {link}',
  'sms.account-locked':
    '{operator}: su cuenta se bloqueó {minutes} min por demasiadas contraseñas incorrectas. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.account-locked-code':
    '{operator}: se escribieron códigos incorrectos para su cuenta. No se aceptan códigos durante {minutes} min. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.account-locked-support-code':
    '{operator}: alguien dio a nuestro equipo de soporte códigos incorrectos de su cuenta. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.authenticator-shut':
    '{operator}: tras demasiadas contraseñas incorrectas seguidas, la suya ya no funciona en algunos dispositivos. ¿No fue usted? Restablézcala: {link}',
  'sms.authenticator-shut-code':
    '{operator}: tras demasiados códigos incorrectos seguidos, los códigos ya no funcionan. ¿No fue usted? Restablezca su contraseña: {link}',

  'outbox.heading': 'Correos y mensajes de texto de la demostración',
  'outbox.lead':
    'La demostración no envía nada. Aquí están los mensajes que enviaría, del más nuevo al más antiguo.',
  'outbox.empty': 'Todavía no hay mensajes.',
};
