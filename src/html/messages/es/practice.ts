import type { practice as en } from '../en/practice.ts';

export const practice: Record<keyof typeof en, string> = {
  'practice.heading': 'Personas de su consultorio',
  'practice.lead': 'Quién trabaja para {practice} y a qué tiene acceso.',
  'practice.choose': '¿Qué consultorio?',
  'practice.none-heading': 'No administra ningún consultorio',
  'practice.none':
    'No es administrador de ningún consultorio. Si debería serlo, pregunte a otro administrador de su consultorio o comuníquese con soporte.',
  'practice.manage': 'Administrar personas',
  'practice.manage-it': 'Administrar personas de {practice}',
  'practice.other': 'Otro consultorio',
  'practice.invite': 'Invitar a alguien',
  'practice.invite-lead':
    'Recibirá un correo con un enlace para elegir su propio ID de usuario y su contraseña.',
  'practice.given-name': 'Nombre',
  'practice.family-name': 'Apellido',
  'practice.email': 'Correo electrónico',
  'practice.role': 'Rol',
  'practice.send': 'Enviar invitación',
  'practice.invited': 'La invitación está en camino.',
  'practice.name-missing': 'Escriba un nombre y un apellido, de hasta 64 caracteres cada uno',
  'practice.not-email': 'Escriba un correo electrónico como nombre@example.org',
  'practice.full':
    'Cien personas invitadas aún no han aceptado. Cancele las invitaciones que no necesite y luego invite a más',
  'practice.no-user-id': 'Invitada, aún no ha aceptado',
  'practice.disabled': 'No puede iniciar sesión',
  'practice.suspended': 'Suspendida',
  'practice.requested': 'Solicitada',
  'practice.you': 'Usted',
  'practice.change': 'Cambiar',
  'practice.change-it': 'Cambiar el rol de {name}',
  'practice.save': 'Guardar el rol',
  'practice.end': 'Terminar la membresía',
  'practice.end-what':
    '{name} ya no pertenecerá a {practice} y perderá el acceso a las aplicaciones que exigen este rol. Su cuenta y sus otros consultorios no cambian.',
  'practice.again': 'Reenviar la invitación',
  'practice.saved': 'Se cambió el rol.',
  'practice.ended': 'La membresía terminó.',
  'practice.held': 'Esta persona ya tiene ese rol aquí',
  'practice.own': 'No puede cambiar su propio rol. Pídalo a otro administrador',
  'practice.many':
    'Enviamos muchos mensajes a esa dirección hace poco. Espere una hora; el enlace anterior todavía funciona',
  'practice.gone': 'Esta persona ya fue eliminada',
  'practice.more': 'Ver anteriores',
};
