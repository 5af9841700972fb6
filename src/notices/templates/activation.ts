import { moment, type Template } from './template.ts';

export const activation: Template<'activation'> = {
  mail: (t, { name, link, ...until }, { operator, support }) => ({
    subject: t('mail.activation.subject', { operator }),
    paragraphs: [
      t('mail.activation.lead', { name, operator }),
      t('mail.activation.life', { when: moment(t, until) }),
    ],
    link: { href: link, label: t('mail.activation.button') },
    notYou: t('mail.not-you.activation', { support }),
  }),
  sms: (t, { link }, { operator }) => t('sms.activation', { operator, link }),
};
