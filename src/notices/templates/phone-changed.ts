import { moment, type Template } from './template.ts';

export const phoneChanged: Template<'phone-changed'> = {
  mail: (t, { link, hours, ...at }, { operator, support }) => ({
    subject: t('mail.phone-changed.subject', { operator }),
    paragraphs: [
      t('mail.phone-changed.lead', { operator, when: moment(t, at) }),
      t('mail.undo.life', { hours }),
    ],
    link: { href: link, label: t('mail.undo.button') },
    notYou: t('mail.not-you.undo', { support }),
  }),
  sms: (t, { link, hours }, { operator }) => t('sms.phone-changed', { operator, link, hours }),
};
