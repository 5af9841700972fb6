import { moment, type Template } from './template.ts';

export const factorResetHeld: Template<'factor-reset-held'> = {
  mail: (t, { link, ...when }, { operator, support }) => ({
    subject: t('mail.factor-reset-held.subject', { operator }),
    paragraphs: [
      t('mail.factor-reset-held.lead', { operator, when: moment(t, when) }),
      t('mail.factor-reset-held.wait'),
    ],
    link: { href: link, label: t('mail.factor-reset-held.button') },
    notYou: t('mail.not-you.factor-reset-held', { support }),
  }),
  sms: (t, { link, ...when }, { operator }) =>
    t('sms.factor-reset-held', { operator, link, when: moment(t, when) }),
};
