import { moment, type Template } from './template.ts';

export const emailChanged: Template<'email-changed'> = {
  mail: (t, { link, hours, ...at }, { operator, support }) => ({
    subject: t('mail.email-changed.subject', { operator }),
    paragraphs: [
      t('mail.email-changed.lead', { operator, when: moment(t, at) }),
      t('mail.undo.life', { hours }),
    ],
    link: { href: link, label: t('mail.undo.button') },
    notYou: t('mail.not-you.undo', { support }),
  }),
  sms: (t, { link, hours }, { operator }) => t('sms.email-changed', { operator, link, hours }),
};
