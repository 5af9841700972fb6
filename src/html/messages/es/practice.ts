import type { practice as en } from '../en/practice.ts';

export const practice: Record<keyof typeof en, string> = {
  'practice.heading': 'Personas de su consultorio',
  'practice.lead': 'Quién trabaja para {practice} y qué puede hacer allí.',
  'practice.choose': '¿Qué consultorio?',
  'practice.none-heading': 'Ningún consultorio que administrar',
  'practice.none':
    'Ahora no es administrador de ningún consultorio. Si debería serlo, pregunte a otro administrador de su consultorio o a soporte.',
  'practice.manage': 'Administrar personas',
  'practice.manage-it': 'Administrar personas de {practice}',
  'practice.other': 'Otro consultorio',
  'practice.invite': 'Invitar a alguien',
  'practice.invite-lead':
    'Recibirá un correo con un enlace para elegir su propio ID de usuario y su contraseña.',
  'practice.given-name': 'Nombre',
  'practice.family-name': 'Apellido',
  'practice.email': 'Dirección de correo',
  'practice.role': 'Función',
  'practice.send': 'Enviar la invitación',
  'practice.invited': 'La invitación está en camino.',
  'practice.name-missing': 'Escriba un nombre y un apellido, de hasta 64 caracteres cada uno',
  'practice.not-email': 'Escriba una dirección de correo como nombre@example.org',
  'practice.full':
    'Cien personas invitadas aún no han venido. Termine las invitaciones que no hagan falta e invite después',
  'practice.no-user-id': 'Invitada, aún no ha venido',
  'practice.disabled': 'No puede iniciar sesión',
  'practice.suspended': 'Suspendida',
  'practice.requested': 'Solicitada',
  'practice.you': 'Usted',
  'practice.change': 'Cambiar',
  'practice.change-it': 'Cambiar la función de {name}',
  'practice.save': 'Guardar la función',
  'practice.end': 'Terminar la pertenencia',
  'practice.end-what':
    '{name} ya no pertenecerá a {practice}: las aplicaciones que exigen esta función no le dejarán entrar. Su cuenta y sus otros consultorios siguen igual.',
  'practice.again': 'Enviar la invitación otra vez',
  'practice.saved': 'La función se ha cambiado.',
  'practice.ended': 'La pertenencia ha terminado.',
  'practice.held': 'Esta persona ya tiene esa función aquí',
  'practice.own': 'No puede cambiar su propia función: pregunte a otro administrador',
  'practice.many':
    'Esa dirección recibió muchos mensajes hace poco. Espere una hora; el enlace anterior todavía sirve',
  'practice.gone': 'Esta persona ya no está aquí: alguien fue más rápido',
  'practice.more': 'Anteriores',
};
