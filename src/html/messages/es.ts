import { catalogue } from './catalogue.ts';
import type { en } from './en.ts';
import { account } from './es/account.ts';
import { admin } from './es/admin.ts';
import { adminStates } from './es/admin-states.ts';
import { factors } from './es/factors.ts';
import { lockout } from './es/lockout.ts';
import { notices } from './es/notices.ts';
import { passwords } from './es/passwords.ts';
import { practice } from './es/practice.ts';
import { recovery } from './es/recovery.ts';
import { recoveryStop } from './es/recovery-stop.ts';

/** The same words in Spanish, for readers in the United States; the type demands every one. */
export const es: Record<keyof typeof en, string> = catalogue(
  {
    'page.title': '{title} – {operator}',
    'page.title-of-error': 'Error: {title} – {operator}',

    'header.label': 'Ayuda y cuenta',
    'header.help': 'Ayuda',
    'footer.support': 'Comuníquese con soporte',
    'footer.privacy': 'Privacidad',
    'footer.accessibility': 'Accesibilidad',

    'alert.heading': 'Hay un problema',

    'password.show': 'Mostrar',
    'password.show-label': 'Mostrar la contraseña',
    'password.shown': 'Su contraseña está visible.',
    'password.hide': 'Ocultar',
    'password.hide-label': 'Ocultar la contraseña',
    'password.hidden': 'Su contraseña está oculta.',
    'password.caps-lock': 'Bloq Mayús está activado.',

    'notice.label': 'Aviso de servicio',
    'notice.dismiss': 'Cerrar',

    'sign-in.remember': 'Recordar mi ID de usuario en este dispositivo',
    'sign-in.public': 'Esta es una computadora compartida o pública',
    'sign-in.heading': 'Iniciar sesión',
    'sign-in.lead': 'para continuar en <b>{app}</b>. Inicie sesión una vez para usar todas sus herramientas.',
    'sign-in.lead-launcher': 'Inicie sesión una vez para usar todas sus herramientas.',
    'sign-in.displaced':
      'Se cerró su sesión aquí porque inició sesión en otro dispositivo. Puede tener la sesión abierta en {count, plural, one {# dispositivo} other {# dispositivos}} a la vez.',
    'sign-in.user-id': 'ID de usuario',
    'sign-in.user-id-hint': 'Escríbalo tal como lo creó. Se distinguen mayúsculas y minúsculas.',
    'sign-in.password': 'Contraseña',
    'sign-in.submit': 'Iniciar sesión',
    'sign-in.forgot-password': '¿Olvidó su contraseña?',
    'sign-in.forgot-user-id': '¿Olvidó su ID de usuario?',
    'sign-in.incorrect': 'El ID de usuario o la contraseña no son correctos',
    'sign-in.missing': 'Escriba su ID de usuario y su contraseña',

    'continue.heading': '¿Continuar en {app}?',
    'continue.lead':
      'Inició sesión como <b>{user}</b>. La aplicación {app} de este dispositivo quiere usar esa sesión.',
    'continue.warning': 'Si usted no acaba de abrir {app}, cierre esta página.',
    'continue.submit': 'Continuar en la aplicación',

    'prove-contact.heading-email': 'Confirme su correo electrónico',
    'prove-contact.heading-sms': 'Confirme su número de teléfono',
    'prove-contact.lead':
      'Tenemos <b>{to}</b> registrado en su cuenta. Confírmelo con un código, para poder ayudarle si olvida su contraseña.',
    'prove-contact.lead-sent': 'Enviamos un código a <b>{to}</b>. Puede tardar un minuto en llegar.',
    'prove-contact.send': 'Enviarme un código',
    'prove-contact.code': 'Código de seis dígitos',
    'prove-contact.code-hint':
      'Vence en {minutes, plural, one {# minuto} other {# minutos}} y solo se puede usar una vez.',
    'prove-contact.confirm': 'Confirmar',
    'prove-contact.resend': 'Enviar otro código',
    'prove-contact.later': 'Ahora no',
    'prove-contact.other': '¿Es incorrecto o ya no lo usa? Elija Ahora no y cámbielo después en Su cuenta.',
    'prove-contact.wrong': 'Ese código no coincide. Escriba el último que enviamos',
    'prove-contact.code-missing': 'Escriba el código que enviamos',
    'prove-contact.code-short': 'El código tiene seis dígitos. Escríbalos todos',
    'prove-contact.wait': 'Enviamos un código hace menos de un minuto. Espere un momento y vuelva a pedirlo',
    'prove-contact.many': 'Pidió demasiados códigos. Elija Ahora no e inténtelo de nuevo en una hora',

    'switch-user': '¿No es usted? Iniciar sesión con otro usuario',

    'access-denied.heading': 'No tiene acceso a {app}',
    'access-denied.why':
      'Inició sesión como <b>{user}</b> ({id}). {app} es para personas con el rol de {roles}, y su cuenta no lo tiene.',
    'access-denied.ask':
      'Pida ese rol al administrador de su consultorio. Si ya lo tiene y aún ve esta página, comuníquese con soporte.',
    'access-denied.return': 'Volver a {app}',

    'role.practice-administrator': 'administrador del consultorio',
    'role.clinician': 'profesional clínico',
    'role.biller': 'facturador',
    'role.staff': 'personal',
    'role.operator': 'operador',
    'role.security-analyst': 'analista de seguridad',
    'role.support': 'soporte',

    'consent.heading': '¿Permitir que {app} vea sus datos?',
    'consent.lead': '<b>{app}</b> no es una de nuestras aplicaciones. Pide estos datos de <b>{user}</b>:',
    'consent.allow': 'Permitir',
    'consent.refuse': 'No permitir',

    'scope.openid': 'el identificador de su cuenta',
    'scope.profile': 'su nombre y su ID de usuario',
    'scope.email': 'su correo electrónico',
    'scope.phone': 'su número de teléfono',
    'scope.practice': 'sus consultorios y su rol en cada uno',
    'scope.offline_access': 'permiso para seguir conectada cuando usted no tenga una sesión abierta aquí',

    'sign-out.heading': '¿Cerrar sesión?',
    'sign-out.lead': 'Se cerrará la sesión de todas sus herramientas en este navegador.',
    'sign-out.lead-app':
      'Se cerrará la sesión de <b>{app}</b> y de todas sus demás herramientas en este navegador.',
    'sign-out.submit': 'Cerrar sesión',
    'sign-out.stay': 'No cerrar sesión',

    'signed-out.heading': 'Cerró sesión',
    'signed-out.lead': 'Se cerró la sesión de todas sus herramientas en este navegador.',
    'signed-out.lead-app':
      'Se cerró la sesión de <b>{app}</b> y de todas sus demás herramientas en este navegador.',
    'signed-out.shared': 'En una computadora compartida, cierre también el navegador.',
    'signed-out.again': 'Iniciar sesión de nuevo',
    'signed-out.return': 'Volver a {app}',
    'signed-out.return-unnamed': 'Volver a la aplicación',

    'launcher.heading': 'Sus aplicaciones',
    'launcher.lead': 'Tiene la sesión abierta en todas.',
    'signed-in.as': 'Inició sesión como',
    'signed-in.sign-out': 'Cerrar sesión',
    'launcher.account': 'Su cuenta',
    'launcher.account-open': 'Perfil, contraseña, verificación en dos pasos y sesiones',
    'launcher.empty': 'Todavía no hay aplicaciones',
    'launcher.empty-body':
      'Su cuenta todavía no tiene acceso a ninguna aplicación. Pregunte al administrador de su consultorio o comuníquese con soporte.',

    'activate.heading': 'Configure su cuenta',
    'activate.lead':
      'Le damos la bienvenida, <b>{user}</b>. Elija el ID de usuario y la contraseña con los que iniciará sesión.',
    'activate.user-id-hint':
      'Hasta 64 caracteres, sin espacios. Al iniciar sesión se distinguen mayúsculas y minúsculas.',
    'activate.submit': 'Configurar la cuenta',
    'activate.user-id-missing': 'Escriba el ID de usuario que desea',
    'activate.user-id-wrong': 'Un ID de usuario tiene hasta 64 caracteres y ningún espacio',
    'activate.user-id-reserved': 'Este ID de usuario no está disponible. Elija otro',
    'activate.user-id-taken': 'Este ID de usuario ya está en uso, quizás con otras mayúsculas. Elija otro',

    'activated.heading': 'Su cuenta está lista',
    'activated.lead': 'Ahora inicie sesión con su nuevo ID de usuario y su contraseña.',
    'activated.sign-in': 'Iniciar sesión',

    'link-dead.heading': 'Este enlace no funciona',
    'link-dead.lead':
      'Ya se usó, venció o está incompleto, o su navegador bloquea las cookies de este sitio. Si ya configuró su cuenta, inicie sesión. Si las cookies están bloqueadas, permítalas y abra el enlace otra vez.',
    'link-dead.ask': 'Para recibir otro enlace, pídalo a la persona que le invitó o comuníquese con soporte:',

    'form-post.heading': 'Le llevamos a {app}',
    'form-post.heading-unnamed': 'Le llevamos a la aplicación',
    'form-post.body': 'Tarda un momento. Si no pasa nada, presione Continuar.',
    'form-post.submit': 'Continuar',

    'error.back-to-app': 'Ir a {app}',
    'error.ask': '¿Necesita ayuda?',
    'error.ask-body': 'Comuníquese con soporte e indique la referencia siguiente.',
    'error.code': 'Error',
    'error.id': 'Referencia',

    'error.bad-request.title': 'No pudimos leer la solicitud',
    'error.bad-request.body':
      'Faltaba una parte de la dirección o del formulario, o no era válida. No se cambió nada. Empiece de nuevo y use los botones de la página.',
    'error.bad-request.way-on': 'Ir a sus aplicaciones',

    'error.not-found.title': 'Página no encontrada',
    'error.not-found.body': 'No hay ninguna página en esta dirección. Revísela o vaya a sus aplicaciones.',
    'error.not-found.way-on': 'Ir a sus aplicaciones',

    'error.method-not-allowed.title': 'No puede abrir esta dirección directamente',
    'error.method-not-allowed.body':
      'Solo acepta datos enviados desde un formulario. Vaya a sus aplicaciones.',
    'error.method-not-allowed.way-on': 'Ir a sus aplicaciones',

    'error.payload-too-large.title': 'El formulario es demasiado largo',
    'error.payload-too-large.body':
      'Envió más de lo que admite esta página. No se cambió nada. Acórtelo e inténtelo de nuevo.',
    'error.payload-too-large.way-on': 'Ir a sus aplicaciones',

    'error.request-timeout.title': 'La solicitud tardó demasiado',
    'error.request-timeout.body':
      'Su conexión fue muy lenta o se interrumpió. No se cambió nada. Revise su conexión e inténtelo de nuevo.',
    'error.request-timeout.way-on': 'Ir a sus aplicaciones',

    'error.headers-too-large.title': 'Su navegador envió demasiados datos',
    'error.headers-too-large.body':
      'Su navegador guarda demasiadas cookies de este sitio, o la dirección es demasiado larga. Borre las cookies de este sitio en la configuración del navegador y empiece de nuevo desde su aplicación.',
    'error.headers-too-large.way-on': 'Ir a sus aplicaciones',

    'error.forgery.title': 'Abra la página de nuevo',
    'error.forgery.body':
      'No pudimos confirmar que este formulario viniera de su navegador, así que no lo usamos. Quizás la página estuvo abierta demasiado tiempo o las cookies están desactivadas. Permita las cookies de este sitio y empiece de nuevo.',
    'error.forgery.way-on': 'Empezar de nuevo',

    'error.not-permitted.title': 'No tiene permiso',
    'error.not-permitted.body':
      'Su cuenta no tiene el permiso que necesita esta página. Si debería tenerlo, pregunte al administrador de su consultorio.',
    'error.not-permitted.way-on': 'Ir a sus aplicaciones',

    'error.store-away.title': 'No disponible en este momento',
    'error.store-away.body':
      'Una parte de nuestro sistema no responde. Su sesión sigue abierta. Espere un minuto e inténtelo de nuevo.',
    'error.store-away.way-on': 'Intentar de nuevo',

    'error.busy.title': 'Hay mucha actividad en este momento',
    'error.busy.body':
      'Muchas personas están iniciando sesión al mismo tiempo. Espere unos segundos e inténtelo de nuevo.',
    'error.busy.way-on': 'Intentar de nuevo',

    'error.session-expired.title': 'Esta página venció',
    'error.session-expired.body':
      'Estuvo abierta demasiado tiempo y ya no funciona. No hay ningún problema con su cuenta.',
    'error.session-expired.way-on': 'Empezar de nuevo',

    'error.cookies-needed.title': 'Permita las cookies para continuar',
    'error.cookies-needed.body':
      'Su navegador bloqueó las cookies de este sitio, y sin ellas no se puede iniciar sesión. En la configuración del navegador, permita las cookies de este sitio. Luego inténtelo de nuevo. Si llegó por un enlace de un mensaje, ábralo otra vez.',
    'error.cookies-needed.way-on': 'Intentar de nuevo',

    'error.already-finished.title': 'Ya se completó',
    'error.already-finished.body':
      'Este inicio de sesión ya se completó, quizás en otra pestaña. No tiene que hacer nada más en esta página.',
    'error.already-finished.way-on': 'Ir a sus aplicaciones',

    'error.too-many-requests.title': 'Demasiadas solicitudes',
    'error.too-many-requests.body':
      'Hubo demasiadas solicitudes desde esta red, así que detuvimos esta. Espere e inténtelo de nuevo. Si no puede esperar, use un dispositivo en el que ya haya iniciado sesión o comuníquese con soporte.',
    'error.too-many-requests.way-on': 'Intentar de nuevo',

    'error.internal.title': 'Algo salió mal',
    'error.internal.body': 'El problema es nuestro, no suyo. Espere un minuto e inténtelo de nuevo.',
    'error.internal.way-on': 'Intentar de nuevo',
  },
  lockout,
  factors,
  passwords,
  notices,
  account,
  practice,
  admin,
  adminStates,
  recovery,
  recoveryStop,
);
