import type { Template } from './template.ts';

export const resetCode: Template<'reset-code'> = {
  mail: (t, { code, minutes, link }, { operator }) => ({
    subject: t('mail.reset-code.subject', { operator }),
    paragraphs: [t('mail.reset-code.lead', { operator }), t('mail.code.life', { minutes })],
    code,
    link: link === undefined ? undefined : { href: link, label: t('mail.reset-link.button') },
    notYou: t('mail.not-you.code'),
  }),
  sms: (t, { code, minutes }, { operator }) => t('sms.reset-code', { operator, code, minutes }),
};
