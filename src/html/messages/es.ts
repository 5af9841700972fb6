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
    'footer.support': 'Contactar con soporte',
    'footer.privacy': 'Privacidad',
    'footer.accessibility': 'Accesibilidad',

    'alert.heading': 'Hay un problema',

    'password.show': 'Mostrar',
    'password.show-label': 'Mostrar la contraseña',
    'password.shown': 'Su contraseña está a la vista.',
    'password.hide': 'Ocultar',
    'password.hide-label': 'Ocultar la contraseña',
    'password.hidden': 'Su contraseña está oculta.',
    'password.caps-lock': 'Bloq Mayús está activado.',

    'notice.label': 'Aviso de servicio',
    'notice.dismiss': 'Descartar',

    'sign-in.remember': 'Recordar mi usuario en este dispositivo',
    'sign-in.public': 'Este es un equipo compartido o público',
    'sign-in.heading': 'Iniciar sesión',
    'sign-in.lead':
      'para continuar en <b>{app}</b>. Con un solo inicio de sesión se abren todas sus herramientas.',
    'sign-in.lead-launcher': 'Con un solo inicio de sesión se abren todas sus herramientas.',
    'sign-in.displaced':
      'Se cerró su sesión aquí porque inició sesión en otro dispositivo. Puede tener la sesión abierta en {count, plural, one {# dispositivo} other {# dispositivos}} a la vez.',
    'sign-in.user-id': 'ID de usuario',
    'sign-in.user-id-hint': 'Tal como lo creó: las mayúsculas cuentan.',
    'sign-in.password': 'Contraseña',
    'sign-in.submit': 'Iniciar sesión',
    'sign-in.forgot-password': '¿Olvidó su contraseña?',
    'sign-in.forgot-user-id': '¿Olvidó su ID de usuario?',
    'sign-in.incorrect': 'El usuario o la contraseña no son correctos',
    'sign-in.missing': 'Escriba su usuario y su contraseña',

    'continue.heading': '¿Continuar en {app}?',
    'continue.lead':
      'Ha iniciado sesión como <b>{user}</b>. La aplicación {app} de este dispositivo pide usar esa sesión.',
    'continue.warning': 'Si no acaba de abrir {app} usted mismo, cierre esta página.',
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
    'prove-contact.many': 'Pidió muchos códigos. Elija Ahora no e inténtelo de nuevo en una hora',

    'switch-user': '¿No es usted? Iniciar sesión con otro usuario',

    'access-denied.heading': 'No puede abrir {app}',
    'access-denied.why':
      'Ha iniciado sesión como <b>{user}</b> ({id}). {app} es para personas con la función de {roles}, y su cuenta no la tiene.',
    'access-denied.ask':
      'Pida esa función al administrador de su consultorio. Si la tiene y aun así ve esta página, contacte con soporte.',
    'access-denied.return': 'Volver a {app}',

    'role.practice-administrator': 'administrador del consultorio',
    'role.clinician': 'profesional clínico',
    'role.biller': 'facturador',
    'role.staff': 'personal',
    'role.operator': 'operador',
    'role.security-analyst': 'analista de seguridad',
    'role.support': 'soporte',

    'consent.heading': '¿Permitir que {app} vea sus datos?',
    'consent.lead': '<b>{app}</b> no es una de nuestras aplicaciones. Pide, de <b>{user}</b>:',
    'consent.allow': 'Permitir',
    'consent.refuse': 'No permitir',

    'scope.openid': 'quién es usted: un número que representa su cuenta',
    'scope.profile': 'su nombre y su usuario',
    'scope.email': 'su correo electrónico',
    'scope.phone': 'su número de teléfono',
    'scope.practice': 'sus consultorios y su función en ellos',
    'scope.offline_access': 'seguir conectada cuando usted no tenga una sesión abierta aquí',

    'sign-out.heading': '¿Cerrar sesión?',
    'sign-out.lead': 'Se cerrará la sesión de todas sus herramientas en este navegador.',
    'sign-out.lead-app':
      'Se cerrará la sesión de <b>{app}</b> y de todas sus demás herramientas en este navegador.',
    'sign-out.submit': 'Cerrar sesión',
    'sign-out.stay': 'Seguir con la sesión abierta',

    'signed-out.heading': 'Ha cerrado sesión',
    'signed-out.lead': 'Se ha cerrado la sesión de todas sus herramientas en este navegador.',
    'signed-out.lead-app':
      'Se ha cerrado la sesión de <b>{app}</b> y de todas sus demás herramientas en este navegador.',
    'signed-out.shared': 'En un equipo compartido, cierre también el navegador.',
    'signed-out.again': 'Iniciar sesión de nuevo',
    'signed-out.return': 'Volver a {app}',
    'signed-out.return-unnamed': 'Volver a la aplicación',

    'launcher.heading': 'Sus aplicaciones',
    'launcher.lead': 'Una sola sesión las abre todas.',
    'signed-in.as': 'Ha iniciado sesión como',
    'signed-in.sign-out': 'Cerrar sesión',
    'launcher.account': 'Su cuenta',
    'launcher.account-open': 'Perfil, contraseña, segundo factor y sesiones',
    'launcher.empty': 'Todavía no hay aplicaciones',
    'launcher.empty-body':
      'Por ahora su cuenta no puede abrir ninguna aplicación. Pregunte al administrador de su consultorio o contacte con soporte.',

    'activate.heading': 'Configure su cuenta',
    'activate.lead':
      'Le damos la bienvenida, <b>{user}</b>. Elija el usuario y la contraseña para iniciar sesión.',
    'activate.user-id-hint': 'Hasta 64 caracteres, sin espacios. Las mayúsculas cuentan al iniciar sesión.',
    'activate.submit': 'Configurar la cuenta',
    'activate.user-id-missing': 'Escriba el usuario que desea',
    'activate.user-id-wrong': 'El usuario tiene hasta 64 caracteres y ningún espacio',
    'activate.user-id-reserved': 'Este ID de usuario no está disponible. Elija otro',
    'activate.user-id-taken': 'Alguien ya tiene este usuario, quizás con otras mayúsculas. Elija otro',

    'activated.heading': 'Su cuenta está lista',
    'activated.lead': 'Ahora inicie sesión con el usuario y la contraseña que ha elegido.',
    'activated.sign-in': 'Iniciar sesión',

    'link-dead.heading': 'Este enlace no se puede usar',
    'link-dead.lead':
      'Ya se usó, es demasiado antiguo o no está completo, o su navegador bloquea las cookies de este sitio. Si ya configuró su cuenta, simplemente inicie sesión. Si las cookies están bloqueadas, permítalas y abra el enlace otra vez.',
    'link-dead.ask': 'Para obtener otro enlace, pregunte a quien le invitó, o:',

    'form-post.heading': 'Le llevamos a {app}',
    'form-post.heading-unnamed': 'Le llevamos a la aplicación',
    'form-post.body': 'Tarda un momento. Si no ocurre nada, pulse Continuar.',
    'form-post.submit': 'Continuar',

    'error.back-to-app': 'Ir a {app}',
    'error.ask': '¿Necesita ayuda?',
    'error.ask-body': 'Contacte con soporte e indique la referencia siguiente.',
    'error.code': 'Error',
    'error.id': 'Referencia',

    'error.bad-request.title': 'No se pudo leer la solicitud',
    'error.bad-request.body':
      'Faltaba una parte de la dirección o del formulario, o no era la esperada. No se cambió nada. Empiece de nuevo y use los botones de la página.',
    'error.bad-request.way-on': 'Ir a sus aplicaciones',

    'error.not-found.title': 'Página no encontrada',
    'error.not-found.body':
      'No hay ninguna página en esta dirección. Revísela o empiece por sus aplicaciones.',
    'error.not-found.way-on': 'Ir a sus aplicaciones',

    'error.method-not-allowed.title': 'Esta dirección no se puede abrir directamente',
    'error.method-not-allowed.body': 'Solo acepta lo que envía un formulario. Empiece por sus aplicaciones.',
    'error.method-not-allowed.way-on': 'Ir a sus aplicaciones',

    'error.payload-too-large.title': 'Se envió demasiado',
    'error.payload-too-large.body':
      'El formulario contenía más de lo que admite esta página. No se cambió nada. Acórtelo e inténtelo de nuevo.',
    'error.payload-too-large.way-on': 'Ir a sus aplicaciones',

    'error.request-timeout.title': 'La solicitud tardó demasiado en llegar',
    'error.request-timeout.body':
      'La conexión fue muy lenta o se interrumpió, así que no se cambió nada. Revise su conexión e inténtelo de nuevo.',
    'error.request-timeout.way-on': 'Ir a sus aplicaciones',

    'error.headers-too-large.title': 'Su navegador envió demasiados datos',
    'error.headers-too-large.body':
      'Guarda más cookies de este sitio de las que podemos leer, o la dirección es demasiado larga. Borre las cookies de este sitio en la configuración de su navegador y empiece de nuevo desde su aplicación.',
    'error.headers-too-large.way-on': 'Ir a sus aplicaciones',

    'error.forgery.title': 'Abra la página de nuevo',
    'error.forgery.body':
      'El formulario no coincide con este navegador, así que no se usó. Quizá la página llevaba mucho tiempo abierta o las cookies están desactivadas. Permita las cookies de este sitio y empiece de nuevo.',
    'error.forgery.way-on': 'Empezar de nuevo',

    'error.not-permitted.title': 'No puede hacer eso',
    'error.not-permitted.body':
      'Su cuenta no tiene el permiso que necesita esta página. Si debería tenerlo, pregunte al administrador de su consultorio.',
    'error.not-permitted.way-on': 'Ir a sus aplicaciones',

    'error.store-away.title': 'No disponible en este momento',
    'error.store-away.body':
      'No se puede acceder a una parte de nuestro sistema. Su sesión sigue abierta. Espere un minuto e inténtelo de nuevo.',
    'error.store-away.way-on': 'Intentar de nuevo',

    'error.busy.title': 'Hay mucha actividad en este momento',
    'error.busy.body':
      'Están iniciando sesión más personas de las que podemos atender a la vez. Espere unos segundos e inténtelo de nuevo.',
    'error.busy.way-on': 'Intentar de nuevo',

    'error.session-expired.title': 'Esta página ha caducado',
    'error.session-expired.body':
      'Estuvo abierta demasiado tiempo y ya no sirve. No ocurre nada malo con su cuenta.',
    'error.session-expired.way-on': 'Empezar de nuevo',

    'error.cookies-needed.title': 'Permita las cookies para continuar',
    'error.cookies-needed.body':
      'Su navegador bloqueó las cookies de este sitio, y sin ellas no se puede iniciar sesión. En la configuración del navegador, permita las cookies de este sitio. Luego inténtelo de nuevo. Si llegó por un enlace de un mensaje, ábralo otra vez.',
    'error.cookies-needed.way-on': 'Intentar de nuevo',

    'error.already-finished.title': 'Ya está hecho',
    'error.already-finished.body':
      'Este inicio de sesión ya se completó, quizá en otra pestaña. No queda nada por hacer en esta página.',
    'error.already-finished.way-on': 'Ir a sus aplicaciones',

    'error.too-many-requests.title': 'Demasiadas solicitudes',
    'error.too-many-requests.body':
      'Hubo demasiadas solicitudes desde esta red, así que esta no se realizó. Espere e inténtelo de nuevo. Si no puede esperar, use un dispositivo en el que ya haya iniciado sesión o comuníquese con soporte.',
    'error.too-many-requests.way-on': 'Intentar de nuevo',

    'error.internal.title': 'Algo ha fallado',
    'error.internal.body': 'El fallo es nuestro, no suyo. Espere un minuto e inténtelo de nuevo.',
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
