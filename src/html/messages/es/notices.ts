import type { notices as en } from '../en/notices.ts';

export const notices: Record<keyof typeof en, string> = {
  'mail.support': '¿Preguntas? {support}',
  'mail.footer':
    '{operator} envía este correo porque se trata de su cuenta. No responda: nadie lee las respuestas.',
  'mail.link.copy': 'Si el botón no funciona, copie esta dirección en su navegador:',
  'mail.code.life': 'Sirve una sola vez, durante {minutes, plural, one {# minuto} other {# minutos}}.',
  'mail.link.life':
    'El enlace sirve una sola vez, durante {minutes, plural, one {# minuto} other {# minutos}}.',
  'mail.not-you.code':
    'Si no pidió este código, no tiene que hacer nada: sin él no cambia nada. No se lo diga a nadie, sea quien sea.',
  'mail.not-you.link':
    'Si no lo pidió, no tiene que hacer nada: si nadie usa el enlace, no cambia nada. No lo comparta con nadie.',
  'mail.not-you.alarm': 'Si no fue usted, restablezca su contraseña ahora en {link} y avísenos. {support}',
  'mail.not-you.undo':
    'Si no fue usted, pulse el botón ahora: deshace el cambio y cierra todas las sesiones. Después avísenos. {support}',
  'mail.not-you.factor-reset-held':
    'Si no lo pidió, pulse el botón ahora para detenerlo y avísenos. {support}',
  'mail.not-you.user-ids': 'Si no lo pidió, no tiene que hacer nada: con el usuario solo no se puede entrar.',
  'mail.not-you.activation': 'Si no sabe por qué lo recibe, no use el enlace y avísenos. {support}',
  'mail.not-you.support-code':
    'Si no está hablando ahora con nuestro soporte, no le diga este código a nadie: alguien intenta hacerse pasar por usted. {support}',
  'mail.undo.button': 'No fui yo: deshacer',
  'mail.undo.life': 'Durante {hours, plural, one {# hora} other {# horas}} el botón siguiente lo deshace.',
  'mail.reset-code.subject': 'Su código para {operator}',
  'mail.reset-code.lead': 'Este es el código para restablecer su contraseña de {operator}.',
  'mail.reset-link.subject': 'Restablezca su contraseña de {operator}',
  'mail.reset-link.lead': 'Con este enlace restablece su contraseña de {operator}.',
  'mail.reset-link.button': 'Restablecer la contraseña',
  'mail.user-ids.subject': 'Su usuario de {operator}',
  'mail.user-ids.lead':
    '{count, plural, one {Este es el usuario de {operator} que tiene esta dirección:} other {Estos son los usuarios de {operator} que tienen esta dirección:}}',
  'mail.user-ids.button': 'Iniciar sesión',
  'mail.activation.subject': 'Configure su cuenta de {operator}',
  'mail.activation.lead':
    'Le damos la bienvenida, {name}. Se ha creado una cuenta de {operator} para usted. Elija su usuario y su contraseña para empezar.',
  'mail.activation.life': 'El enlace sirve una sola vez, hasta el {when}.',
  'mail.activation.button': 'Configurar la cuenta',
  'mail.contact-code.subject': 'Confirme su dirección para {operator}',
  'mail.contact-code.lead': 'Este es el código que confirma esta dirección para su cuenta de {operator}.',
  'mail.support-code.subject': 'Su código para el soporte de {operator}',
  'mail.support-code.lead':
    'Lea este código a la persona del soporte de {operator} con la que está hablando. Así demuestra que es usted.',
  'mail.password-changed.subject': 'Se cambió su contraseña de {operator}',
  'mail.password-changed.lead':
    'La contraseña de su cuenta de {operator} se cambió el {when}. Se cerraron todas las demás sesiones.',
  'mail.factor-enrolled.subject': 'Se añadió un segundo factor a su cuenta de {operator}',
  'mail.factor-enrolled.lead':
    'Se añadió una aplicación de autenticación a su cuenta de {operator} el {when}. Desde ahora se piden sus códigos al iniciar sesión.',
  'mail.factor-removed.subject': 'Se quitó un segundo factor de su cuenta de {operator}',
  'mail.factor-removed.lead':
    'Se quitó una aplicación de autenticación de su cuenta de {operator} el {when}.',
  'mail.factor-reset-held.subject': 'Su segundo factor de {operator} está a punto de restablecerse',
  'mail.factor-reset-held.lead':
    'Alguien pidió al soporte de {operator} que quite el segundo factor de su cuenta. Se quitará el {when}.',
  'mail.factor-reset-held.wait':
    'Si fue usted, no tiene que hacer nada: espere hasta entonces e inicie sesión.',
  'mail.factor-reset-held.button': 'Detenerlo',
  'mail.email-changed.subject': 'Se cambió el correo electrónico de su cuenta de {operator}',
  'mail.email-changed.lead':
    'El correo electrónico de su cuenta de {operator} se cambió el {when}. Desde ahora los correos van al nuevo.',
  'mail.phone-changed.subject': 'Se cambió el teléfono de su cuenta de {operator}',
  'mail.phone-changed.lead':
    'El teléfono de su cuenta de {operator} se cambió el {when}. Desde ahora los mensajes van al nuevo.',
  'mail.contact-restored.subject': 'Se deshizo un cambio de su cuenta de {operator}',
  'mail.contact-restored.lead':
    'El {when} se deshizo un cambio de la dirección de correo o del número de teléfono de su cuenta de {operator}, con el enlace que se envió a los anteriores. Se cerraron todas las sesiones.',
  'mail.account-compromised.subject': 'Su cuenta de {operator} está protegida',
  'mail.account-compromised.lead':
    'Alguien con la sesión iniciada en su cuenta de {operator} dijo el {when} que otra persona había entrado. Se cerraron todas las sesiones, y la contraseña ya no sirve.',
  'mail.account-compromised.next': 'Elija una contraseña nueva para volver a entrar.',
  'mail.new-device.subject': 'Un dispositivo nuevo inició sesión en su cuenta de {operator}',
  'mail.new-device.lead':
    'Un dispositivo que no habíamos visto antes inició sesión en su cuenta de {operator} el {when}: {device}.',
  'mail.account-locked.subject-code': 'Se escribieron códigos incorrectos para su cuenta de {operator}',
  'mail.account-locked.subject-support-code':
    'Alguien dio códigos incorrectos a nuestro soporte para su cuenta de {operator}',
  'mail.account-locked.subject': 'Su cuenta de {operator} está bloqueada por un tiempo',
  'mail.account-locked.lead-password':
    'Alguien escribió contraseñas incorrectas para su cuenta de {operator}, la última vez el {when}.',
  'mail.account-locked.lead-totp':
    'Alguien escribió códigos incorrectos de una aplicación de autenticación para su cuenta de {operator}, la última vez el {when}. Antes escribió su contraseña o usó un mensaje enviado a usted.',
  'mail.account-locked.lead-recovery-code':
    'Alguien escribió códigos de recuperación incorrectos para su cuenta de {operator}, la última vez el {when}. Antes escribió su contraseña o usó un mensaje enviado a usted.',
  'mail.account-locked.lead-support-code':
    'Alguien que se comunicó con nuestro soporte sobre su cuenta de {operator} dio códigos incorrectos, la última vez el {when}. Si no fue usted, es posible que alguien se haga pasar por usted.',
  'mail.account-locked.lead-contact-code':
    'Alguien que inició sesión en su cuenta de {operator} escribió códigos incorrectos para un nuevo correo electrónico o teléfono, la última vez el {when}.',
  'mail.account-locked.lead-sent-code':
    'Alguien intentó restablecer la contraseña de su cuenta de {operator} y escribió códigos incorrectos, la última vez el {when}.',
  'mail.account-locked.wait-support-code':
    'Nuestro soporte no acepta códigos para su cuenta durante {minutes, plural, one {# minuto} other {# minutos}}. Nada más ha cambiado: puede iniciar sesión y restablecer su contraseña como siempre.',
  'mail.account-locked.wait-sent-code':
    'No se aceptan códigos durante {minutes, plural, one {# minuto} other {# minutos}}. El enlace de nuestros correos funciona de todos modos, y su contraseña también.',
  'mail.account-locked.wait-contact-code':
    'No se aceptan esos códigos durante {minutes, plural, one {# minuto} other {# minutos}}.',
  'mail.account-locked.wait':
    'El bloqueo termina solo después de {minutes, plural, one {# minuto} other {# minutos}}. Restablecer la contraseña lo termina enseguida.',
  'mail.authenticator-shut.subject': 'Demasiados intentos fallidos en su cuenta de {operator}',
  'mail.authenticator-shut.lead-password':
    'Hubo demasiadas contraseñas incorrectas seguidas para su cuenta de {operator}, la última el {when}. Su contraseña ahora solo se acepta en dispositivos en los que ya ha iniciado sesión.',
  'mail.authenticator-shut.lead-device':
    'Hubo demasiadas contraseñas incorrectas seguidas para su cuenta de {operator} en uno de sus dispositivos, la última el {when}. Su contraseña ya no se acepta en ese dispositivo.',
  'mail.authenticator-shut.lead-totp':
    'Hubo demasiados códigos incorrectos seguidos para su cuenta de {operator}, el último el {when}. Ya no se aceptan códigos de su aplicación de autenticación.',
  'mail.authenticator-shut.lead-recovery-code':
    'Hubo demasiados códigos de recuperación incorrectos seguidos para su cuenta de {operator}, el último el {when}. Ya no se aceptan códigos de recuperación.',
  'mail.authenticator-shut.lead-support-code':
    'Hubo demasiados códigos incorrectos seguidos en llamadas a nuestro soporte sobre su cuenta de {operator}, el último el {when}. Nuestro soporte ya no acepta códigos para su cuenta. Usted puede iniciar sesión como siempre.',
  'mail.authenticator-shut.lead-contact-code':
    'Hubo demasiados códigos incorrectos seguidos para un nuevo correo electrónico o teléfono de su cuenta de {operator}, el último el {when}. Esos códigos ya no se aceptan.',
  'mail.authenticator-shut.lead-sent-code':
    'Hubo demasiados códigos incorrectos seguidos para restablecer la contraseña de su cuenta de {operator}, el último el {when}. Ya no se aceptan códigos enviados por correo electrónico o mensaje de texto. Su contraseña sigue funcionando.',
  'mail.authenticator-shut.next-password':
    'Para iniciar sesión en otro dispositivo, restablezca su contraseña y abra el enlace del correo electrónico.',
  'mail.authenticator-shut.next-device':
    'Para volver a iniciar sesión ahí, inicie sesión en otro de sus dispositivos o restablezca su contraseña.',
  'mail.authenticator-shut.next-totp': 'Use uno de sus códigos de recuperación o comuníquese con {support}.',
  'mail.authenticator-shut.next-sent-code':
    'Para restablecer su contraseña, pida un correo electrónico y abra el enlace que contiene.',
  'mail.authenticator-shut.next': 'Comuníquese con {support} para cambiarlo.',
  'sms.reset-code':
    '{operator}: {code} es su código para restablecer la contraseña, válido {minutes} min. No se lo diga a nadie.',
  'sms.reset-link':
    '{operator}: restablezca su contraseña antes de {minutes} min: {link} ¿No fue usted? No haga nada.',
  'sms.user-ids':
    '{operator}: {count, plural, one {su usuario es} other {sus usuarios son}} {users}. Inicie sesión: {link}',
  'sms.activation': '{operator}: configure su cuenta: {link}',
  'sms.contact-code': '{operator}: {code} confirma este número, válido {minutes} min. No se lo diga a nadie.',
  'sms.support-code':
    '{operator}: {code} es el código para nuestro soporte, válido {minutes} min. ¿No habla ahora con nosotros? No se lo diga a nadie.',
  'sms.password-changed': '{operator}: se cambió su contraseña. ¿No fue usted? Restablézcala ya: {link}',
  'sms.factor-enrolled':
    '{operator}: se añadió un segundo factor a su cuenta. ¿No fue usted? Restablezca su contraseña ya: {link}',
  'sms.factor-removed':
    '{operator}: se quitó un segundo factor de su cuenta. ¿No fue usted? Restablezca su contraseña ya: {link}',
  'sms.factor-reset-held':
    '{operator}: su segundo factor se quitará el {when}. ¿No fue usted? Deténgalo: {link}',
  'sms.email-changed':
    '{operator}: se cambió su correo electrónico. ¿No fue usted? Deshágalo antes de {hours} h: {link}',
  'sms.phone-changed':
    '{operator}: se cambió su teléfono. ¿No fue usted? Deshágalo antes de {hours} h: {link}',
  'sms.contact-restored':
    '{operator}: se deshizo un cambio de su dirección. ¿No fue usted? Restablezca su contraseña ya: {link}',
  'sms.account-compromised':
    '{operator}: se cerraron todas las sesiones de su cuenta y su contraseña ya no sirve. Elija una nueva: {link}',
  'sms.new-device':
    '{operator}: un dispositivo nuevo inició sesión en su cuenta. ¿No fue usted? Restablezca su contraseña ya: {link}',
  'sms.account-locked':
    '{operator}: unas contraseñas incorrectas bloquearon su cuenta {minutes} min. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.account-locked-code':
    '{operator}: se escribieron códigos incorrectos para su cuenta; no se acepta ninguno en {minutes} min. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.account-locked-support-code':
    '{operator}: alguien dio a nuestro soporte códigos incorrectos de su cuenta. ¿No fue usted? Restablezca su contraseña: {link}',
  'sms.authenticator-shut':
    '{operator}: demasiadas contraseñas incorrectas seguidas; la suya no se acepta en algunos dispositivos. ¿No fue usted? Restablézcala: {link}',
  'sms.authenticator-shut-code':
    '{operator}: demasiados códigos incorrectos seguidos; ya no se aceptan más. ¿No fue usted? Restablezca su contraseña: {link}',

  'outbox.heading': 'Correos y mensajes de la demostración',
  'outbox.lead': 'No se envía nada: aquí está lo que se enviaría, lo más reciente primero.',
  'outbox.empty': 'Todavía no se ha escrito nada.',
};
